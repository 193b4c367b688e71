import { describe, expect, it } from "vitest";
import { classifyMail } from "../../src/inbox/classify.js";
import type { Classification } from "../../src/inbox/classify.js";
import { readMail } from "../../src/inbox/read.js";
import { IDENTITY, returnPath, token, wire } from "./mails.js";

const SUBSCRIBER = 7;
const HARD = { kind: "bounce", subscriberId: SUBSCRIBER, damage: "hard" };

interface Parts {
  readonly from?: string;
  readonly fields?: string;
  readonly type?: string;
}

/** Returns a mail to a signed return path, by default from a mailer daemon. */
function bounceMail(
  body: string,
  { from = "MAILER-DAEMON@mx.example.net", fields = "", type = "text/plain" }: Parts = {},
) {
  const head = `Return-Path: <>\nDelivered-To: ${returnPath(SUBSCRIBER)}\nFrom: ${from}\nTo: ${returnPath(SUBSCRIBER)}\n`;
  return wire(`${head}Subject: returned\n${fields}Content-Type: ${type}\n\n${body}\n`);
}

async function classified(raw: Buffer): Promise<Classification> {
  return classifyMail(await readMail(raw), IDENTITY);
}

/** Returns a notification of Amazon SES about the letter, with the line breaks that it puts into long lines. */
function notify(parts: object): Buffer {
  const json = JSON.stringify({ mail: { source: returnPath(SUBSCRIBER), headers: [] }, ...parts }).replaceAll(
    /.{300}/g,
    "$&!\n ",
  );
  const head =
    "Return-Path: <x@amazonses.com>\nFrom: no-reply@sns.amazonaws.com\nTo: me@example.org\nSubject: AWS Notification Message\n";
  return wire(`${head}\n${json}\n\n--\nIf you wish to stop receiving notifications from this topic, visit the link.\n`);
}

function bounceNotice(bounceType: string, recipient: object): Buffer {
  return notify({ notificationType: "Bounce", bounce: { bounceType, bouncedRecipients: [recipient] } });
}

