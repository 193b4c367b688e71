import { describe, expect, it } from "vitest";
import { readMail } from "../../src/inbox/read.js";
import { sortMail } from "../../src/inbox/sort.js";
import type { Finding } from "../../src/inbox/sort.js";
import { ADDRESS, IDENTITY, letterFrom, mail, returnPath, token, wire } from "./mails.js";
import type { MailName } from "./mails.js";

const READER = 7;

async function found(raw: Buffer, identity = IDENTITY): Promise<Finding> {
  return sortMail(await readMail(raw), identity);
}

function ignored(why: string): Finding {
  return { kind: "ignored", why };
}

function bounce(damage: "hard" | "soft", status: string): Finding {
  return { kind: "bounce", subscriberId: READER, damage, status };
}

const REPORTS: readonly (readonly [MailName, Finding])[] = [
  ["postfix-unknown-user", bounce("hard", "5.1.1")],
  ["postfix-delayed", bounce("soft", "4.4.1")],
  ["exim-unknown-user", bounce("hard", "5.1.1")],
  ["gmail-unknown-user", bounce("hard", "5.1.1")],
  ["outlook-unknown-user", bounce("hard", "5.1.10")],
  ["ses-mailbox-full", bounce("soft", "5.2.2")],
  ["policy-refusal", ignored("report that says nothing of the reader")],
  ["postfix-mailbox-full", bounce("soft", "4.2.2")],
  ["postfix-utf8", bounce("hard", "5.1.1")],
  ["outlook-mailbox-full", bounce("soft", "5.2.2")],
  ["ses-unknown-user", bounce("hard", "5.1.1")],
  ["relayed", ignored("report that says nothing of the reader")],
  ["broken-no-status", ignored("report that says nothing of the reader")],
  ["broken-cut-off", ignored("report that says nothing of the reader")],
  ["arf-abuse", { kind: "complaint", subscriberId: READER }],
  ["arf-hotmail", { kind: "complaint", subscriberId: READER }],
];

describe("reports", () => {
  it.each(REPORTS)("%s", async (name, expected) => {
    expect(await found(mail(name, { reader: READER }))).toEqual(expected);
  });

  it.each(REPORTS.map(([name]) => name))("%s counts for nothing when nobody here signed it", async (name) => {
    expect(await found(mail(name, { reader: "forged" }))).toEqual(ignored("report without proof"));
  });

  it("count by a key that signed before the one of today", async () => {
    const keys = { current: Buffer.alloc(32, 1), previous: [IDENTITY.keys.current] };
    expect(await found(mail("postfix-unknown-user", { reader: READER }), { ...IDENTITY, keys })).toMatchObject({
      kind: "bounce",
    });
  });

  it("without a return path of the letter's own count by the letter's link to leave", async () => {
    const raw = mail("gmail-unknown-user", { reader: READER });
    expect(await found(raw, { ...IDENTITY, bounceDomain: null })).toEqual(bounce("hard", "5.1.1"));
  });

  it("to another domain prove nothing", async () => {
    const raw = mail("postfix-unknown-user", { reader: READER });
    expect(await found(raw, { ...IDENTITY, bounceDomain: "other.example.org" })).toEqual(
      ignored("report without proof"),
    );
  });

  it.each([
    ["fraud", { kind: "complaint", subscriberId: READER }],
    ["not-spam", ignored("report of another kind")],
    ["auth-failure", ignored("report of another kind")],
  ] as const)("of feedback: %s", async (type, expected) => {
    expect(await found(mail("arf-abuse", { reader: READER, type }))).toEqual(expected);
  });

  it("in free text are none, whatever the text says", async () => {
    expect(await found(mail("exim-text-only", { reader: READER }))).toEqual(ignored("no report, at a return path"));
  });

  it("that a person sends along are none", async () => {
    const raw = mail("postfix-unknown-user", { reader: READER })
      .toString()
      .replace("multipart/report", "multipart/mixed");
    expect((await found(wire(raw))).kind).toBe("ignored");
  });
});

