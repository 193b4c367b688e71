import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { PaperboyError } from "../errors.js";

/** A key that signs mail, loaded once. */
export interface DkimKey {
  /** The signing domain, `d=`. */
  readonly domain: string;
  /** Where in the DNS its public half stands: `SELECTOR._domainkey.DOMAIN`. */
  readonly selector: string;
  readonly algorithm: "rsa-sha256" | "ed25519-sha256";
  readonly key: KeyObject;
}

export interface DkimChoice {
  readonly domain: string;
  readonly selector: string;
  /** PEM, PKCS #8 or PKCS #1. */
  readonly privateKey: string;
}

/**
 * Loads a signing key. Unsigned mail would end in junk folders and cost reputation, so a key that is wrong stops the run.
 * @throws PaperboyError config-invalid when it is no private key, of another sort, or RSA with fewer than 2048 bits
 * (RFC 8301 section 3.2 asks for at least 1024 and advises 2048; large receivers count less as unsigned).
 */
export function loadDkimKey({ domain, selector, privateKey }: DkimChoice): DkimKey {
  if (![domain, selector].every((name) => /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(name))) {
    throw unusable("its domain or selector is no name that the DNS can hold", { domain, selector });
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
    // Without the cause: it might repeat the key.
    throw unusable("it is no private key in PEM form, or is locked by a passphrase", names);
  }
}

function unusable(why: string, { domain, selector }: Omit<DkimChoice, "privateKey">): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `the DKIM key ${selector}._domainkey.${domain} cannot be used: ${why}`,
    hint: "Make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out dkim.pem",
  });
}

/** The DNS TXT record that lets others check what the key signs (RFC 6376 section 3.6.1, RFC 8463 section 4). */
export function dkimRecord({ key, algorithm }: DkimKey): string {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  // An Ed25519 record holds the bare 32 bytes, which end the structure; an RSA one the whole structure.
  const [type, bytes] = algorithm === "rsa-sha256" ? ["rsa", der] : ["ed25519", der.subarray(-32)];
  return `v=DKIM1; k=${type}; p=${bytes.toString("base64")}`;
}

/**
 * Signed whether or not they are there, and once more than they are: nothing can be added to them on the way. RFC 8058
 * section 4 demands both List-Unsubscribe fields.
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

/** A message before it is signed: header fields without their last line end, and the body. */
export interface Unsigned {
  readonly fields: readonly string[];
  readonly body: string;
}

export interface SigningContext {
  readonly dkim?: readonly DkimKey[];
  readonly date: Date;
  readonly rewritten?: readonly string[];
}

/**
 * A DKIM-Signature field for each key (RFC 6376; Ed25519: RFC 8463), relaxed in header and body. The time in it is the
 * message's date, so that a second try gives the same bytes.
 */
export function signatures({ fields, body }: Unsigned, { dkim = [], date, rewritten = [] }: SigningContext): string[] {
  if (dkim.length === 0) {
    return [];
  }
  const bodyHash = createHash("sha256").update(relaxedBody(body)).digest("base64");
  const names = SIGNED_HEADERS.filter((name) => !rewritten.includes(name));
  const headers = signedHeaders(fields, names);
  const time = Math.floor(date.getTime() / 1000);
  return dkim.map(({ domain, selector, algorithm, key }) => {
    const unsigned = [
      `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed; d=${domain}; s=${selector}; t=${time};`,
      ` h=${foldNames(headers.names)};`,
      ` bh=${bodyHash};`,
      " b=",
    ].join("\r\n");
    const data = Buffer.from(headers.text + relaxedField(unsigned));
    return unsigned + foldBase64(signature(algorithm, key, data).toString("base64"));
  });
}

/** RFC 8463 section 3 signs the SHA-256 of the headers with Ed25519, not the headers themselves. */
function signature(algorithm: DkimKey["algorithm"], key: KeyObject, data: Buffer): Buffer {
  return algorithm === "rsa-sha256"
    ? sign("sha256", data, key)
    : sign(null, createHash("sha256").update(data).digest(), key);
}

/** The signed fields, the last of a name first (RFC 6376 section 5.4.2), and the list of their names, oversigned. */
function signedHeaders(fields: readonly string[], names: readonly string[]) {
  const found = names.map((name) => fields.filter((field) => relaxedName(field) === name).toReversed());
  return {
    names: names.flatMap((name, index) => [...(found[index] ?? []), name].map(() => name)),
    text: found
      .flat()
      .map((field) => `${relaxedField(field)}\r\n`)
      .join(""),
  };
}

function relaxedName(field: string): string {
  return field.slice(0, field.indexOf(":")).trim().toLowerCase();
}

/** RFC 6376 section 3.4.2: name in lower case, unfolded, runs of spaces as one, none around the colon and at the end. */
function relaxedField(field: string): string {
  const value = field
    .slice(field.indexOf(":") + 1)
    .replaceAll("\r\n", "")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
  return `${relaxedName(field)}:${value}`;
}

/** RFC 6376 section 3.4.4: runs of spaces as one, none at the end of a line, no empty lines at the end. */
function relaxedBody(body: string): string {
  return body
    .replaceAll(/[ \t]{2,}|\t/g, " ")
    .replaceAll(" \r\n", "\r\n")
    .replace(/(?:\r\n)+$/, "\r\n");
}

/** In lines of at most 72 characters; a list of names breaks behind its colons (RFC 6376 section 3.5, `h=`). */
function foldNames(names: readonly string[]): string {
  return names
    .join(":")
    .replaceAll(/.{1,71}(?::|$)/g, "$&\r\n ")
    .trimEnd();
}

function foldBase64(value: string): string {
  return value.replaceAll(/.{1,72}/g, "$&\r\n ").trimEnd();
}
