import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveEdition } from "../archive/editions.js";
import { BASE, openReaderRig, sealIn } from "./rig.js";
import type { ReaderRig } from "./rig.js";

let rig: ReaderRig;
let path: string;

beforeEach(async () => {
  rig = await openReaderRig("preferences");
  ({ path } = rig);
});
afterEach(() => rig.close());

const erase = (fields: Readonly<Record<string, string>>) => rig.fill(`${path}/erase`, `${path}/erase`, fields);

describe("my data", () => {
  it("is all that is stored, as a file, and nobody else's", async () => {
    await rig.reader("other@example.com");
    await saveEdition(rig, "day:2026-10-02", ["Agents"]);
    const answer = await rig.get(`${path}/data`);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="my-data.json"');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      subscriber: { address: "you@example.com", state: "active", frequency: "daily", view: { language: "en" } },
      deliveries: [{ editionId: "day:2026-10-02", channel: "smtp", state: "pending" }],
    });
    expect(text).not.toContain("other@");
  });

  it("can be had by who has left, too", async () => {
    await rig.store.subscribers.change("you@example.com", { state: "gone" }, rig.now());
    expect(await (await rig.get(path)).text()).toContain(`${path}/data`);
    expect(await (await rig.get(`${path}/data`)).json()).toMatchObject({ subscriber: { state: "gone" } });
  });

  it("is not had by the link to unsubscribe, which mail services are told", async () => {
    const token = rig.link("unsubscribe", rig.id).replace("/u/", "/p/");
    expect((await rig.get(`${token}/data`)).status).toBe(404);
  });
});

describe("erase me", () => {
  it("removes the person, once and for good", async () => {
    await saveEdition(rig, "day:2026-10-02", ["Agents"]);
    expect(await (await erase({ sure: "yes" })).text()).toContain("Everything is erased");
    expect(await rig.stored()).toBeNull();
    expect(rig.dump()).not.toContain("you@example.com");
    for (const after of [path, `${path}/data`, `${path}/erase`]) {
      expect(await (await rig.get(after)).text()).toContain("Nothing is stored");
    }
    expect((await rig.post(`${path}/erase`, { sure: "yes" })).status).toBe(200);
  });

  it.each([
    ["without a tick", async () => erase({})],
    ["without the page's seal", async () => rig.post(`${path}/erase`, { sure: "yes" })],
    [
      "with the seal of another page",
      async () => rig.post(`${path}/erase`, { sure: "yes", seal: sealIn(await (await rig.get(`${BASE}/`)).text()) }),
    ],
  ])("does nothing %s", async (_what, ask) => {
    expect((await ask()).status).toBe(422);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });

  it("does nothing from another site", async () => {
    const seal = sealIn(await (await rig.get(`${path}/erase`)).text());
    const headers = { origin: "https://evil.example" };
    expect((await rig.post(`${path}/erase`, { sure: "yes", seal }, { headers })).status).toBe(403);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });
});
