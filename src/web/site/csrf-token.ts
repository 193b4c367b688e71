import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** The form that a CSRF token belongs to. */
export interface CsrfScope {
  readonly secret: Uint8Array;
  /** Form and owner, such as `subscribe` or `subscriber TOKEN`. A token is valid only for the same form and owner. */
  readonly form: string;
}

const TIME_BYTES = 6;
const TAG_BYTES = 16;

/** How long a form may stay open. */
const LIFETIME_MS = 24 * 3_600_000;

/** Clock difference that is tolerated between machines that serve the same site. */
const CLOCK_SKEW_MS = 60_000;

/** Creates a CSRF token with the time at which the form was shown: 30 characters, authenticated with HMAC-SHA-256. */
export function createCsrfToken(scope: CsrfScope, at: Date): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntBE(at.getTime(), 0, TIME_BYTES);
  return Buffer.concat([time, tagOf(time, scope)]).toString("base64url");
}

/** Returns when the form was shown, or null if the token is forged, belongs to another form or is older than a day. */
export function readCsrfToken(text: string, scope: CsrfScope, now: Date): Date | null {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== TIME_BYTES + TAG_BYTES) return null;
  const time = bytes.subarray(0, TIME_BYTES);
  if (!timingSafeEqual(tagOf(time, scope), bytes.subarray(TIME_BYTES))) return null;
  const at = new Date(time.readUIntBE(0, TIME_BYTES));
  const age = now.getTime() - at.getTime();
  return age >= -CLOCK_SKEW_MS && age <= LIFETIME_MS ? at : null;
}

function tagOf(time: Uint8Array, { secret, form }: CsrfScope): Buffer {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "paperboy form", 32));
  return createHmac("sha256", key).update(time).update(form).digest().subarray(0, TAG_BYTES);
}
