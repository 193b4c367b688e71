import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { PaperboyError } from "../../core/errors.js";
import { type Field, relaxedField } from "./fields.js";

/** A loaded signing key. */
export interface DkimKey {
  /** The signing domain, `d=`. */
  readonly domain: string;
  /** The selector in the name of the DNS record: `SELECTOR._domainkey.DOMAIN`. */
  readonly selector: string;
  readonly algorithm: "rsa-sha256" | "ed25519-sha256";
  readonly key: KeyObject;
}

export interface DkimChoice {
  readonly domain: string;
  readonly selector: string;
  /** In PEM (PKCS #8 or PKCS #1). */
  readonly privateKey: string;
}

/**
 * Loads a signing key. An invalid key stops the run, because unsigned mail would end up in junk folders and damage the
 * reputation of the sender.
 * @throws PaperboyError `config-invalid` if it is not a private key, is of another type, or is an RSA key of fewer than 2048
 *   bits (RFC 8301 section 3.2 requires 1024 and recommends 2048; large receivers treat less as unsigned).
 */
export function loadDkimKey({ domain, selector, privateKey }: DkimChoice): DkimKey {
  if (![domain, selector].every((name) => /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(name))) {
    throw unusable("its domain or selector is not a valid DNS name", { domain, selector });
  }
  const key = readKey(privateKey, { domain, selector });
  if (key.asymmetricKeyType === "ed25519") {
    return { domain, selector, algorithm: "ed25519-sha256", key };
  }
  if (key.asymmetricKeyType === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) {
    return { domain, selector, algorithm: "rsa-sha256", key };
  }
  throw unusable("it is neither RSA with at least 2048 bits nor Ed25519", { domain, selector });
}

function readKey(pem: string, names: Omit<DkimChoice, "privateKey">): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The cause is omitted, because it might quote the key.
    throw unusable("it is not a private key in PEM format, or it has a passphrase", names);
  }
}

function unusable(why: string, { domain, selector }: Omit<DkimChoice, "privateKey">): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `the DKIM key ${selector}._domainkey.${domain} cannot be used: ${why}`,
    hint: "Create one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out dkim.pem",
  });
}

/** Returns the DNS TXT record with which receivers verify signatures (RFC 6376 section 3.6.1, RFC 8463 section 4). */
export function dkimRecord({ key, algorithm }: DkimKey): string {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  // An Ed25519 record has the raw key (the last 32 bytes of the structure), an RSA record the whole structure.
  const [type, bytes] = algorithm === "rsa-sha256" ? ["rsa", der] : ["ed25519", der.subarray(-32)];
  return `v=DKIM1; k=${type}; p=${bytes.toString("base64")}`;
}

/**
 * The headers that are signed even if they are absent, and once more than they occur, so that none can be added in transit. RFC
 * 8058 section 4 requires both List-Unsubscribe fields.
 */
export const SIGNED_HEADERS: readonly string[] = [
  "from",
  "to",
  "cc",
  "subject",
  "date",
  "message-id",
  "reply-to",
  "list-id",
  "list-unsubscribe",
  "list-unsubscribe-post",
  "list-help",
  "list-archive",
  "list-owner",
  "feedback-id",
  "auto-submitted",
  "precedence",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
];

/** A message before it is signed. */
export interface Unsigned {
  readonly fields: readonly Field[];
  /** SHA-256 of the relaxed body, in base64. */
  readonly bodyHash: string;
}

export interface SigningContext {
  readonly dkim?: readonly DkimKey[];
  readonly date: Date;
  readonly rewritten?: readonly string[];
}

/** A signature field without its value, and the bytes to sign. */
interface Draft {
  readonly field: string;
  readonly data: Buffer;
  readonly by: DkimKey;
}

