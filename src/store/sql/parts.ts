import { createHash, createHmac } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import { addressKey } from "../../core/address.js";
import type { ClaimQuery } from "../store.js";

/** Returns the hash of an address in the suppression list: the HMAC-SHA256 of its key in base64url. */
export function hashAddress(key: Buffer, address: string): string {
  return createHmac("sha256", key).update(addressKey(address)).digest("base64url");
}

/** Returns the SHA-256 of a text in base64url. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Returns the date of an instant in ms; null for null. */
export function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** Replaces zero bytes in text from outside, such as a mail server's reply, because PostgreSQL does not store them. */
export function withoutZeroBytes(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}

/**
 * Returns the condition of a claim on the recipient domain of a subscriber `s` (of an outer join); `oneOf` is the dialect's. A reader
 * who was erased has none.
 */
export function inDomains(
  { exceptDomains = [], onlyDomain }: Pick<ClaimQuery, "exceptDomains" | "onlyDomain">,
  oneOf: (domains: readonly string[]) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (onlyDomain !== undefined) return sql`AND s.domain = ${onlyDomain.toLowerCase()}`;
  if (exceptDomains.length === 0) return sql``;
  return sql`AND coalesce(s.domain, '') NOT IN ${oneOf(exceptDomains.map((domain) => domain.toLowerCase()))}`;
}

/**
 * Returns the eligibility of a subscriber `s` (of an outer join): `active`, or the reason for getting no mail, which is `gone`
 * (also if erased), `bounced`, `suppressed`, `paused` or `pending`. Every query that decides who is mailed uses this
 * expression.
 */
export function eligibility(now: Date): RawBuilder<string> {
  return eligibilityAt(sql`${Number(now)}`);
}

/** Like `eligibility`, for an instant that is an SQL expression in ms. */
export function eligibilityAt(now: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`CASE
    WHEN s.id IS NULL THEN 'gone'
    WHEN EXISTS (SELECT 1 FROM suppressions x WHERE x.hash = s.address_hash) THEN 'suppressed'
    WHEN s.state = 'paused' AND s.paused_until <= ${now} THEN 'active'
    ELSE s.state END`;
}
