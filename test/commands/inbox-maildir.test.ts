import { writeFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { letterFrom, wire } from "../inbox/mails.js";
import { makeMaildir } from "../inbox/harness.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { startSmtp } from "../support/smtp.js";
import type { Smtp } from "../support/smtp.js";

const ODO = "odo.ferrel@example.com";
const WANDA = "wanda.quill@example.net";
const DAILY = fixture("pages/daily.html");
const LATER = fixture("pages/day-2024.html");

let smtp: Smtp;
let home: string;
let maildir: string;
let delivered: number;

beforeEach(async () => {
  smtp = await startSmtp();
  home = freshHome();
  maildir = makeMaildir(path.join(home, "mail"));
  delivered = 0;
  writeFileSync(
    path.join(home, "paperboy.yaml"),
    [
      `smtp: ${smtp.url}`,
      "from: Evening Post <digest@example.org>",
      "branding: { name: Evening Post }",
      "unsubscribeAddress: leave@example.org",
      "delivery: { bounceDomain: bounces.example.org }",
      "inbox: { maildir: mail }",
      "",
    ].join("\n"),
  );
});

afterEach(() => smtp.close());

/** Delivers mails to the maildir and runs `paperboy inbox`. Returns the outcomes. */
async function inbox(...mails: readonly Buffer[]): Promise<unknown> {
  for (const mail of mails) {
    delivered += 1;
    writeFileSync(path.join(maildir, "new", `${delivered}.host`), mail);
  }
  const run = await paperboy(["inbox", "--json"], { home });
  expect(run).toMatchObject({ exit: 0, stderr: "" });
  return run.json()["outcomes"];
}

const run = (page: string): Promise<Run> => paperboy(["run", page, "--json"], { home });

/** The recipients of the mails sent since a position. */
function sentSince(since: number): readonly (readonly string[])[] {
  return smtp.messages.slice(since).map(({ envelope }) => envelope.to);
}

async function join(address: string): Promise<void> {
  expect(await inbox(letterFrom(address, "subscribe"))).toEqual({ "asked to join": 1 });
  expect(await inbox(await reply(address))).toEqual({ joined: 1 });
}

/** Returns a person's reply to the last mail. */
async function reply(address: string): Promise<Buffer> {
  const { subject = "" } = await PostalMime.parse(smtp.messages.at(-1)?.raw ?? "");
  return letterFrom(address, `Re: ${subject}`, { text: "Yes, please.\n" });
}

function part(type: string, text: string): string {
  return `--part\nContent-Type: ${type}\n\n${text}\n`;
}

/** Returns the report (RFC 3464) of a mail server that could not deliver the last letter to an address. */
function reportOf(to: string, returnPath?: string): Buffer {
  const letter = smtp.messages.findLast(({ envelope }) => envelope.to.includes(to));
  const from = returnPath ?? letter?.envelope.from ?? "";
  const header = letter?.raw.split("\r\n\r\n", 1)[0] ?? "";
  const status = `Reporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; ${to}\nAction: failed\nStatus: 5.1.1\n`;
  return wire(
    [
      `Return-Path: <>\nDelivered-To: ${from}\nFrom: MAILER-DAEMON@mx.example.net\nTo: ${from}\nSubject: Could not be delivered`,
      `Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=part\n`,
      part("text/plain", "There is no such mailbox."),
      part("message/delivery-status", status),
      returnPath === undefined ? part("text/rfc822-headers", header) : "",
      "--part--\n",
    ].join("\n"),
  );
}

it("subscribes people by mail, sends them letters, and stops after a bounce", async () => {
  await join(WANDA);
  await join(ODO);
  const before = smtp.messages.length;
  expect((await run(DAILY)).json()["reason"]).toBe("sent");
  expect(new Set(sentSince(before).flat())).toEqual(new Set([ODO, WANDA]));
  const letters = smtp.messages.slice(before).map(({ envelope }) => envelope.from);
  expect(new Set(letters).size).toBe(2);
  for (const from of letters) expect(from).toMatch(/^b\+[\w-]+@bounces\.example\.org$/);

  const forged = reportOf(ODO, "b+AAAAAAEAAAAAAAAAAAAAAAAAAAA@bounces.example.org");
  expect(await inbox(reportOf(WANDA), forged)).toEqual({
    "hard bounce": 1,
    "ignored: report without a valid token": 1,
  });
  const later = smtp.messages.length;
  expect((await run(LATER)).json()["reason"]).toBe("sent");
  expect(sentSince(later)).toEqual([[ODO]]);
});

it.each([
  ["pause", "nothing-due"],
  ["weekly", "nothing-due"],
  ["stop", "nothing-due"],
  ["daily", "sent"],
])("a confirmed %s makes the next run end as %s", async (word, reason) => {
  await join(ODO);
  expect(await inbox(letterFrom(ODO, "hello", { text: `${word}\n\nOdo\n` }))).toEqual({ "asked to change": 1 });
  expect(await inbox(await reply(ODO))).toEqual(word === "stop" ? { left: 1 } : { changed: 1 });
  expect((await run(DAILY)).json()["reason"]).toBe(reason);
});

it("sends ten notices per day to a person who confirmed, however many strangers write meanwhile", async () => {
  await join(ODO);
  await inbox(letterFrom(ODO, "weekly"));
  const confirmed = await reply(ODO);
  const again = (at: number) => Buffer.concat([confirmed, Buffer.from(`${at}\r\n`)]);
  await inbox(...Array.from({ length: 110 }, (_, at) => letterFrom(`s${at}@example.net`, "subscribe")));
  expect(await inbox(...Array.from({ length: 12 }, (_, at) => again(at)))).toEqual({
    changed: 9,
    "changed, not answered": 3,
  });
});

it("sends at most a hundred replies to 1,000 hostile mails, and quotes none of them", async () => {
  const typed = "buy-at-evil";
  const words = ["subscribe", "stop", "weekly", "pause", "join"];
  const mails = Array.from({ length: 1000 }, (_, at) =>
    letterFrom(`"${typed}" <victim${at % 700}@example.net>`, `${words[at % words.length]} ${typed}`, {
      text: `${typed} ${at}\n`,
      fields: `Reply-To: <${typed}${at}@example.net>\nX-Forwarded-To: ${typed}@example.net\n`,
    }),
  );
  await inbox(...mails);
  await inbox();
  expect(smtp.messages).toHaveLength(100);
  for (const { raw, envelope } of smtp.messages) {
    expect(raw).not.toContain(typed);
    expect(envelope.to).toEqual([expect.stringMatching(/^victim\d+@example\.net$/)]);
  }
});
