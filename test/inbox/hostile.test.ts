import * as fc from "fast-check";
import { expect, it } from "vitest";
import { readMail } from "../../src/inbox/read.js";
import { classifyMail } from "../../src/inbox/classify.js";
import { IDENTITY, letterFrom, mail, wire } from "./mails.js";
import type { MailName } from "./mails.js";

const RUNS = Number(process.env["PAPERBOY_PROPERTY_RUNS"] ?? 150);

/** The most that an unsigned mail can cause: a request for confirmation to the address in From. */
const HARMLESS = new Set(["ignored", "ask"]);

const NAMES: readonly MailName[] = ["postfix-unknown-user", "gmail-unknown-user", "exim-unknown-user", "arf-abuse"];

/** A report that this installation did not sign, with damaged bytes. */
const damaged = fc
  .record({
    name: fc.constantFrom(...NAMES),
    cuts: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.uint8Array({ maxLength: 12 })), {
      maxLength: 8,
    }),
  })
  .map(({ name, cuts }) => {
    const raw = Buffer.from(mail(name, { reader: "forged" }));
    for (const [place, bytes] of cuts) raw.set(bytes, Math.floor(place * Math.max(0, raw.length - bytes.length)));
    return raw;
  });

const lines = fc.array(
  fc.oneof(
    fc.constantFrom(
      "Content-Type: multipart/report; boundary=x",
      "--x",
      "--x--",
      "",
      "Action: failed",
      "Status: 5.1.1",
    ),
    fc.constantFrom(
      "Content-Type: message/delivery-status",
      "Subject: unsubscribe",
      "From: a@example.com",
      "\t folded",
    ),
    fc.string(),
  ),
  { maxLength: 60 },
);

it.each([
  ["any bytes", fc.uint8Array({ maxLength: 4000 }).map((bytes) => Buffer.from(bytes))],
  ["any lines", lines.map((all) => wire(all.join("\n")))],
  ["damaged reports", damaged],
] as const)("classifies %s without throwing, and changes no subscription", async (_, mails) => {
  await fc.assert(
    fc.asyncProperty(mails, async (raw) => {
      expect(HARMLESS).toContain(classifyMail(await readMail(raw), IDENTITY).kind);
    }),
    { numRuns: RUNS },
  );
});

const LOCALS = ["a", "b", "c"] as const;

/** From fields with two or three addresses, bare or with names, in any of the ways that mail programs separate them. */
const crowds = fc
  .tuple(
    fc.shuffledSubarray([...LOCALS], { minLength: 2 }),
    fc.array(fc.constantFrom(null, "", "A ", '"A, B" ', "(a) ", "a@example.com "), { minLength: 3, maxLength: 3 }),
    fc.constantFrom(",", ", ", ";", " ", ",\n ", ", ,", "\n\t", " (c) "),
  )
  .map(([locals, names, separator]) =>
    locals
      .map((local, at) => ({ address: `${local}@example.com`, name: names[at] ?? null }))
      .map(({ address, name }) => (name === null ? address : `${name}<${address}>`))
      .join(separator),
  );

it("does not reply to a mail with several addresses in From", async () => {
  await fc.assert(
    fc.asyncProperty(crowds, async (from) => {
      expect(classifyMail(await readMail(letterFrom(from, "subscribe")), IDENTITY).kind).toBe("ignored");
    }),
    { numRuns: RUNS },
  );
});

const MEGABYTE = 1024 * 1024;

function nested(depth: number): string {
  const opened = Array.from(
    { length: depth },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
  );
  return `From: a@example.com\nSubject: stop\n${opened.join("")}Content-Type: text/plain\n\nstop\n`;
}

it.each([
  ["a mail of 30 MB", letterFrom("a@example.com", "Hello", { text: "x ".repeat(15 * MEGABYTE) }), "no command"],
  ["a line of 1 MB", letterFrom("a@example.com", "s".repeat(MEGABYTE)), "unreadable"],
  ["100,000 fields", wire(`From: a@example.com\n${"X-A: b\n".repeat(100_000)}\n\nx`), "unreadable"],
  ["parts within parts, 5,000 deep", wire(nested(5000)), "unreadable"],
  ["a From of 100,000 quotes", letterFrom('"'.repeat(100_000), "stop"), "command from an invalid sender"],
  ["a From of 100,000 brackets", letterFrom("(<".repeat(50_000), "stop"), "command from an invalid sender"],
  [
    "a report of 400 KB of subjects",
    wire(`From: MAILER-DAEMON@mx.example.net\nSubject: returned\n\n${"  Subject :".repeat(40_000)}`),
    "auto-reply",
  ],
  ["nothing", Buffer.alloc(0), "no sender"],
  [
    "a report with 30,000 groups",
    wire(
      nested(0).replace("text/plain", "multipart/report; boundary=r") +
        `--r\nContent-Type: message/delivery-status\n\n${"Action: failed\n\n".repeat(30_000)}`,
    ),
    "report without a valid token",
  ],
])("handles %s within the time limit", async (_, raw, why) => {
  expect(classifyMail(await readMail(raw), IDENTITY)).toEqual({ kind: "ignored", why });
});
