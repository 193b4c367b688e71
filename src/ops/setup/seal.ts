import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { PaperboyError } from "../../core/errors.js";

/** The first line of a sealed file: what it is, and how it is made. Another way of making it gets another number. */
const HEADER = Buffer.from("PAPERBOY-STATE-1\n");
const SALT_BYTES = 16;
/** The nonce and the tag of AES-GCM (NIST SP 800-38D, sections 5.2.1.1 and 5.2.1.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Anybody who reads the file may guess at its secret for years; `openssl rand -hex 32` gives 64 signs. */
const LEAST_SECRET = 32;

/**
 * Bytes as a file that may lie where strangers read it: compressed, then AES-256-GCM under a key that HKDF-SHA256 (RFC 5869)
 * makes of the secret and a salt of this file's own, so that no nonce is ever used twice with one key.
 * @throws PaperboyError `config-invalid` when there is no secret, or one that is short enough to be guessed.
 */
export function seal(content: Buffer, secret: string | null): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret, salt), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(HEADER);
  return Buffer.concat([HEADER, salt, nonce, cipher.update(gzipSync(content)), cipher.final(), cipher.getAuthTag()]);
}

/**
 * What was sealed, byte for byte.
 * @throws PaperboyError `config-invalid` when it was sealed with another secret or changed since, `usage` when it is no sealed file.
 */
export function unseal(sealed: Buffer, secret: string | null): Buffer {
  if (!isSealed(sealed)) {
    throw new PaperboyError("usage", {
      message: "this is no sealed state, or one of another Paperboy",
      hint: "`paperboy state seal FILE` makes one.",
    });
  }
  const rest = sealed.subarray(HEADER.length);
  const salt = rest.subarray(0, SALT_BYTES);
  const nonce = rest.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
  const key = keyOf(secret, salt);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(HEADER);
    decipher.setAuthTag(rest.subarray(-TAG_BYTES));
    const body = rest.subarray(SALT_BYTES + NONCE_BYTES, -TAG_BYTES);
    return gunzipSync(Buffer.concat([decipher.update(body), decipher.final()]));
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: "the sealed state does not open: PAPERBOY_SECRET is another one, or the file was changed",
      hint: "Set the secret that sealed it. Without it the state is lost: begin a new one (docs/scheduling.md).",
      cause,
    });
  }
}

/** What was sealed with one of several secrets; throws as `unseal` does with the first one. */
export function unsealWithAny(sealed: Buffer, secrets: readonly string[]): Buffer {
  for (const secret of secrets.slice(1)) {
    try {
      return unseal(sealed, secret);
    } catch (error) {
      if (!(error instanceof PaperboyError)) throw error;
    }
  }
  return unseal(sealed, secrets[0] ?? null);
}

/** Whether bytes begin as a sealed file does; what they hold is known only to the secret. */
export function isSealed(content: Buffer): boolean {
  return content.subarray(0, HEADER.length).equals(HEADER);
}

function keyOf(secret: string | null, salt: Buffer): Buffer {
  if (secret === null || secret.length < LEAST_SECRET) {
    throw new PaperboyError("config-invalid", {
      message: secret === null ? "PAPERBOY_SECRET is not set" : `PAPERBOY_SECRET is shorter than ${LEAST_SECRET} signs`,
      hint: "Make one with `openssl rand -hex 32`: whoever gets at the sealed file may guess for as long as they like.",
    });
  }
  return Buffer.from(hkdfSync("sha256", secret, salt, "paperboy state", 32));
}
