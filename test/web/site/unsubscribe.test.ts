import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { startSite } from "../../../src/web/site/server.js";
import { saveEdition } from "../archive/editions.js";
import { openReaderHarness, ORIGIN, pathIn } from "./harness.js";
import type { ReaderHarness } from "./harness.js";

const ONE_CLICK = { "List-Unsubscribe": "One-Click" };
let harness: ReaderHarness;
let path: string;

beforeEach(async () => {
  harness = await openReaderHarness("unsubscribe");
  ({ path } = harness);
});
afterEach(() => harness.close());

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
  return harness.request("POST", target, { from: "192.0.2.1", headers: { "content-type": type }, body });
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
      expect(await harness.stored()).toMatchObject({ state: "gone" });
      harness.pass(400 * 86_400_000);
    }
  });

  it("suppresses deliveries that are not sent yet", async () => {
    await saveEdition(harness, "day:2026-10-02", ["Agents"]);
    await oneClick("urlencoded");
    const key = { editionId: "day:2026-10-02", channel: "smtp" } as const;
    expect(await harness.store.ledger.counts(key)).toMatchObject({ prepared: 1, suppressed: 1, pending: 0 });
  });

  it("succeeds for an erased subscriber and has no rate limit", async () => {
    await harness.store.subscribers.erase("you@example.com", harness.now());
    for (let turn = 0; turn < 70; turn += 1) expect((await oneClick("urlencoded")).status).toBe(200);
    expect(await harness.stored()).toBeNull();
  });

  it("allows cross-site requests, because the link is the authorization", async () => {
    const headers = { origin: "https://mail.example.net", "sec-fetch-site": "cross-site" };
    expect((await harness.post(path, ONE_CLICK, { headers })).status).toBe(200);
    expect(await harness.stored()).toMatchObject({ state: "gone" });
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
    const answer = await harness.request("POST", path, { headers, ...(body === undefined ? {} : { body }) });
    expect([answer.status, (await harness.stored())?.state]).toEqual([200, "gone"]);
  });

  it.each([
    ["whose body is missing", "Content-Length: 26\r\n\r\n"],
    ["that announces a gigabyte", `Content-Length: 1000000000\r\n\r\n${"x".repeat(1_000_000)}`],
    ["in chunks", "Transfer-Encoding: chunked\r\n\r\n1a\r\nList-Unsubscribe=One-Click\r\n0\r\n\r\n"],
    ["in chunks that never end", `Transfer-Encoding: chunked\r\n\r\n10000\r\n${"x".repeat(0x1_0000)}\r\n`],
    ["of HTTP/1.0 without a body", "\r\n"],
  ])("ends the subscription by a request %s, and closes the connection", async (_what, rest) => {
    const server = await startSite(harness.site, { host: "127.0.0.1", port: 0 });
    const socket = connect(server.port, "127.0.0.1").on("error", () => undefined);
    const version = rest === "\r\n" ? "1.0" : "1.1";
    socket.write(`POST ${path} HTTP/${version}\r\nHost: x\r\nConnection: close\r\n${rest}`);
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    await once(socket, "close");
    await server.close();
    expect([received.slice(0, 12), (await harness.stored())?.state]).toEqual([`HTTP/1.1 200`, "gone"]);
  });

  it.each([
    ["forged", () => "/daily/u/AAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["for another purpose", () => harness.link("preferences", harness.id).replace("/p/", "/u/")],
    ["changed to another subscriber", () => path.replace(/\/u\/(..)/, "/u/Bg")],
    ["with a different encoding", () => `${path}=`],
  ])("refuses a link that is %s", async (_what, linkOf) => {
    expect((await oneClick("urlencoded", linkOf())).status).toBe(404);
    expect(await harness.stored()).toMatchObject({ state: "active" });
  });
});

describe("the unsubscribe page", () => {
  it("has one button and offers alternatives below it", async () => {
    const page = await (await harness.get(path)).text();
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page.indexOf("<button")).toBeLessThan(page.indexOf(`${path}/pause`));
    expect(page).toContain(`href="${path}/weekly"`);
    expect(page).not.toContain("you@example.com");
    expect((await harness.post(path, ONE_CLICK, { headers: { origin: ORIGIN } })).status).toBe(200);
    expect(await harness.stored()).toMatchObject({ state: "gone" });
  });

  it.each([
    ["/pause", { state: "paused", pausedUntil: new Date("2026-11-02T00:00:00Z") }],
    ["/weekly", { state: "active", frequency: "weekly" }],
  ])("links to %s, which also has one button", async (action, becomes) => {
    const page = await (await harness.get(path + action)).text();
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(await harness.stored()).toMatchObject({ state: "active", frequency: "daily" });
    expect((await harness.post(path + action, {}, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await harness.post(path + action, {})).status).toBe(200);
    expect(await harness.stored()).toMatchObject(becomes);
  });

  it.each(["/pause", "/weekly"])("does not reactivate a former subscriber with %s", async (action) => {
    await harness.post(path, ONE_CLICK);
    expect(await (await harness.post(path + action, {})).text()).toContain("You are unsubscribed");
    expect(await harness.stored()).toMatchObject({ state: "gone", frequency: "daily" });
  });

  it("uses the subscriber's language", async () => {
    const other = await harness.reader("sie@example.com", { language: "de" });
    expect(await (await harness.get(harness.link("unsubscribe", other.id))).text()).toContain(
      "Newsletter abbestellen?",
    );
  });
});

/** Returns where the form of a page leads. */
const actionIn = async (answer: Response) =>
  /<form method="post" action="([^"]*)"/.exec(await answer.text())?.[1] ?? "";

describe("subscribing again", () => {
  it("is offered after unsubscribing and keeps the preferences, once the address confirms", async () => {
    const change = { view: { ...DEFAULT_VIEW, include: ["agents"], language: "de" } };
    await harness.store.subscribers.changeById(harness.id, { ...change, frequency: "weekly" }, harness.now());
    const action = await actionIn(await harness.post(path, ONE_CLICK));
    const answer = await harness.post(action, {});
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/daily/sent"]);
    expect(await harness.stored()).toMatchObject({ state: "gone" });
    const [mail] = await harness.mails();
    expect(mail?.subject).toBe("Bitte bestätigen Sie Ihr Abonnement von Evening Post");
    await harness.post(pathIn(mail ?? { text: "" }), {});
    expect(await harness.stored()).toMatchObject({ ...change, state: "active", frequency: "weekly" });
    // Mail services know the link: it leads a current subscriber nowhere.
    expect((await harness.post(action, {})).headers.get("location")).toBe("/daily/sent");
    expect((await harness.mails()).map(({ subject }) => subject)).toEqual(["Sie haben Evening Post bereits abonniert"]);
  });

  it("is offered by the preferences link, and refused from other sites and for erased readers", async () => {
    await harness.post(path, ONE_CLICK);
    const action = await actionIn(await harness.get(harness.link("preferences", harness.id)));
    expect((await harness.post(action, {}, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await harness.get(action)).status).toBe(405);
    await harness.store.subscribers.erase("you@example.com", harness.now());
    expect(await (await harness.post(action, {})).text()).toContain("No data stored");
    expect(await harness.mails()).toEqual([]);
  });

  it("mails an address at most once a day", async () => {
    await harness.post(path, ONE_CLICK);
    for (let turn = 0; turn < 3; turn += 1) await harness.post(`${path}/again`, {});
    expect(await harness.mails()).toHaveLength(1);
  });
});
