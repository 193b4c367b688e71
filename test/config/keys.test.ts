import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { addKey, forgetKey, readKeyFile, readSecrets, secretTexts } from "../../src/config/keys.js";

const folder = () => mkdtempSync(path.join(tmpdir(), "paperboy-secret-"));

it("the key is created once, and only its owner can read it", async () => {
  const file = path.join(folder(), "home", "paperboy.key");
  const keys = await Promise.all([1, 2, 3, 4].map(() => readSecrets({ given: null, file })));
  for (const { home } of keys)
    expect({ home, links: { current: home, previous: [] } }).toEqual(await readSecrets({ given: null, file }));
  expect(keys[0]?.home).toHaveLength(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("the key comes from the setting if there is one, and no file is written", async () => {
  const file = path.join(folder(), "paperboy.key");
  const key = await readSecrets({ given: "correct horse battery staple", file });
  expect(key).toEqual(await readSecrets({ given: "correct horse battery staple", file }));
  expect(key).not.toEqual(await readSecrets({ given: "another secret text", file }));
  expect(() => statSync(file)).toThrow(/ENOENT/);
});

const given = (text: string) => readSecrets({ given: text, file: null });

describe("a setting with several keys", () => {
  const [first, second, third] = ["first-key-0123456789", "second-key-0123456789", "third-key-0123456789"] as const;
  it.each([
    ["spaces", `${third} ${second} ${first}`],
    ["commas", `${third},${second},${first}`],
    ["commas and spaces", `${third}, ${second},  ${first}`],
    ["line ends", `${third}\n${second}\r\n${first}\n`],
  ])(
    "with %s between them: the first one signs, all verify, and the last one derives Message-IDs and hashes",
    async (_, text) => {
      const keys = await Promise.all([first, second, third].map(async (one) => (await given(one)).home));
      expect(await given(text)).toEqual({
        home: keys[0],
        links: { current: keys[2], previous: [keys[0], keys[1]] },
      });
    },
  );

  it.each([
    ["correct horse battery staple", ["correct horse battery staple"]],
    ["0123456789abcdef short", ["0123456789abcdef short"]],
    [" 0123456789abcdef", [" 0123456789abcdef"]],
    ["0123456789abcdef 0123456789abcdeF", ["0123456789abcdef", "0123456789abcdeF"]],
  ])("splits %j into %j", (text, keys) => {
    expect(secretTexts(text)).toEqual(keys);
  });

  it("derives the same key from a single text as earlier versions", async () => {
    // Message-IDs and the hashes of people who were erased hang on these bytes.
    const { home } = await given("correct horse battery staple");
    expect(createHash("sha256").update(home).digest("hex").slice(0, 16)).toBe("cd14b40c61091f77");
  });
});

it("refuses a damaged key file", async () => {
  const file = path.join(folder(), "paperboy.key");
  writeFileSync(file, "oops\n");
  await expect(readSecrets({ given: null, file })).rejects.toMatchObject({ code: "config-invalid" });
});

/** A key file with its first key. */
async function fresh() {
  const file = path.join(folder(), "paperboy.key");
  const [first] = await readKeyFile(file);
  if (!first) throw new Error("no key was made");
  return { file, first };
}

describe("the key file", () => {
  const now = new Date("2026-10-05T07:00:00Z");
  it("signs with a new key and still verifies with the old one", async () => {
    const { file, first } = await fresh();
    const { bytes } = await addKey(file, now);
    expect(await readSecrets({ given: null, file })).toEqual({
      home: first.bytes,
      links: { current: bytes, previous: [first.bytes] },
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.new`)).toBe(false);
  });

  it("keeps the first key for Message-IDs and hashes after its links are invalidated", async () => {
    const { file, first } = await fresh();
    const second = await addKey(file, now);
    const third = await addKey(file, now);
    await forgetKey(file, first.id);
    expect(await readSecrets({ given: null, file })).toEqual({
      home: first.bytes,
      links: { current: third.bytes, previous: [second.bytes] },
    });
    await forgetKey(file, second.id);
    const [home, last] = await readKeyFile(file);
    expect([home, last]).toMatchObject([
      { id: first.id, links: false },
      { id: third.id, madeAt: now.toISOString() },
    ]);
  });

  it.each([
    ["an unknown key", () => "00000000"],
    ["the key that signs", (signing: string) => signing],
  ])("does not forget %s", async (_what, idOf) => {
    const { file } = await fresh();
    const { id } = await addKey(file, now);
    const before = readFileSync(file, "utf8");
    await expect(forgetKey(file, idOf(id))).rejects.toMatchObject({ code: "usage" });
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("is changed by one process at a time", async () => {
    const { file } = await fresh();
    writeFileSync(`${file}.new`, "");
    await expect(addKey(file, now)).rejects.toMatchObject({ code: "config-invalid" });
    expect(await readKeyFile(file)).toHaveLength(1);
  });
});
