import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { memoize, memoizeWeakly } from "./memoize.js";

/** The action that a link allows. A token for one purpose is not accepted for another. */
export type TokenPurpose = "unsubscribe" | "preferences" | "confirm" | "bounce";

/** First path segment of the signed links on the public site, by purpose. Letters contain such links, so these paths are permanent. */
export const LINK_PATHS = { confirm: "c", preferences: "p", unsubscribe: "u" } as const satisfies Partial<
  Record<TokenPurpose, string>
>;

export type LinkPurpose = keyof typeof LINK_PATHS;

/** How long a sign-up can be confirmed, in ms; its mail may wait for the mail server for the same time. */
export const CONFIRM_VALID_MS = 72 * 3_600_000;

/** How long a token is valid, in ms; null without a limit, since an unsubscribe link in a year-old letter must still work. */
const LIFETIMES: Readonly<Record<TokenPurpose, number | null>> = {
  unsubscribe: null,
  preferences: null,
  confirm: CONFIRM_VALID_MS,
  bounce: null,
};

/** Keys of an installation. The current one signs; all of them verify, so that keys can be rotated. */
export interface TokenKeys {
  readonly current: Uint8Array;
  readonly previous?: readonly Uint8Array[];
}

export interface TokenFacts {
  readonly purpose: TokenPurpose;
  /** The reader's number in the ledger, below 2^40. */
  readonly subscriberId: number;
  /** When the token was made; required for a purpose whose tokens expire. */
  readonly issuedAt?: Date;
}

/** The content of a token, or why it was rejected. */
export type CheckedToken =
  | { readonly ok: true; readonly subscriberId: number; readonly issuedAt: Date | null }
  | { readonly ok: false; readonly why: "malformed" | "forged" | "expired" };

/** 128 bits: infeasible to guess, and an address that contains one stays under 70 characters. */
const TAG_BYTES = 16;
const TIME_BYTES = 4;
const ID_BYTES = 5;

/**
 * Returns a signed token in base64url, 23 to 34 characters: the reader's number, the time if the token expires, and a tag.
 * It contains no address and cannot be forged without the key.
 * @throws RangeError for an invalid number, or when an expiring token has no time.
 */
export function signToken({ purpose, subscriberId, issuedAt }: TokenFacts, keys: TokenKeys): string {
  if (!Number.isSafeInteger(subscriberId) || subscriberId < 0 || subscriberId >= 2 ** (8 * ID_BYTES)) {
    throw new RangeError(`a reader's number must be whole and below 2^${8 * ID_BYTES}, not ${subscriberId}`);
  }
  const number = numberBytes(subscriberId);
  const payload = LIFETIMES[purpose] === null ? number : Buffer.concat([timeOf(purpose, issuedAt), number]);
  return Buffer.concat([payload, tagOf(payload, purpose, keys.current)]).toString("base64url");
}

function timeOf(purpose: TokenPurpose, issuedAt: Date | undefined): Buffer {
  if (issuedAt === undefined) {
    throw new RangeError(`a token to ${purpose} expires, so it needs the time when it was made`);
  }
  const bytes = Buffer.alloc(TIME_BYTES);
  bytes.writeUInt32BE(Math.floor(issuedAt.getTime() / 1000));
  return bytes;
}

/** Returns a number in as few bytes as possible, at least one. */
function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(ID_BYTES);
  bytes.writeUIntBE(value, 0, ID_BYTES);
  let first = 0;
  while (bytes[first] === 0 && first < ID_BYTES - 1) first += 1;
  return bytes.subarray(first);
}

function tagOf(payload: Uint8Array, purpose: TokenPurpose, key: Uint8Array): Buffer {
  return createHmac("sha256", keyFor(key)(purpose)).update(payload).digest().subarray(0, TAG_BYTES);
}

/**
 * Derives a separate key for each purpose (HKDF, RFC 5869). The keys are kept: deriving one takes several times as long as computing
 * a tag, and each message has two or three tokens.
 */
const keyFor = memoizeWeakly((key: Uint8Array) =>
  memoize((purpose: TokenPurpose) => Buffer.from(hkdfSync("sha256", key, "", `paperboy token ${purpose}`, 32))),
);

export interface TokenCheck {
  readonly purpose: TokenPurpose;
  readonly keys: TokenKeys;
  readonly now: Date;
}

/** Verifies a token. The text is untrusted; every key is tried in constant time. */
export function checkToken(text: string, { purpose, keys, now }: TokenCheck): CheckedToken {
  const lifetime = LIFETIMES[purpose];
  const bytes = Buffer.from(text, "base64url");
  const payload = bytes.subarray(0, Math.max(0, bytes.length - TAG_BYTES));
  const number = payload.subarray(lifetime === null ? 0 : TIME_BYTES);
  // A token has exactly one spelling: reject other base64url text that decodes to the same bytes.
  const isOurs =
    bytes.toString("base64url") === text &&
    number.length >= 1 &&
    number.length <= ID_BYTES &&
    (number[0] !== 0 || number.length === 1);
  if (!isOurs) {
    return { ok: false, why: "malformed" };
  }
  const tag = bytes.subarray(payload.length);
  const matches = [keys.current, ...(keys.previous ?? [])].map((key) =>
    timingSafeEqual(tagOf(payload, purpose, key), tag),
  );
  if (!matches.includes(true)) {
    return { ok: false, why: "forged" };
  }
  const issuedAt = lifetime === null ? null : new Date(payload.readUInt32BE(0) * 1000);
  if (issuedAt !== null && lifetime !== null && now.getTime() - issuedAt.getTime() > lifetime) {
    return { ok: false, why: "expired" };
  }
  return { ok: true, subscriberId: number.readUIntBE(0, number.length), issuedAt };
}