/** Signs messages that have the same date, keys and headers. Computes the parts that they share only once. */
export interface Signer {
  /**
   * Returns a DKIM-Signature field for each key (RFC 6376; Ed25519: RFC 8463), relaxed in header and body. The time of the
   * signature is the date of the message, so that every attempt gives the same bytes. Signs in the thread pool, because this is
   * the slowest step of rendering a message.
   */
  sign(unsigned: Unsigned): Promise<readonly string[]>;
}

/** Opens a signer. Without keys it returns no fields. */
export function openSigner(context: SigningContext): Signer {
  const plans = new Map<string, Plan>();
  const planOf = (fields: readonly Field[]): Plan => {
    const names = fields.map(({ name }) => name);
    const key = names.join(":");
    const plan = plans.get(key) ?? makePlan(names, context);
    plans.set(key, plan);
    return plan;
  };
  return {
    sign: (unsigned) =>
      Promise.all(
        draftsOf(unsigned, planOf(unsigned.fields)).map(async ({ field, data, by }) => {
          const value = await signInPool(by.algorithm === "rsa-sha256" ? "sha256" : null, data, by.key);
          return field + foldBase64(value.toString("base64"));
        }),
      ),
  };
}

const signInPool = promisify<string | null, Buffer, KeyObject, Buffer>(sign);

/** The data that messages with the same fields in the same order share. */
interface Plan {
  /** Indexes of the signed fields. For each name, the last field comes first (RFC 6376 section 5.4.2). */
  readonly order: readonly number[];
  readonly keys: readonly PlanOfKey[];
}

interface PlanOfKey {
  readonly by: DkimKey;
  /** The signature field before and after the body hash, as written and in relaxed form. */
  readonly written: readonly [string, string];
  readonly relaxed: readonly [string, string];
}

/** Marks the position of the body hash. */
const HASH_POSITION = "\0";

function makePlan(fields: readonly string[], { dkim = [], date, rewritten = [] }: SigningContext): Plan {
  const names = SIGNED_HEADERS.filter((name) => !rewritten.includes(name));
  const found = names.map((name) => fields.flatMap((field, index) => (field === name ? index : [])).toReversed());
  // Each name occurs once more than there are fields, so that none can be added in transit.
  const listed = names.flatMap((name, index) => [...(found[index] ?? []), name].map(() => name));
  const time = Math.floor(date.getTime() / 1000);
  const keys = dkim.map((by) => {
    const field = [
      `DKIM-Signature: v=1; a=${by.algorithm}; c=relaxed/relaxed; d=${by.domain}; s=${by.selector}; t=${time};`,
      ` h=${foldNames(listed)};`,
      ` bh=${HASH_POSITION};`,
      " b=",
    ].join("\r\n");
    return { by, written: aroundHash(field), relaxed: aroundHash(relaxedField(field)) };
  });
  return { order: found.flat(), keys };
}

function aroundHash(text: string): [string, string] {
  const at = text.indexOf(HASH_POSITION);
  return [text.slice(0, at), text.slice(at + HASH_POSITION.length)];
}

function draftsOf({ fields, bodyHash }: Unsigned, { order, keys }: Plan): Draft[] {
  const headers = order.map((index) => `${fields[index]?.relaxed ?? ""}\r\n`).join("");
  return keys.map(({ by, written, relaxed }) => {
    const data = Buffer.from(headers + relaxed.join(bodyHash));
    return {
      by,
      field: written.join(bodyHash),
      // RFC 8463 section 3 signs the SHA-256 of the headers with Ed25519, not the headers themselves.
      data: by.algorithm === "rsa-sha256" ? data : hash("sha256", data, "buffer"),
    };
  });
}

/** Folds a list of names after its colons, to at most 72 characters a line (RFC 6376 section 3.5, `h=`). */
function foldNames(names: readonly string[]): string {
  return names
    .join(":")
    .replaceAll(/.{1,71}(?::|$)/g, "$&\r\n ")
    .trimEnd();
}

function foldBase64(value: string): string {
  let folded = value.slice(0, 72);
  for (let at = 72; at < value.length; at += 72) folded += `\r\n ${value.slice(at, at + 72)}`;
  return folded;
}
