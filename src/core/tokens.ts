import { hkdfSync, timingSafeEqual } from "node:crypto";
import { type Mac, macBy } from "./hmac.js";

/** What a link may do. A token for one purpose is worth nothing for another. */
export type TokenPurpose = "unsubscribe" | "preferences" | "confirm" | "bounce";

/** How long a token holds, in ms; null: for ever. Whoever wants to leave a year later must be able to. */
const LIFETIMES: Readonly<Record<TokenPurpose, number | null>> = {
  unsubscribe: null,
  preferences: null,
  confirm: 72 * 3_600_000,
  bounce: null,
};

/** Keys of an installation: the current one signs, all of them verify, so that a key can be changed. */
export interface TokenKeys {
  readonly current: Uint8Array;
  readonly previous?: readonly Uint8Array[];
}

export interface TokenFacts {
  readonly purpose: TokenPurpose;
  /** The reader's number in the ledger, below 2^40. */
  readonly subscriberId: number;
  /** When it was made; needed where tokens of this purpose expire. */
  readonly issuedAt?: Date;
}

/** What a token says, or why it says nothing. */
export type CheckedToken =
  | { readonly ok: true; readonly subscriberId: number; readonly issuedAt: Date | null }
  | { readonly ok: false; readonly why: "malformed" | "forged" | "expired" };

/** 128 bits: nobody guesses one, and an address with it stays below 70 characters. */
const TAG_BYTES = 16;
const TIME_BYTES = 4;
const ID_BYTES = 5;

/**
 * Signs a link: the reader's number, the time where tokens expire, and a tag, in base64url; 23 to 34 characters. There is
 * no address in it, and without the key nobody can make one or tell that two belong together (beyond the number itself).
 * @throws RangeError when the number is none, or a token that expires has no time.
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

/** A number in as few bytes as it needs, at least one. */
function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(ID_BYTES);
  bytes.writeUIntBE(value, 0, ID_BYTES);
  let first = 0;
  while (bytes[first] === 0 && first < ID_BYTES - 1) first += 1;
  return bytes.subarray(first);
}

function tagOf(payload: Uint8Array, purpose: TokenPurpose, key: Uint8Array): Buffer {
  return Buffer.from(macOf(key, purpose)(payload, "binary"), "latin1").subarray(0, TAG_BYTES);
}

/** Making a purpose's key takes several times as long as using it, and every message has two or three tokens. */
const MACS = new WeakMap<Uint8Array, Map<TokenPurpose, Mac>>();

/** HKDF (RFC 5869) gives each purpose a key of its own. */
function macOf(key: Uint8Array, purpose: TokenPurpose): Mac {
  const known = MACS.get(key) ?? new Map<TokenPurpose, Mac>();
  MACS.set(key, known);
  const made = known.get(purpose) ?? macBy(Buffer.from(hkdfSync("sha256", key, "", `paperboy token ${purpose}`, 32)));
  known.set(purpose, made);
  return made;
}

export interface TokenCheck {
  readonly purpose: TokenPurpose;
  readonly keys: TokenKeys;
  readonly now: Date;
}

/** Reads a token. Its text is hostile; every key is tried in constant time. */
export function checkToken(text: string, { purpose, keys, now }: TokenCheck): CheckedToken {
  const lifetime = LIFETIMES[purpose];
  const bytes = Buffer.from(text, "base64url");
  const payload = bytes.subarray(0, Math.max(0, bytes.length - TAG_BYTES));
  const number = payload.subarray(lifetime === null ? 0 : TIME_BYTES);
  // One token has one spelling: what decodes to the same bytes but is written otherwise is none of ours.
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
