import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveEdition } from "../archive/editions.js";
import { BASE, openReaderHarness, csrfTokenIn } from "./harness.js";
import type { ReaderHarness } from "./harness.js";

let harness: ReaderHarness;
let path: string;

beforeEach(async () => {
  harness = await openReaderHarness("preferences");
  ({ path } = harness);
});
afterEach(() => harness.close());

const erase = (fields: Readonly<Record<string, string>>) => harness.fill(`${path}/erase`, `${path}/erase`, fields);

describe("the data export", () => {
  it("contains all data of this subscriber and of no other, as a file", async () => {
    await harness.reader("other@example.com");
    await saveEdition(harness, "day:2026-10-02", ["Agents"]);
    const answer = await harness.get(`${path}/data`);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="my-data.json"');
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      subscriber: { address: "you@example.com", state: "active", frequency: "daily", view: { language: "en" } },
      deliveries: [{ editionId: "day:2026-10-02", channel: "smtp", state: "pending" }],
    });
    expect(text).not.toContain("other@");
  });

  it("is available to former subscribers", async () => {
    await harness.store.subscribers.change("you@example.com", { state: "gone" }, harness.now());
    expect(await (await harness.get(path)).text()).toContain(`${path}/data`);
    expect(await (await harness.get(`${path}/data`)).json()).toMatchObject({ subscriber: { state: "gone" } });
  });

  it("is not available with an unsubscribe link, because mail services know it", async () => {
    const token = harness.link("unsubscribe", harness.id).replace("/u/", "/p/");
    expect((await harness.get(`${token}/data`)).status).toBe(404);
  });
});

describe("erasure", () => {
  it("removes all personal data and is idempotent", async () => {
    await saveEdition(harness, "day:2026-10-02", ["Agents"]);
    expect(await (await erase({ sure: "yes" })).text()).toContain("Your data has been erased");
    expect(await harness.stored()).toBeNull();
    expect(harness.dump()).not.toContain("you@example.com");
    for (const after of [path, `${path}/data`, `${path}/erase`]) {
      expect(await (await harness.get(after)).text()).toContain("No data stored");
    }
    expect((await harness.post(`${path}/erase`, { sure: "yes" })).status).toBe(200);
  });

  it.each([
    ["without the ticked box", async () => erase({})],
    ["without the CSRF token", async () => harness.post(`${path}/erase`, { sure: "yes" })],
    [
      "with the CSRF token of another form",
      async () =>
        harness.post(`${path}/erase`, { sure: "yes", csrf: csrfTokenIn(await (await harness.get(`${BASE}/`)).text()) }),
    ],
  ])("erases nothing %s", async (_what, ask) => {
    expect((await ask()).status).toBe(422);
    expect(await harness.stored()).toMatchObject({ state: "active" });
  });

  it("erases nothing for a cross-site request", async () => {
    const csrf = csrfTokenIn(await (await harness.get(`${path}/erase`)).text());
    const headers = { origin: "https://evil.example" };
    expect((await harness.post(`${path}/erase`, { sure: "yes", csrf }, { headers })).status).toBe(403);
    expect(await harness.stored()).toMatchObject({ state: "active" });
  });
});
