import { readFileSync } from "node:fs";
import type { InboxIdentity } from "../../src/inbox/tokens.js";
import { signToken } from "../../src/core/tokens.js";
import type { TokenPurpose } from "../../src/core/tokens.js";
import { fixture } from "../support/paperboy.js";

export const NOW = new Date("2026-10-05T12:00:00Z");
const KEY = Buffer.alloc(32, 3);
const BOUNCE_DOMAIN = "bounces.example.org";
export const ADDRESS = "leave@example.org";

export const IDENTITY: InboxIdentity = {
  keys: { current: KEY },
  now: NOW,
  bounceDomain: BOUNCE_DOMAIN,
  address: ADDRESS,
  own: new Set(["digest@example.org", ADDRESS]),
};

export function token(purpose: TokenPurpose, id: number, key: Uint8Array = KEY): string {
  return signToken({ purpose, subscriberId: id, issuedAt: NOW }, { current: key });
}

export function returnPath(id: number, key?: Uint8Array): string {
  return `b+${token("bounce", id, key)}@${BOUNCE_DOMAIN}`;
}

/** The names of `fixtures/mails`. */
export type MailName =
  | "arf-abuse"
  | "arf-hotmail"
  | "broken-cut-off"
  | "broken-no-status"
  | "challenge"
  | "exim-text-only"
  | "exim-unknown-user"
  | "gmail-unknown-user"
  | "out-of-office"
  | "outlook-mailbox-full"
  | "outlook-unknown-user"
  | "policy-refusal"
  | "postfix-delayed"
  | "postfix-mailbox-full"
  | "postfix-unknown-user"
  | "postfix-utf8"
  | "relayed"
  | "ses-mailbox-full"
  | "ses-unknown-user"
  | "vacation-old";

interface Filling {
  /** The subscriber whose letter it is about; `forged`: signed with another key. */
  readonly reader: number | "forged";
  readonly type?: string;
}

/** Returns a mail of `fixtures/mails` about a subscriber's letter, with CRLF line ends. */
export function mail(name: MailName, { reader, type = "abuse" }: Filling): Buffer {
  const [id, key] = reader === "forged" ? [7, Buffer.alloc(32, 9)] : [reader, KEY];
  const values: Record<string, string> = {
    BOUNCE: returnPath(id, key),
    LEAVE: token("unsubscribe", id, key),
    TYPE: type,
  };
  const text = readFileSync(fixture(`mails/${name}.eml`), "utf8");
  return wire(text.replaceAll(/\{\{([A-Z]+)\}\}/g, (_, key: string) => values[key] ?? ""));
}

/** Returns a person's mail, with additional header fields. */
export function letterFrom(from: string, subject: string, parts: { text?: string; fields?: string } = {}): Buffer {
  const { text = "Hello.\n", fields = "" } = parts;
  const head = `From: ${from}\nTo: ${ADDRESS}\nSubject: ${subject}\nMessage-ID: <m@example.com>\n${fields}`;
  return wire(`${head}Content-Type: text/plain; charset=utf-8\n\n${text}`);
}

export function wire(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\r?\n/g, "\r\n"));
}
