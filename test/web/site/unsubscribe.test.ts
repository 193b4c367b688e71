import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { startSite } from "../../../src/web/site/server.js";
import { saveEdition } from "../archive/editions.js";
import { openReaderRig, ORIGIN, pathIn } from "./rig.js";
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
    ["without a body", {}],
    ["without the field", { type: "application/x-www-form-urlencoded", body: "a=b" }],
    ["with another value", { type: "application/x-www-form-urlencoded", body: "List-Unsubscribe=no" }],
    ["as text", { type: "text/plain", body: "List-Unsubscribe=One-Click" }],
    ["as JSON", { type: "application/json", body: '{"List-Unsubscribe":"One-Click"}' }],
    ["with an unknown content type", { type: "nonsense", body: "List-Unsubscribe=One-Click" }],
    ["as multipart without a boundary", { type: "multipart/form-data", body: "List-Unsubscribe=One-Click" }],
    ["as multipart that is cut off", { type: "multipart/form-data; boundary=one", body: "--one\r\nContent-Disp" }],
    ["with bytes that are no text", { type: "application/x-www-form-urlencoded", body: "%ff%00\u0000=%" }],
    ["with a body that is longer than a form", { type: "text/plain", body: "x".repeat(100_000) }],
  ])("ends the subscription %s", async (_what, { type, body }: { type?: string; body?: string }) => {
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
    const answer = await rig.request("POST", path, { headers, ...(body === undefined ? {} : { body }) });
    expect([answer.status, (await rig.stored())?.state]).toEqual([200, "gone"]);
  });

  it.each([
    ["whose body is missing", "Content-Length: 26\r\n\r\n"],
    ["that announces a gigabyte", `Content-Length: 1000000000\r\n\r\n${"x".repeat(1_000_000)}`],
    ["in chunks", "Transfer-Encoding: chunked\r\n\r\n1a\r\nList-Unsubscribe=One-Click\r\n0\r\n\r\n"],
    ["in chunks that never end", `Transfer-Encoding: chunked\r\n\r\n10000\r\n${"x".repeat(0x1_0000)}\r\n`],
    ["of HTTP/1.0 without a body", "\r\n"],
  ])("ends the subscription by a request %s, and closes the connection", async (_what, rest) => {
    const server = await startSite(rig.site, { host: "127.0.0.1", port: 0 });
    const socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
    const version = rest === "\r\n" ? "1.0" : "1.1";
    socket.write(`POST ${path} HTTP/${version}\r\nHost: x\r\nConnection: close\r\n${rest}`);
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    await once(socket, "close");
    await server.close();
    expect([received.slice(0, 12), (await rig.stored())?.state]).toEqual([`HTTP/1.1 200`, "gone"]);
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

/** Returns where the form of a page leads. */
const actionIn = async (answer: Response) =>
  /<form method="post" action="([^"]*)"/.exec(await answer.text())?.[1] ?? "";

describe("subscribing again", () => {
  it("is offered after unsubscribing and keeps the preferences, once the address confirms", async () => {
    const change = { view: { ...DEFAULT_VIEW, include: ["agents"], language: "de" } };
    await rig.store.subscribers.changeById(rig.id, { ...change, frequency: "weekly" }, rig.now());
    const action = await actionIn(await rig.post(path, ONE_CLICK));
    const answer = await rig.post(action, {});
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/daily/sent"]);
    expect(await rig.stored()).toMatchObject({ state: "gone" });
    const [mail] = await rig.mails();
    expect(mail?.subject).toBe("Bitte bestätigen Sie Ihr Abonnement von Evening Post");
    await rig.post(pathIn(mail ?? { text: "" }), {});
    expect(await rig.stored()).toMatchObject({ ...change, state: "active", frequency: "weekly" });
    expect((await rig.post(action, {})).headers.get("location")).toMatch(/^\/daily\/p\//);
  });

  it("is offered by the preferences link, and refused from other sites and for erased readers", async () => {
    await rig.post(path, ONE_CLICK);
    const action = await actionIn(await rig.get(rig.link("preferences", rig.id)));
    expect((await rig.post(action, {}, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await rig.get(action)).status).toBe(405);
    await rig.store.subscribers.erase("you@example.com", rig.now());
    expect(await (await rig.post(action, {})).text()).toContain("No data stored");
    expect(await rig.mails()).toEqual([]);
  });

  it("mails an address at most once a day", async () => {
    await rig.post(path, ONE_CLICK);
    for (let turn = 0; turn < 3; turn += 1) await rig.post(`${path}/again`, {});
    expect(await rig.mails()).toHaveLength(1);
  });
});
