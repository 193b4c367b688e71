import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { saveEdition } from "../archive/editions.js";
import { openReaderRig, ORIGIN } from "./rig.js";
import type { ReaderRig } from "./rig.js";

const ONE_CLICK = { "List-Unsubscribe": "One-Click" };
let rig: ReaderRig;
let path: string;

beforeEach(async () => {
  rig = await openReaderRig("unsubscribe");
  ({ path } = rig);
});
afterEach(() => rig.close());

/** Requests as mail services send them: no cookie, no Origin (RFC 8058, section 3.2). */
const BODIES = {
  urlencoded: { type: "application/x-www-form-urlencoded", body: "List-Unsubscribe=One-Click" },
  multipart: {
    type: "multipart/form-data; boundary=one",
    body: '--one\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--one--\r\n',
  },
} as const;

function oneClick(kind: keyof typeof BODIES, target = path): Promise<Response> {
  const { type, body } = BODIES[kind];
  return rig.request("POST", target, { from: "192.0.2.1", headers: { "content-type": type }, body });
}

describe("one-click unsubscribe", () => {
  it.each(["urlencoded", "multipart"] as const)("unsubscribes, is idempotent and never expires: %s", async (kind) => {
    for (let turn = 0; turn < 3; turn += 1) {
      const answer = await oneClick(kind);
      expect([answer.status, answer.headers.get("location"), answer.headers.get("set-cookie")]).toEqual([
        200,
        null,
        null,
      ]);
      expect(await rig.stored()).toMatchObject({ state: "gone" });
      rig.pass(400 * 86_400_000);
    }
  });

  it("suppresses deliveries that are not sent yet", async () => {
    await saveEdition(rig, "day:2026-10-02", ["Agents"]);
    await oneClick("urlencoded");
    const key = { editionId: "day:2026-10-02", channel: "smtp" } as const;
    expect(await rig.store.ledger.counts(key)).toMatchObject({ prepared: 1, suppressed: 1, pending: 0 });
  });

  it("succeeds for an erased subscriber and has no rate limit", async () => {
    await rig.store.subscribers.erase("you@example.com", rig.now());
    for (let turn = 0; turn < 70; turn += 1) expect((await oneClick("urlencoded")).status).toBe(200);
    expect(await rig.stored()).toBeNull();
  });

  it("allows cross-site requests, because the link is the authorization", async () => {
    const headers = { origin: "https://mail.example.net", "sec-fetch-site": "cross-site" };
    expect((await rig.post(path, ONE_CLICK, { headers })).status).toBe(200);
    expect(await rig.stored()).toMatchObject({ state: "gone" });
  });

  it.each([
    ["without the field", () => rig.post(path, {})],
    ["with another value", () => rig.post(path, { "List-Unsubscribe": "no" })],
    ["as JSON", () => rig.post(path, ONE_CLICK, { headers: { "content-type": "application/json" } })],
    ["without a body", () => rig.request("POST", path)],
  ])("refuses a request %s", async (_what, ask) => {
    expect((await ask()).status).toBe(400);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });

  it.each([
    ["forged", () => "/daily/u/AAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["for another purpose", () => rig.link("preferences", rig.id).replace("/p/", "/u/")],
    ["changed to another subscriber", () => path.replace(/\/u\/(..)/, "/u/Bg")],
    ["with a different encoding", () => `${path}=`],
  ])("refuses a link that is %s", async (_what, linkOf) => {
    expect((await oneClick("urlencoded", linkOf())).status).toBe(404);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });
});

describe("the unsubscribe page", () => {
  it("has one button and offers alternatives below it", async () => {
    const page = await (await rig.get(path)).text();
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page.indexOf("<button")).toBeLessThan(page.indexOf(`${path}/pause`));
    expect(page).toContain(`href="${path}/weekly"`);
    expect(page).not.toContain("you@example.com");
    expect((await rig.post(path, ONE_CLICK, { headers: { origin: ORIGIN } })).status).toBe(200);
    expect(await rig.stored()).toMatchObject({ state: "gone" });
  });

  it.each([
    ["/pause", { state: "paused", pausedUntil: new Date("2026-11-02T00:00:00Z") }],
    ["/weekly", { state: "active", frequency: "weekly" }],
  ])("links to %s, which also has one button", async (action, becomes) => {
    const page = await (await rig.get(path + action)).text();
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(await rig.stored()).toMatchObject({ state: "active", frequency: "daily" });
    expect((await rig.post(path + action, {}, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await rig.post(path + action, {})).status).toBe(200);
    expect(await rig.stored()).toMatchObject(becomes);
  });

  it.each(["/pause", "/weekly"])("does not reactivate a former subscriber with %s", async (action) => {
    await rig.post(path, ONE_CLICK);
    expect(await (await rig.post(path + action, {})).text()).toContain("You are unsubscribed");
    expect(await rig.stored()).toMatchObject({ state: "gone", frequency: "daily" });
  });

  it("uses the subscriber's language", async () => {
    const other = await rig.reader("sie@example.com", { language: "de" });
    expect(await (await rig.get(rig.link("unsubscribe", other.id))).text()).toContain("Newsletter abbestellen?");
  });
});
