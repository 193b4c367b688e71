import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { readSecrets } from "../../src/config/keys.js";
import { checkToken, signToken } from "../../src/core/tokens.js";
import { paperboy } from "../support/paperboy.js";

const facts = { purpose: "unsubscribe", subscriberId: 7 } as const;
const now = new Date("2026-10-05T07:00:00Z");

it("verifies links of an old key until it is forgotten", async () => {
  const { home } = await paperboy(["keys", "list"]);
  const linkKeys = async () => (await readSecrets({ given: null, file: path.join(home, "paperboy.key") })).links;
  const link = signToken(facts, await linkKeys());
  const check = async () => checkToken(link, { purpose: "unsubscribe", keys: await linkKeys(), now });

  expect((await paperboy(["keys", "rotate"], { home })).stdout).toContain("signs links from now on");
  expect(await check()).toMatchObject({ ok: true, subscriberId: 7 });
  expect(signToken(facts, await linkKeys())).not.toBe(link);

  const { keys } = (await paperboy(["keys", "list", "--json"], { home })).json() as {
    keys: { id: string; uses: string[] }[];
  };
  expect(keys.map(({ uses }) => uses)).toEqual([
    ["verifies links", "Message-IDs", "hashes of erased addresses"],
    ["signs links", "verifies links"],
  ]);
  expect((await paperboy(["keys", "forget", keys[1]?.id ?? ""], { home })).exit).toBe(2);
  expect((await paperboy(["keys", "forget", keys[0]?.id ?? ""], { home })).exit).toBe(0);
  expect(await check()).toEqual({ ok: false, why: "forged" });
});

it("does not show keys", async () => {
  const { home, stdout } = await paperboy(["keys", "list"]);
  const [hex = ""] = readFileSync(path.join(home, "paperboy.key"), "utf8").trim().split(" ");
  expect(hex).toHaveLength(64);
  expect(stdout).not.toContain(hex.slice(0, 8));
});

it("refuses to rotate a key that is a setting", async () => {
  const { exit, stderr } = await paperboy(["keys", "rotate"], {
    environment: { PAPERBOY_SECRET: "correct horse battery staple" },
  });
  expect(exit).toBe(3);
  expect(stderr).toContain("PAPERBOY_SECRET");
});

it("lists the keys of a setting, newest last, without showing them", async () => {
  const environment = { PAPERBOY_SECRET: "the-new-key-0123456789 the-old-key-0123456789" };
  const listed = await paperboy(["keys", "list", "--json"], { environment });
  expect(listed.json()["keys"]).toMatchObject([
    { made: null, uses: ["verifies links", "Message-IDs", "hashes of erased addresses"] },
    { made: null, uses: ["signs links", "verifies links"] },
  ]);
  expect(listed.stdout).not.toContain("0123456789");
});