describe("reports are recognised by their content", () => {
  it("reads OpenSMTPD's multipart/mixed", async () => {
    const body = `--x\nContent-Type: text/plain\n\nIt failed.\n\n--x\nContent-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; r@example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x--`;
    expect(await classified(bounceMail(body, { type: "multipart/mixed; boundary=x" }))).toMatchObject(HARD);
  });

  it.each([
    [
      "Exim",
      "  r@example.net\n    host mx.example.net [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<r@example.net>:\n    550 no such user here",
    ],
    [
      "qmail",
      "<r@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nSubject: x",
    ],
    [
      "Gmail",
      "Delivery to the following recipient failed permanently:\n\n  r@example.net\n\nThe error that the other server returned was: 550 550 5.1.1 <r@example.net>: user unknown (state 14).",
    ],
    [
      "Yahoo",
      "Sorry, we were unable to deliver your message to the following address.\n\n<r@example.net>:\nRemote host said: 550 5.1.1 user unknown [RCPT_TO]",
    ],
    ["Mail.ru", "r@example.net\n  all relevant MX records point to non-existent hosts or indicated no SMTP service"],
  ])("reads the text of %s", async (_, body) => {
    expect(await classified(bounceMail(body))).toMatchObject(HARD);
  });

  it.each([
    [
      "a domain that does not exist (Gmail)",
      "DNS Error: 8 DNS type 'mx' lookup of reader.example responded with code NXDOMAIN\nDomain name not found: reader.example",
      "hard",
    ],
    [
      "a domain that takes no mail (Gmail)",
      "The domain reader.example doesn't receive email according to the administrator: returned Null MX",
      "hard",
    ],
    ["a domain out of reach (Outlook.com)", "554 the domain is not reachable; delivery failed", "soft"],
    [
      "an address that was not found (Gmail)",
      "** Address not found **\n\nYour message wasn't delivered to r@reader.example because the address couldn't be found.",
      "permanent",
    ],
    [
      "an unknown user (MDaemon)",
      "r@reader.example - no such user here.\nThere is no user by that name at this server.",
      "hard",
    ],
    ["an addressee behind a relay", "553 5.3.0 <r@reader.example>... Addressee unknown, relay=[192.0.2.1]", "hard"],
    [
      "the recipient that qmail's server refused",
      "<r@reader.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 No such user",
      "hard",
    ],
    [
      "the letter that qmail's server refused",
      "<r@reader.example>:\n192.0.2.1 failed after I sent the message.\nRemote host said: 550 No such user",
      "permanent",
    ],
    [
      "an account of another domain",
      "<r@reader.example>: This user doesn't have a reader.example account",
      "permanent",
    ],
    [
      "a queue that gave up (qmail)",
      "I'm not going to try again; this message has been in the queue too long.",
      "soft",
    ],
    ["a broken name server (Postfix)", "Name service error: Malformed or unexpected name server reply", "soft"],
    [
      "a gateway with a product's name (InterScan)",
      "Message from InterScan Messaging Security Suite\n\nUnable to deliver message to <r@reader.example> (and other recipients in the same domain).",
      "soft",
    ],
  ])("classifies %s by its words", async (_, body, damage) => {
    expect(await classified(bounceMail(body))).toMatchObject({ ...HARD, damage });
  });

  it.each(["Subject", "Betreff", "Objet", "  Subject"])("reads no words in the quoted field %s", async (field) => {
    const body = `Your message\n\n${field}: Spam, viruses and the policy of quota limits\n\nwas not delivered to r@reader.example because:\n\nUser r not listed in Domino Directory`;
    expect(await classified(bounceMail(body))).toMatchObject(HARD);
  });

  it.each([
    ["Mail could not be delivered", "imss@reader.example"],
    ["Returned Mail - Error During Delivery", "E500_SMTP_Mail_Service@reader.example"],
    ["Delivery Failure", '"System Administrator"@reader.example'],
    ["Undeliverable: your letter", "gateway@reader.example"],
  ])("recognises a report by its subject at the return path: %s", async (subject, from) => {
    const head = `Return-Path: <${from}>\nTo: ${returnPath(SUBSCRIBER)}\nFrom: ${from}`;
    const body = "Sent <<< RCPT TO:<r@reader.example>\nReceived >>> 550 5.1.1 unknown user.";
    expect(await classified(wire(`${head}\nSubject: ${subject}\n\n${body}\n`))).toMatchObject(HARD);
    for (const [field, to] of [
      [`Subject: Fwd: ${subject}`, returnPath(SUBSCRIBER)],
      [`Subject: ${subject}\nAuto-Submitted: auto-replied`, returnPath(SUBSCRIBER)],
      [`Subject: ${subject}`, "digest@example.org"],
    ]) {
      const raw = wire(`Return-Path: <${from}>\nTo: ${to}\nFrom: ${from}\n${field}\n\n${body}\n`);
      expect((await classified(raw)).kind).toBe("ignored");
    }
  });

  it("counts an unknown text as soft", async () => {
    expect(await classified(bounceMail("Etwas ist schiefgelaufen."))).toMatchObject({ ...HARD, damage: "soft" });
  });

  it("does not read the words of the returned letter", async () => {
    const body =
      "It came back.\n\n--- Below this line is a copy of the message.\n\nSubject: user unknown 550 5.1.1\n\nno such user";
    expect(await classified(bounceMail(body))).toMatchObject({ ...HARD, damage: "soft" });
  });

  it("identifies the reader by the List-Unsubscribe of the letter in a text report", async () => {
    const link = `<https://papers.example.org/u/${token("unsubscribe", SUBSCRIBER)}>`;
    const body = `550 5.1.1 user unknown\n\n--- Below this line is a copy of the message.\n\nFrom: digest@example.org\nList-Unsubscribe: ${link}\n`;
    const raw = `Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.net\nTo: digest@example.org\nSubject: returned\n\n${body}`;
    expect(await classified(wire(raw))).toMatchObject(HARD);
  });

  it("reads a report whose boundary is wrong", async () => {
    const body =
      "--other\nContent-Type: text/plain\n\nhost mx.example.net said: 550 5.1.1 no such user (in reply to RCPT TO)\n\n--other--";
    expect(await classified(bounceMail(body, { type: "multipart/report; boundary=x" }))).toMatchObject(HARD);
  });

  it("reads Hotmail's complaint, a letter within a mail", async () => {
    const letter = `X-HmXmrOriginalRecipient: r@hotmail.com\nReturn-Path: ${returnPath(SUBSCRIBER)}\nSubject: Daily`;
    const head = `Return-Path: <staff@hotmail.com>\nFrom: staff@hotmail.com\nTo: abuse@example.org\nSubject: complaint about message from 192.0.2.1\n`;
    const raw = `${head}Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n${letter}\n\nhello\n--x--\n`;
    expect(await classified(wire(raw))).toEqual({ kind: "complaint", subscriberId: SUBSCRIBER });
  });

  describe("Amazon SES's notifications, mailed by SNS", () => {
    it("end a subscription after a hard bounce", async () => {
      const recipient = { action: "failed", status: "5.1.1", diagnosticCode: "smtp; 550 5.1.1 user unknown" };
      expect(await classified(bounceNotice("Permanent", recipient))).toMatchObject(HARD);
    });

    it("count a transient bounce as soft", async () => {
      const recipient = { action: "failed", status: "5.2.2", diagnosticCode: "smtp; 552 5.2.2 mailbox full" };
      expect(await classified(bounceNotice("Transient", recipient))).toMatchObject({ ...HARD, damage: "soft" });
    });

    it("end a subscription after a complaint", async () => {
      const complaint = { complaintFeedbackType: "abuse", complainedRecipients: [] };
      expect((await classified(notify({ notificationType: "Complaint", complaint }))).kind).toBe("complaint");
    });

    it("do not count a delivery as a bounce", async () => {
      expect(await classified(notify({ notificationType: "Delivery", delivery: {} }))).toMatchObject({
        about: "progress",
      });
    });
  });

  it.each([
    ["a vacation reply from the null sender", { from: "r@example.net", fields: "Auto-Submitted: auto-replied\n" }],
    ["an older vacation reply", { from: "r@example.net", fields: "Precedence: bulk\n" }],
  ])("does not treat %s as a report", async (_, parts) => {
    expect((await classified(bounceMail("550 5.1.1 user unknown", parts))).kind).toBe("ignored");
  });

  it("does not treat a person's mail to a return path as a report", async () => {
    const raw = bounceMail("550 5.1.1 user unknown", { from: "r@example.net" }).toString();
    const written = raw.replace("Return-Path: <>", "Return-Path: <r@example.net>");
    expect((await classified(wire(written))).kind).toBe("ignored");
  });

  it("treats an automatic reply of Postfix's mailer daemon as a report", async () => {
    expect(
      await classified(bounceMail("550 5.1.1 user unknown", { fields: "Auto-Submitted: auto-replied\n" })),
    ).toMatchObject(HARD);
  });

  it.each([
    ["angle brackets", "text/html", "<".repeat(400_000)],
    ["words without spaces", "text/plain", "x".repeat(400_000)],
    ["dashes", "text/plain", "-".repeat(400_000)],
    ["tags", "text/html", "<p ".repeat(130_000)],
  ])("reads many %s in little time", async (_, type, body) => {
    const started = performance.now();
    await classified(bounceMail(body, { type }));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
