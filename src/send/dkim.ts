import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
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

/** A header field as it is written, and as a signature sees it. */
export interface Field {
  /** Folded, without its last line end. */
  readonly text: string;
  /** In lower case. */
  readonly name: string;
  /** RFC 6376 section 3.4.2. */
  readonly relaxed: string;
}

/** A header field, folded and without its last line end. How a signature sees it is found out when one is made. */
export function asField(text: string): Field {
  let name: string | null = null;
  let relaxed: string | null = null;
  return {
    text,
    get name() {
      return (name ??= relaxedName(text));
    },
    get relaxed() {
      return (relaxed ??= relaxedField(text));
    },
  };
}

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

/** A signature field that lacks its value, and the bytes to sign for it. */
interface Draft {
  readonly field: string;
  readonly data: Buffer;
  readonly by: DkimKey;
}

/**
 * A DKIM-Signature field for each key (RFC 6376; Ed25519: RFC 8463), relaxed in header and body. The time in it is the
 * message's date, so that a second try gives the same bytes.
 */
export function signatures(unsigned: Unsigned, context: SigningContext): string[] {
  return drafts(unsigned, context).map((draft) => signed(draft, sign(digestOf(draft.by), draft.data, draft.by.key)));
}

const signInPool = promisify<string | null, Buffer, KeyObject, Buffer>(sign);

/** The same, reckoned in the thread pool: an RSA signature takes longer than all else about a message. */
export async function signaturesAhead(unsigned: Unsigned, context: SigningContext): Promise<string[]> {
  const all = drafts(unsigned, context).map(async (draft) =>
    signed(draft, await signInPool(digestOf(draft.by), draft.data, draft.by.key)),
  );
  return Promise.all(all);
}

function digestOf({ algorithm }: DkimKey): string | null {
  return algorithm === "rsa-sha256" ? "sha256" : null;
}

function signed({ field }: Draft, value: Buffer): string {
  return field + foldBase64(value.toString("base64"));
}

function drafts({ fields, bodyHash }: Unsigned, { dkim = [], date, rewritten = [] }: SigningContext): Draft[] {
  if (dkim.length === 0) {
    return [];
  }
  const names = SIGNED_HEADERS.filter((name) => !rewritten.includes(name));
  const headers = signedHeaders(fields, names);
  const time = Math.floor(date.getTime() / 1000);
  return dkim.map((by) => {
    const field = [
      `DKIM-Signature: v=1; a=${by.algorithm}; c=relaxed/relaxed; d=${by.domain}; s=${by.selector}; t=${time};`,
      ` h=${foldNames(headers.names)};`,
      ` bh=${bodyHash};`,
      " b=",
    ].join("\r\n");
    const data = Buffer.from(headers.text + relaxedField(field));
    // RFC 8463 section 3 signs the SHA-256 of the headers with Ed25519, not the headers themselves.
    return { field, by, data: by.algorithm === "rsa-sha256" ? data : createHash("sha256").update(data).digest() };
  });
}

/** The signed fields, the last of a name first (RFC 6376 section 5.4.2), and the list of their names, oversigned. */
function signedHeaders(fields: readonly Field[], names: readonly string[]) {
  const byName = new Map<string, Field[]>();
  for (const field of fields) byName.set(field.name, [field, ...(byName.get(field.name) ?? [])]);
  const found = names.map((name) => byName.get(name) ?? []);
  return {
    names: names.flatMap((name, index) => [...(found[index] ?? []), name].map(() => name)),
    text: found
      .flat()
      .map(({ relaxed }) => `${relaxed}\r\n`)
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

/**
 * RFC 6376 section 3.4.4: runs of spaces as one, none at the end of a line. For a body that ends in a boundary: empty lines
 * at the end would have to go too.
 */
export function relaxedLines(body: string): string {
  return body.replaceAll(/[ \t]{2,}|\t/g, " ").replaceAll(" \r\n", "\r\n");
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
