import { load } from "cheerio/slim";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MIN_RESPONSE_MS } from "../../../src/web/site/subscribe.js";
import { BASE, openHarness, ORIGIN, pathIn, PUBLIC_URL, csrfTokenIn } from "./harness.js";
import type { Fields, Harness } from "./harness.js";

const HOUR_MS = 3_600_000;
let harness: Harness;

beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const subscribe = (email: string, fields: Fields = {}, from?: string) =>
  harness.fill(`${BASE}/`, `${BASE}/subscribe`, { email, ...fields }, from === undefined ? {} : { from });

const freshToken = async () => csrfTokenIn(await (await harness.get(`${BASE}/`)).text());

/** Signs up another address and returns the status. */
async function ask(number: number, from: string, headers: Fields = {}): Promise<number> {
  const query = { from, headers: { origin: ORIGIN, ...headers } };
  return (await harness.fill(`${BASE}/`, `${BASE}/subscribe`, { email: `a${number}@example.com` }, query)).status;
}

/** Returns everything that a visitor sees of a response. */
async function seen(answer: Response): Promise<string> {
  return JSON.stringify([answer.status, [...answer.headers], await answer.text()]);
}

describe("subscribing", () => {
  it("recognises a subscriber by any spelling of the address, and mails a link to one who left or was erased", async () => {
    await harness.reader("ann\u00E9@xn--bcher-kva.example");
    await subscribe("ANNE\u0301@b\u00FCcher.example");
    expect((await harness.mails()).map(({ kind }) => kind)).toEqual(["note"]);
    await harness.store.subscribers.change("anne\u0301@b\u00FCcher.example", { state: "gone" }, harness.now());
    await subscribe("anne\u0301@b\u00FCcher.example");
    const [mail] = await harness.mails();
    if (!mail) throw new Error("no mail is queued");
    await harness.post(pathIn(mail), {});
    expect(await harness.store.subscribers.count()).toMatchObject({ active: 1, gone: 0 });
  });

  it("creates a subscriber with the chosen preferences after the link in the mail is confirmed", async () => {
    const answer = await subscribe("You@Example.com", {
      frequency: "weekly",
      include: "agents, robots",
      abstracts: "short",
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`${BASE}/sent`);
    expect(await harness.store.subscribers.find("you@example.com")).toBeNull();

    const [mail] = await harness.mails();
    if (!mail) throw new Error("no mail is queued");
    expect(mail).toMatchObject({
      kind: "confirm",
      to: "You@example.com",
      subject: "Confirm your subscription to Evening Post",
    });
    expect(mail.sendBefore.getTime() - harness.now().getTime()).toBe(72 * HOUR_MS);
    expect(await (await harness.get(pathIn(mail))).text()).toContain("once a week");

    const confirmed = await harness.post(pathIn(mail), {});
    expect(confirmed.status).toBe(303);
    expect(confirmed.headers.get("location")).toMatch(new RegExp(`^${BASE}/p/[\\w-]+\\?welcome$`));
    const page = await (await harness.get(confirmed.headers.get("location") ?? "")).text();
    expect(page).toContain("You are subscribed. Your first issue comes on ");
    expect(await harness.store.subscribers.find("you@example.com")).toMatchObject({
      state: "active",
      frequency: "weekly",
      origin: "site",
      view: { include: ["agents", "robots"], abstracts: "short" },
    });
  });

  it("mails one link, in a main landmark, with colours of its own in dark mode", async () => {
    await subscribe("you@example.com");
    const [mail] = await harness.mails();
    const $ = load(mail?.html ?? "");
    expect(
      $("a")
        .toArray()
        .map((link) => link.attribs["href"]),
    ).toEqual([expect.stringMatching(`^${PUBLIC_URL}/c/`)]);
    expect($("[role=main] h1").text()).toBe("Confirm your subscription");
    const [, dark = ""] = $("style").text().split("prefers-color-scheme: dark");
    const classes = $("body, body [class]")
      .toArray()
      .flatMap((element) => element.attribs["class"]?.split(" ") ?? []);
    const coloured = classes.filter((name) => name !== "backdrop-cell");
    expect(coloured.filter((name) => !dark.includes(`.${name} {`))).toEqual([]);
  });

  it("mails nothing that the visitor typed", async () => {
    const words = "Click-http://evil.example/prize";
    await subscribe("victim@example.com", { include: words, exclude: words, name: words, language: words });
    const [mail] = await harness.mails();
    const told = JSON.stringify(mail);
    expect(told).not.toMatch(/evil|prize|Click-/);
    expect(told.match(/https?:\/\/[^\s"\\<]+/g)?.every((url) => url.startsWith(`${PUBLIC_URL}/c/`))).toBe(true);
    expect(mail?.headers).toEqual({});
  });

  it.each([
    "you@example.com\r\nBcc: b@example.com",
    "you@example.com, b@example.com",
    "<you@example.com>",
    "a%b@example.com",
  ])("refuses an address that would reach other people: %j", async (email) => {
    expect((await subscribe(email)).status).toBe(422);
    expect(await harness.mails()).toEqual([]);
  });

  it("shows the form again with the input and the errors", async () => {
    const answer = await subscribe('"><script>alert(1)</script>', { include: '"><b>' });
    const page = await answer.text();
    expect(answer.status).toBe(422);
    expect(page).toContain("Please enter a valid email address");
    expect(page).toContain("&quot;&gt;&lt;script&gt;");
    expect(page).not.toMatch(/<script|<b>/);
    expect(await harness.mails()).toEqual([]);
  });
});

describe("what a response reveals", () => {
  it("is the same for a new, known, unsubscribed, bounced, erased or repeated address", async () => {
    await harness.reader("active@example.com");
    await harness.reader("paused@example.com", { state: "paused" });
    await harness.reader("gone@example.com", { state: "gone" });
    await harness.reader("bounced@example.com", { state: "bounced" });
    await harness.reader("erased@example.com");
    await harness.store.subscribers.erase("erased@example.com", harness.now());
    await subscribe("again@example.com", {}, "198.51.100.1");
    const answers: string[] = [];
    for (const name of ["new", "again", "active", "paused", "gone", "bounced", "erased"]) {
      answers.push(await seen(await subscribe(`${name}@example.com`, {}, `198.51.100.${answers.length + 10}`)));
    }
    expect(new Set(answers).size).toBe(1);
  });

  it("does not depend on the response time", async () => {
    await harness.reader("active@example.com");
    for (const name of ["new", "new", "active"]) await subscribe(`${name}@example.com`);
    expect(harness.waits).toEqual([MIN_RESPONSE_MS, MIN_RESPONSE_MS, MIN_RESPONSE_MS]);
  });

  it("is the usual response for a bot that fills in the honeypot field", async () => {
    const trapped = await subscribe("new@example.com", { comment: "https://evil.example" });
    expect(await harness.mails()).toEqual([]);
    expect(await seen(trapped)).toBe(await seen(await subscribe("new@example.com")));
  });
});

describe("a current subscriber who signs up again", () => {
  it("keeps the preferences and gets a link to change them at most once a day", async () => {
    const { id } = await harness.reader("you@example.com");
    await subscribe("you@example.com", { frequency: "monthly", include: "spam" }, "198.51.100.1");
    const mails = await harness.mails();
    expect(mails).toMatchObject([
      { kind: "note", to: "you@example.com", subject: "You are already subscribed to Evening Post" },
    ]);
    expect(mails.map(pathIn)).toEqual([harness.link("preferences", id)]);
    expect(await harness.store.subscribers.find("you@example.com")).toMatchObject({
      frequency: "daily",
      view: { include: [] },
    });
    for (let query = 0; query < 3; query += 1) await subscribe("you@example.com", {}, "198.51.100.2");
    expect(await harness.mails()).toEqual([]);
  });
});

describe("the form", () => {
  it("refuses a form that is sent too fast and accepts it on the second attempt", async () => {
    const hasty = await harness.post(`${BASE}/subscribe`, { email: "you@example.com", csrf: await freshToken() });
    expect(hasty.status).toBe(422);
    expect(await harness.mails()).toEqual([]);
    const csrf = csrfTokenIn(await hasty.text());
    harness.pass(2_000);
    expect((await harness.post(`${BASE}/subscribe`, { email: "you@example.com", csrf })).status).toBe(303);
    expect(await harness.mails()).toHaveLength(1);
  });

  it.each([
    ["without a CSRF token", () => ""],
    ["with a forged CSRF token", () => "A".repeat(30)],
    ["a day later", (csrf: string) => (harness.pass(24 * HOUR_MS + 1), csrf)],
  ])("is refused %s", async (_what, tokenOf) => {
    const answer = await harness.post(`${BASE}/subscribe`, {
      email: "you@example.com",
      csrf: tokenOf(await freshToken()),
    });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("was open for too long");
    expect(await harness.mails()).toEqual([]);
  });

  it.each([
    ["from another site", { origin: "https://evil.example" }, 403],
    ["from an opaque origin", { origin: "null" }, 403],
    ["from another site according to Sec-Fetch-Site", { "sec-fetch-site": "cross-site" }, 403],
    ["as JSON", { "content-type": "application/json" }, 415],
    ["as plain text", { "content-type": "text/plain" }, 415],
  ] as const)("is refused %s", async (_what, headers, status) => {
    const csrf = await freshToken();
    harness.pass(5_000);
    const answer = await harness.post(`${BASE}/subscribe`, { email: "you@example.com", csrf }, { headers });
    expect(answer.status).toBe(status);
    expect(await harness.mails()).toEqual([]);
  });

  it("is accepted from a client that sends no Origin header", async () => {
    const csrf = await freshToken();
    harness.pass(5_000);
    const body = new URLSearchParams({ email: "you@example.com", csrf }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await harness.request("POST", `${BASE}/subscribe`, { headers, body })).status).toBe(303);
  });
});

describe("rate limits", () => {
  it.each([
    ["one IP address", () => "203.0.113.7", () => ({})],
    ["one IPv6 network", (number: number) => `2001:db8:1:2::${number}`, () => ({})],
    ["a client behind a trusted proxy", () => "127.0.0.1", (): Fields => ({ "x-forwarded-for": "198.51.100.1" })],
    [
      "a client that forges X-Forwarded-For",
      () => "203.0.113.7",
      (number: number): Fields => ({ "x-forwarded-for": `10.0.0.${number}` }),
    ],
  ])("allow 5 sign-ups an hour for %s", async (_what, from, headers) => {
    const statuses: number[] = [];
    for (let number = 1; number <= 8; number += 1) statuses.push(await ask(number, from(number), headers(number)));
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429, 429, 429]);
    expect(await harness.mails()).toHaveLength(5);
    harness.pass(HOUR_MS);
    expect(await ask(9, from(9), headers(9))).toBe(303);
  });

  it("send Retry-After", async () => {
    for (let number = 1; number <= 5; number += 1) await ask(number, "203.0.113.7");
    const answer = await subscribe("a6@example.com");
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("cap the mails of an hour at 100 under 300 requests from many addresses", async () => {
    const csrf = csrfTokenIn(await (await harness.get(`${BASE}/`)).text());
    harness.pass(5_000);
    for (let number = 0; number < 300; number += 1) {
      // A third of the requests names the same address, the others new ones.
      const email = number % 3 === 0 ? "victim@example.com" : `v${number}@example.com`;
      const from = `198.51.${number >> 8}.${number & 255}`;
      await harness.post(`${BASE}/subscribe`, { email, csrf }, { from });
    }
    const mails = await harness.mails();
    expect(mails.length).toBeLessThanOrEqual(100);
    expect(mails.length).toBeGreaterThan(50);
    expect(mails.filter(({ to }) => to === "victim@example.com")).toHaveLength(1);
  });
});
