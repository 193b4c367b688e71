import { createHash, createHmac } from "node:crypto";
import { type RawBuilder, sql } from "kysely";

/** What two addresses that are one have in common. */
export function addressKey(address: string): string {
  return address.toLowerCase();
}

/** What the suppression list keeps of an address: HMAC-SHA256 of its key, base64url. */
export function hashAddress(key: Buffer, address: string): string {
  return createHmac("sha256", key).update(addressKey(address)).digest("base64url");
}

/** SHA-256 in base64url. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Null stays null. */
export function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

/** Words of others, such as a mail server's: PostgreSQL keeps no zero bytes. */
export function plainWords(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}

/**
 * How a subscriber `s` (of an outer join) stands at an instant: `active`, or why they get nothing: `gone` (also when
 * erased), `bounced`, `suppressed`, `paused`, `pending`. The one place that says who is mailed.
 */
export function standing(now: Date): RawBuilder<string> {
  return standingAt(sql`${Number(now)}`);
}

/** The same; the instant as the database has it. */
export function standingAt(now: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`CASE
    WHEN s.id IS NULL THEN 'gone'
    WHEN EXISTS (SELECT 1 FROM suppressions x WHERE x.hash = s.address_hash) THEN 'suppressed'
    WHEN s.state = 'paused' AND s.paused_until <= ${now} THEN 'active'
    ELSE s.state END`;
}
