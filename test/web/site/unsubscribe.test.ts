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

/** As mail services send it: without cookie, origin or anything else (RFC 8058, section 3.2). */
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

describe("one click", () => {
  it.each(["urlencoded", "multipart"] as const)("ends the letters, again and again: %s", async (kind) => {
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

  it("takes out of line what is not sent yet", async () => {
    await saveEdition(rig, "day:2026-10-02", ["Agents"]);
    await oneClick("urlencoded");
    const key = { editionId: "day:2026-10-02", channel: "smtp" } as const;
    expect(await rig.store.ledger.counts(key)).toMatchObject({ prepared: 1, suppressed: 1, pending: 0 });
  });

  it("is a success for somebody who was erased, and has no limit", async () => {
    await rig.store.subscribers.erase("you@example.com", rig.now());
    for (let turn = 0; turn < 70; turn += 1) expect((await oneClick("urlencoded")).status).toBe(200);
    expect(await rig.stored()).toBeNull();
  });

  it("may come from another site, for the link says all", async () => {
    const headers = { origin: "https://mail.example.net", "sec-fetch-site": "cross-site" };
    expect((await rig.post(path, ONE_CLICK, { headers })).status).toBe(200);
    expect(await rig.stored()).toMatchObject({ state: "gone" });
  });

  it.each([
    ["without its words", () => rig.post(path, {})],
    ["with other words", () => rig.post(path, { "List-Unsubscribe": "no" })],
    ["as JSON", () => rig.post(path, ONE_CLICK, { headers: { "content-type": "application/json" } })],
    ["without a body", () => rig.request("POST", path)],
  ])("is none %s", async (_what, ask) => {
    expect((await ask()).status).toBe(400);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });

  it.each([
    ["made up", () => "/daily/u/AAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["of another purpose", () => rig.link("preferences", rig.id).replace("/p/", "/u/")],
    ["of another reader, bent", () => path.replace(/\/u\/(..)/, "/u/Bg")],
    ["in another spelling", () => `${path}=`],
  ])("is nothing by a link that is %s", async (_what, linkOf) => {
    expect((await oneClick("urlencoded", linkOf())).status).toBe(404);
    expect(await rig.stored()).toMatchObject({ state: "active" });
  });
});

describe("the page of the link", () => {
  it("has one button, and offers less instead below it", async () => {
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
  ])("leads to %s, a page with one button too", async (way, becomes) => {
    const page = await (await rig.get(path + way)).text();
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(await rig.stored()).toMatchObject({ state: "active", frequency: "daily" });
    expect((await rig.post(path + way, {}, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await rig.post(path + way, {})).status).toBe(200);
    expect(await rig.stored()).toMatchObject(becomes);
  });

  it.each(["/pause", "/weekly"])("does not bring back by %s who has left", async (way) => {
    await rig.post(path, ONE_CLICK);
    expect(await (await rig.post(path + way, {})).text()).toContain("No further letters");
    expect(await rig.stored()).toMatchObject({ state: "gone", frequency: "daily" });
  });

  it("speaks the reader's language", async () => {
    const other = await rig.reader("sie@example.com", { language: "de" });
    expect(await (await rig.get(rig.link("unsubscribe", other.id))).text()).toContain("Alle Briefe abbestellen?");
  });
});