describe("machines", () => {
  it.each([
    ["out-of-office", ignored("no report, at a return path")],
    ["vacation-old", ignored("auto-reply")],
    ["challenge", ignored("no report, at a return path")],
  ] as const)("%s changes nothing", async (name, expected) => {
    expect(await found(mail(name, { reader: READER }))).toEqual(expected);
  });

  it.each([
    "Auto-Submitted: auto-generated",
    "Auto-Submitted: auto-replied; owner-email=x@example.com",
    "Precedence: list",
    "X-Autorespond: away",
    "List-Id: <other.example.net>",
    "Return-Path: <>",
  ])("%s is not answered", async (field) => {
    const raw = letterFrom("odo.ferrel@example.com", "subscribe", { fields: `${field}\n` });
    expect(await found(raw)).toEqual(ignored("auto-reply"));
  });

  it.each([
    ["MAILER-DAEMON@example.net", "auto-reply"],
    ["no-reply@example.net", "auto-reply"],
    ["Digest@example.org", "from ourselves"],
    [ADDRESS, "from ourselves"],
  ])("%s is not answered", async (from, why) => {
    expect(await found(letterFrom(from, "subscribe"))).toEqual(ignored(why));
  });
});

describe("leaving by a letter's own link", () => {
  const leave = { kind: "leave", subscriberId: READER };

  it.each([
    ["odo.ferrel@example.com", ""],
    ["somebody.else@example.net", ""],
    ["odo.ferrel@example.com", "Auto-Submitted: auto-generated\n"],
  ])("from %s %s", async (from, fields) => {
    const raw = letterFrom(from, `unsubscribe ${token("unsubscribe", READER)}`, { fields });
    expect(await found(raw)).toEqual(leave);
  });

  it("by a plus in the address", async () => {
    const to = ADDRESS.replace("@", `+${token("unsubscribe", READER)}@`);
    expect(await found(wire(`From: odo.ferrel@example.com\nDelivered-To: ${to}\nSubject: x\n\nx\n`))).toEqual(leave);
  });

  it.each(["bounce", "preferences"] as const)("not with a token that is for something else: %s", async (purpose) => {
    const raw = letterFrom("odo.ferrel@example.com", `unsubscribe ${token(purpose, READER)}`);
    expect(await found(raw)).toEqual(ignored("proof that does not hold"));
  });
});

describe("wishes", () => {
  const from = "odo.ferrel@example.com";

  it.each([
    ["subscribe", "subscribe"],
    ["Subscribe, please", "subscribe"],
    ["STOP!", "stop"],
    ["[list] weekly", "weekly"],
    ["monthly", "monthly"],
  ])("%j without proof ask at most", async (subject, wish) => {
    expect(await found(letterFrom(`Odo <${from}>`, subject))).toEqual({ kind: "ask", wish, from });
  });

  it("stand in the first line of the text too", async () => {
    const raw = letterFrom(from, "Re: Daily papers", { text: "\n  Stop\n\n> quoted\n" });
    expect(await found(raw)).toEqual({ kind: "ask", wish: "stop", from });
  });

  it.each([
    "Hello",
    "Automatic reply: stop",
    "please stop",
    "Re: Daily papers",
    "[x] AW: Re: stop",
    "constructor",
    "__proto__",
  ])("%j is for a person", async (subject) => {
    expect(await found(letterFrom(from, subject))).toEqual(ignored("for a person"));
  });

  it.each([
    [`Re: [Paperboy: reply to confirm] stop ${token("unsubscribe", READER)}`, { kind: "leave", subscriberId: READER }],
    [`AW: weekly ${token("preferences", READER)}`, { kind: "change", subscriberId: READER, wish: "weekly" }],
    [`Re: subscribe ${token("confirm", READER)}`, { kind: "confirm", signupId: READER }],
    [`Re: weekly ${token("unsubscribe", READER)}`, ignored("proof that does not hold")],
    [`Re: stop ${token("preferences", READER)}`, ignored("proof that does not hold")],
    [`Automatic reply: stop ${token("unsubscribe", READER)}`, ignored("for a person")],
  ] as const)("%j", async (subject, expected) => {
    expect(await found(letterFrom(from, subject))).toEqual(expected);
  });

  it("with a token in the text are unproved: texts quote what came before", async () => {
    const raw = letterFrom(from, "Hello", { text: `stop ${token("unsubscribe", READER)}\n` });
    expect(await found(raw)).toEqual({ kind: "ask", wish: "stop", from });
  });

  it("of two senders, or of none, are nobody's", async () => {
    expect(await found(letterFrom(`a@example.com\nFrom: b@example.com`, "stop"))).toEqual(
      ignored("a wish without an address"),
    );
    expect(await found(wire("Subject: stop\n\nx\n"))).toEqual(ignored("without a sender"));
  });

  it("to a return path are not answered", async () => {
    const raw = wire(`From: ${from}\nTo: ${returnPath(READER)}\nSubject: stop\n\nx\n`);
    expect(await found(raw)).toEqual(ignored("no report, at a return path"));
  });
});
