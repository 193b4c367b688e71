import { describe, expect, it } from "vitest";
import { readMail } from "../../src/inbox/read.js";
import { classifyMail } from "../../src/inbox/classify.js";
import type { Classification } from "../../src/inbox/classify.js";
import { ADDRESS, IDENTITY, letterFrom, mail, returnPath, token, wire } from "./mails.js";
import type { MailName } from "./mails.js";

const SUBSCRIBER = 7;

async function classified(raw: Buffer, identity = IDENTITY): Promise<Classification> {
  return classifyMail(await readMail(raw), identity);
}

function ignored(why: string): Classification {
  return { kind: "ignored", why };
}

function bounce(damage: "hard" | "permanent" | "soft", status: string): Classification {
  return { kind: "bounce", subscriberId: SUBSCRIBER, damage, status };
}

function about(cause: string): Classification {
  return { kind: "report", subscriberId: SUBSCRIBER, about: cause };
}

const REPORTS: readonly (readonly [MailName, Classification])[] = [
  ["postfix-unknown-user", bounce("hard", "5.1.1")],
  ["postfix-delayed", about("progress")],
  ["exim-unknown-user", bounce("hard", "5.1.1")],
  ["gmail-unknown-user", bounce("hard", "5.1.1")],
  ["outlook-unknown-user", bounce("hard", "5.1.10")],
  ["ses-mailbox-full", bounce("soft", "5.2.2")],
  ["policy-refusal", about("sender")],
  ["postfix-mailbox-full", bounce("soft", "4.2.2")],
  ["postfix-utf8", bounce("hard", "5.1.1")],
  ["outlook-mailbox-full", bounce("soft", "5.2.2")],
  ["ses-unknown-user", bounce("hard", "5.1.1")],
  ["relayed", about("progress")],
  ["broken-no-status", bounce("soft", "5.1.1")],
  ["broken-cut-off", bounce("soft", "")],
  ["arf-abuse", { kind: "complaint", subscriberId: SUBSCRIBER }],
  ["arf-hotmail", { kind: "complaint", subscriberId: SUBSCRIBER }],
];

describe("reports", () => {
  it.each(REPORTS)("classifies %s", async (name, expected) => {
    expect(await classified(mail(name, { reader: SUBSCRIBER }))).toEqual(expected);
  });

  it.each(REPORTS.map(([name]) => name))("ignores %s when this installation did not sign it", async (name) => {
    expect(await classified(mail(name, { reader: "forged" }))).toEqual(ignored("report without a valid token"));
  });

  it("accepts a report whose token an earlier key signed", async () => {
    const keys = { current: Buffer.alloc(32, 1), previous: [IDENTITY.keys.current] };
    expect(await classified(mail("postfix-unknown-user", { reader: SUBSCRIBER }), { ...IDENTITY, keys })).toMatchObject(
      {
        kind: "bounce",
      },
    );
  });

  it("falls back to the unsubscribe link of the returned letter when letters have no return path", async () => {
    const raw = mail("gmail-unknown-user", { reader: SUBSCRIBER });
    expect(await classified(raw, { ...IDENTITY, bounceDomain: null })).toEqual(bounce("hard", "5.1.1"));
  });

  it("ignores a report to another domain", async () => {
    const raw = mail("postfix-unknown-user", { reader: SUBSCRIBER });
    expect(await classified(raw, { ...IDENTITY, bounceDomain: "other.example.org" })).toEqual(
      ignored("report without a valid token"),
    );
  });

  it.each([
    ["fraud", { kind: "complaint", subscriberId: SUBSCRIBER }],
    ["not-spam", ignored("feedback that is not a complaint")],
    ["auth-failure", ignored("feedback that is not a complaint")],
  ] as const)("classifies the feedback type %s", async (type, expected) => {
    expect(await classified(mail("arf-abuse", { reader: SUBSCRIBER, type }))).toEqual(expected);
  });

  it("reads a bounce in free text from a mailer daemon, and ignores one that this installation did not sign", async () => {
    expect(await classified(mail("exim-text-only", { reader: SUBSCRIBER }))).toEqual(bounce("hard", "5.1.1"));
    expect((await classified(mail("exim-text-only", { reader: "forged" }))).kind).toBe("ignored");
  });

  it("ignores a report that a person forwards", async () => {
    const raw = mail("postfix-unknown-user", { reader: SUBSCRIBER })
      .toString()
      .replace("multipart/report", "multipart/mixed")
      .replace(/^Return-Path: .*$/m, "Return-Path: <odo.ferrel@example.com>")
      .replace(/^From: .*$/m, "From: Odo <odo.ferrel@example.com>");
    expect((await classified(wire(raw))).kind).toBe("ignored");
  });
});

