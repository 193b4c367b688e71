import { beforeEach, describe, expect, it } from "vitest";
import { CONFIRM_VALID_MS } from "../../src/core/tokens.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { fixture, freshHome, openHomeStore, paperboy } from "../support/paperboy.js";
import type { Smtp } from "../support/smtp.js";
import { useServers } from "./servers.js";

const servers = useServers();
const VISITOR = "visitor@example.com";
const HOUR = 3_600_000;
const START = Date.parse("2026-10-05T07:00:00Z");

let home: string;
let smtp: Smtp;
let answer: { readonly code: number; readonly message: string } | null;

beforeEach(async () => {
  home = freshHome();
  answer = null;
  smtp = await servers.smtp({ refuse: (to) => (to === VISITOR ? answer : null) });
});

const at = (hours: number) => new Date(START + hours * HOUR);

function command(args: readonly string[], hours: number) {
  return paperboy(args, {
    home,
    now: at(hours).toISOString(),
    environment: { PAPERBOY_SMTP_URL: smtp.url, PAPERBOY_FROM: "digest@example.org", PAPERBOY_TO: "you@example.com" },
  });
}

/** What the site does with a sign-up. */
async function signUp(hours: number): Promise<string> {
  const store = await openHomeStore(home);
  const now = at(hours);
  const request = { address: VISITOR, frequency: "daily", view: DEFAULT_VIEW, origin: "site" } as const;
  const { result } = await store.signups.begin(request, now);
  const mail = {
    kind: "confirm",
    to: VISITOR,
    subject: "Confirm",
    text: "One click.",
    html: null,
    headers: {},
  } as const;
  const sendBefore = new Date(Number(now) + CONFIRM_VALID_MS);
  if (result === "begun") await store.transactional.enqueue({ ...mail, sendBefore }, now);
  await store.close();
  return result;
}

const run = (hours: number) => command(["run", fixture("pages/daily.html")], hours);
const confirmations = () => smtp.messages.filter(({ envelope }) => envelope.to[0] === VISITOR).length;

describe("a sign-up while no mail can be sent", () => {
  it.each([
    ["the server closes down", { code: 421, message: "4.3.2 closing down" }],
    ["the visitor is greylisted", { code: 451, message: "4.7.1 greylisted" }],
    ["the sender is refused", { code: 550, message: "5.7.1 block list" }],
    ["the limit is reached", { code: 550, message: "5.4.5 Daily user sending limit exceeded" }],
  ])("stays queued while %s, is shown, and its mail is sent once afterwards", async (_, reply) => {
    answer = reply;
    await run(0);
    expect(await signUp(1)).toBe("begun");
    for (const hours of [1, 5, 24, 47]) await run(hours);
    expect(confirmations()).toBe(0);
    const status = (await command(["status"], 47)).stdout.replaceAll(/\s+/g, " ");
    expect(status).toContain("1 transactional mail since 2026-10-05 08:00 UTC, 1 confirmation of sign-ups");
    expect(status).toContain("1 sign-up cannot be confirmed: mails have been queued since 2026-10-05 08:00 UTC");
    // The visitor tries again, day after day, and is never barred.
    expect([await signUp(48), await signUp(49), await signUp(71)]).toEqual(["begun", "begun", "begun"]);
    answer = null;
    await run(72);
    await run(80);
    expect(confirmations()).toBe(1);
    expect(await signUp(81)).toBe("limited");
  });

  it("waits while sending is paused", async () => {
    await run(0);
    await command(["pause"], 1);
    await signUp(1);
    await run(30);
    expect(confirmations()).toBe(0);
    expect((await command(["status"], 30)).stdout).toContain("sending is paused");
    await command(["resume"], 40);
    await run(40);
    expect(confirmations()).toBe(1);
  });
});
