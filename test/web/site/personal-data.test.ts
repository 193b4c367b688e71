import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveEdition } from "../archive/editions.js";
import { BASE, openReaderRig, csrfTokenIn } from "./rig.js";
import type { ReaderRig } from "./rig.js";

let rig: ReaderRig;
let path: string;

beforeEach(async () => {
  rig = await openReaderRig("preferences");
  ({ path } = rig);
});
afterEach(() => rig.close());

const erase = (fields: Readonly<Record<string, string>>) => rig.fill(`${path}/erase`, `${path}/erase`, fields);

describe("the data export", () => {
  it("contains all data of this subscriber and of no other, as a file", async () => {
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

  it("is available to former subscribers", async () => {
    await rig.store.subscribers.change("you@example.com", { state: "gone" }, rig.now());
    expect(await (await rig.get(path)).text()).toContain(`${path}/data`);
    expect(await (await rig.get(`${path}/data`)).json()).toMatchObject({ subscriber: { state: "gone" } });
  });

  it("is not available with an unsubscribe link, because mail services know it", async () => {
    const token = rig.link("unsubscribe", rig.id).replace("/u/", "/p/");
    expect((await rig.get(`${token}/data`)).status).toBe(404);
  });
});

describe("erasure", () => {
  it("removes all personal data and is idempotent", async () => {
    await saveEdition(rig, "day:2026-10-02", ["Agents"]);
    expect(await (await erase({ sure: "yes" })).text()).toContain("Your data has been erased");
    expect(await rig.stored()).toBeNull();
    expect(rig.dump()).not.toContain("you@example.com");
    for (const after of [path, `${path}/data`, `${path}/erase`]) {
      expect(await (await rig.get(after)).text()).toContain("No data stored");
    }
    expect((await rig.post(`${path}/erase`, { sure: "yes" })).status).toBe(200);
  });

  it.each([
    ["without the ticked box", async () => erase({})],
    ["without the CSRF token", async () => rig.post(`${path}/erase`, { sure: "yes" })],
    [
      "with the CSRF token of another form",
      async () =>
        rig.post(`${path}/erase`, { sure: "yes", csrf: csrfTokenIn(await (await rig.get(`${BASE}/`)).text()) }),
    ],
  ])("erases nothing %s", async (_what, ask) => {
    expect((await ask()).status).toBe(422);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });

  it("erases nothing for a cross-site request", async () => {
    const csrf = csrfTokenIn(await (await rig.get(`${path}/erase`)).text());
    const headers = { origin: "https://evil.example" };
    expect((await rig.post(`${path}/erase`, { sure: "yes", csrf }, { headers })).status).toBe(403);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });
});