describe("automatic mails", () => {
  it.each([
    ["out-of-office", ignored("sent to a return path, but not a report")],
    ["vacation-old", ignored("auto-reply")],
    ["challenge", ignored("sent to a return path, but not a report")],
  ] as const)("ignores %s", async (name, expected) => {
    expect(await classified(mail(name, { reader: SUBSCRIBER }))).toEqual(expected);
  });

  it.each([
    "Auto-Submitted: auto-generated",
    "Auto-Submitted: auto-replied; owner-email=x@example.com",
    "Precedence: list",
    "X-Autorespond: away",
    "List-Id: <other.example.net>",
    "Return-Path: <>",
  ])("ignores a mail with %s", async (field) => {
    const raw = letterFrom("odo.ferrel@example.com", "subscribe", { fields: `${field}\n` });
    expect(await classified(raw)).toEqual(ignored("auto-reply"));
  });

  it.each([
    ["MAILER-DAEMON@example.net", "auto-reply"],
    ["no-reply@example.net", "auto-reply"],
    ["Digest@example.org", "from our own address"],
    [ADDRESS, "from our own address"],
  ])("ignores a mail from %s", async (from, why) => {
    expect(await classified(letterFrom(from, "subscribe"))).toEqual(ignored(why));
  });
});

describe("the unsubscribe link of a letter", () => {
  const leave = { kind: "leave", subscriberId: SUBSCRIBER };

  it.each([
    ["odo.ferrel@example.com", ""],
    ["someone.else@example.net", ""],
    ["odo.ferrel@example.com", "Auto-Submitted: auto-generated\n"],
  ])("is accepted from %s %s", async (from, fields) => {
    const raw = letterFrom(from, `unsubscribe ${token("unsubscribe", SUBSCRIBER)}`, { fields });
    expect(await classified(raw)).toEqual(leave);
  });

  it.each([
    "[EXTERNAL] ",
    "[SPAM] ",
    "Re: ",
    "Fwd: ",
    "[EXT] Re: ***SPAM*** ",
    "{Spam?} ",
    "External: ",
    "[EXTERNAL]: ",
    "[EXT] - ",
    "<EXTERNAL> ",
    "EXT: ",
    "-EXTERNAL- ",
    "⚠️ EXTERNAL: ",
    "[SPAM 7.1]Re:",
    "RE : ",
    "TR : [EXTERNAL] ",
    "回复: ",
    "答复:",
    "Вн: ",
    "Réf: ",
    "Ynt: ",
  ])("is accepted after %s, which a gateway or a mail program put before it", async (prefix) => {
    const raw = letterFrom("odo.ferrel@example.com", `${prefix}unsubscribe ${token("unsubscribe", SUBSCRIBER)}`);
    expect(await classified(raw)).toEqual(leave);
  });

  it("is accepted as a token in the recipient's address", async () => {
    const to = ADDRESS.replace("@", `+${token("unsubscribe", SUBSCRIBER)}@`);
    expect(await classified(wire(`From: odo.ferrel@example.com\nDelivered-To: ${to}\nSubject: x\n\nx\n`))).toEqual(
      leave,
    );
  });

  it.each(["bounce", "preferences"] as const)("is refused with a token for another purpose: %s", async (purpose) => {
    const raw = letterFrom("odo.ferrel@example.com", `unsubscribe ${token(purpose, SUBSCRIBER)}`);
    expect(await classified(raw)).toEqual(ignored("invalid token"));
  });
});

