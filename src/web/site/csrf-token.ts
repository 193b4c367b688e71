import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** What a form's seal is bound to. */
export interface SealScope {
  readonly secret: Uint8Array;
  /** Which form it is, and of whom: `subscribe`, `preferences TOKEN`. A seal of one is worth nothing for another. */
  readonly form: string;
}

const TIME_BYTES = 6;
const TAG_BYTES = 16;

/** How long a form may lie open. */
const LIFETIME_MS = 24 * 3_600_000;

/** Seals a form with the time at which it was shown: 30 characters that only this site can make. */
export function sealForm(scope: SealScope, at: Date): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntBE(at.getTime(), 0, TIME_BYTES);
  return Buffer.concat([time, tagOf(time, scope)]).toString("base64url");
}

/** When a form with this seal was shown; null when the seal is not of this form, or older than a day. */
export function readSeal(text: string, scope: SealScope, now: Date): Date | null {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== TIME_BYTES + TAG_BYTES) return null;
  const time = bytes.subarray(0, TIME_BYTES);
  if (!timingSafeEqual(tagOf(time, scope), bytes.subarray(TIME_BYTES))) return null;
  const at = new Date(time.readUIntBE(0, TIME_BYTES));
  const age = now.getTime() - at.getTime();
  // Several processes on several machines may share one site: their clocks differ a little.
  return age >= -60_000 && age <= LIFETIME_MS ? at : null;
}

function tagOf(time: Uint8Array, { secret, form }: SealScope): Buffer {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "paperboy form", 32));
  return createHmac("sha256", key).update(time).update(form).digest().subarray(0, TAG_BYTES);
}