describe("commands", () => {
  const from = "odo.ferrel@example.com";

  it.each([
    ["subscribe", "subscribe"],
    ["Subscribe, please", "subscribe"],
    ["STOP!", "stop"],
    ["[list] weekly", "weekly"],
    ["monthly", "monthly"],
    ["[EXTERNAL] unsubscribe", "stop"],
    ["***SPAM*** stop", "stop"],
    ["EXTERNAL: leave", "stop"],
    ["Re: stop", "stop"],
    ["Fwd: [SPAM] Unsubscribe.", "stop"],
    ["RE : [EXT] - stop", "stop"],
    ["⚠️ EXTERNAL: Unsubscribe", "stop"],
  ])("%j without a token only asks for confirmation", async (subject, command) => {
    expect(await classified(letterFrom(`Odo <${from}>`, subject))).toEqual({ kind: "ask", command, from });
  });

  it("name a paper by its id or address", async () => {
    const asked = { kind: "ask", command: "like", paper: "2603.14473", from };
    expect(await classified(letterFrom(from, "Like https://arxiv.org/abs/2603.14473v2"))).toEqual(asked);
  });

  it("are also found in the first line of the text", async () => {
    const raw = letterFrom(from, "Re: Daily papers", { text: "\n  Stop\n\n> quoted\n" });
    expect(await classified(raw)).toEqual({ kind: "ask", command: "stop", from });
  });

  it.each([
    "Hello",
    "Automatic reply: stop",
    "please stop",
    "> stop",
    "Undeliverable: stop",
    "Like your letters!",
    "unlike",
    "Re: Daily papers",
    "[x] AW: Re: stop sign detection, a survey",
    "constructor",
    "__proto__",
  ])("%j is not a command", async (subject) => {
    expect(await classified(letterFrom(from, subject))).toEqual(ignored("no command"));
  });

  it.each([
    [
      `Re: [Paperboy: reply to confirm] stop ${token("unsubscribe", SUBSCRIBER)}`,
      { kind: "leave", subscriberId: SUBSCRIBER },
    ],
    [`AW: weekly ${token("preferences", SUBSCRIBER)}`, { kind: "change", subscriberId: SUBSCRIBER, command: "weekly" }],
    [
      `like 2603.14473 ${token("preferences", SUBSCRIBER)}`,
      { kind: "change", subscriberId: SUBSCRIBER, command: "like", paper: "2603.14473" },
    ],
    [`unlike 2603.14473 ${token("unsubscribe", SUBSCRIBER)}`, ignored("invalid token")],
    [`Re: subscribe ${token("confirm", SUBSCRIBER)}`, { kind: "confirm", signupId: SUBSCRIBER }],
    [`Re: weekly ${token("unsubscribe", SUBSCRIBER)}`, ignored("invalid token")],
    [`Re: stop ${token("preferences", SUBSCRIBER)}`, ignored("invalid token")],
    [`Automatic reply: stop ${token("unsubscribe", SUBSCRIBER)}`, ignored("no command")],
  ] as const)("with a token take effect immediately: %j", async (subject, expected) => {
    expect(await classified(letterFrom(from, subject))).toEqual(expected);
  });

  it("ignore a token in the text, since texts quote earlier mails", async () => {
    const raw = letterFrom(from, "Hello", { text: `stop ${token("unsubscribe", SUBSCRIBER)}\n` });
    expect(await classified(raw)).toEqual({ kind: "ask", command: "stop", from });
  });

  it("are ignored if there are two senders or none", async () => {
    expect(await classified(letterFrom(`a@example.com\nFrom: b@example.com`, "stop"))).toEqual(
      ignored("command from an invalid sender"),
    );
    expect(await classified(wire("Subject: stop\n\nx\n"))).toEqual(ignored("no sender"));
  });

  it.each([
    "a@example.com, b@example.com",
    "A <a@example.com>, B <b@example.com>",
    "A <a@example.com>,\n B <b@example.com>",
    "a@example.com, a@example.com",
    "a@example.com; b@example.com",
    "a@example.com b@example.com",
    "<a@example.com> <b@example.com>",
    "b@example.com <a@example.com>",
    '"A" <a@example.com>, "x" <>',
    "a@example.com, Someone",
    "Friends: a@example.com;",
    "undisclosed-recipients:;",
    "<@b.example.com:a@example.com>",
    "a(b@example.com)@example.com",
    "A <<a@example.com>>",
    "A <a@example.com",
    "a\0b@example.com",
    '"a,b"@example.com',
    `${"x".repeat(5000)} <a@example.com>, b@example.com`,
    "<>",
  ])("get no reply when From is %j", async (odd) => {
    for (const fields of ["", "Sender: a@example.com\n", "Reply-To: a@example.com\n"]) {
      expect(await classified(letterFrom(odd, "stop", { fields }))).toEqual(ignored("command from an invalid sender"));
    }
  });

  it.each([
    "a@example.com",
    "<a@example.com>",
    "a@example.com <a@example.com>",
    "Quill, Wanda <a@example.com>",
    '"Quill; b@example.com" <a@example.com>',
    "a@example.com (Wanda, b@example.com)",
    "=?utf-8?q?b=40example=2Ecom=2C?= <a@example.com>",
    "Wanda\n Quill <a@example.com>",
  ])("get a reply at the one address in %j", async (usual) => {
    const answered = { kind: "ask", command: "stop", from: "a@example.com" };
    expect(await classified(letterFrom(usual, "stop"))).toEqual(answered);
    const fields = "Sender: b@example.com\nReply-To: b@example.com, c@example.com\n";
    expect(await classified(letterFrom(usual, "stop", { fields }))).toEqual(answered);
  });

  it("are ignored when sent to a return path", async () => {
    const raw = wire(`From: ${from}\nTo: ${returnPath(SUBSCRIBER)}\nSubject: stop\n\nx\n`);
    expect(await classified(raw)).toEqual(ignored("sent to a return path, but not a report"));
  });
});
