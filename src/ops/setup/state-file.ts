import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { ioFailed, PaperboyError } from "../../core/errors.js";
import type { Store } from "../../store/store.js";

export interface ExportParts {
  readonly store: Pick<Store, "backup">;
  /** Holds the temporary copy. */
  readonly home: string;
  readonly secret: string | null;
}

/**
 * Writes a consistent, encrypted copy of the database to a file; an older exported state is replaced. Returns its size in bytes.
 * @throws PaperboyError `config-invalid` when the secret is missing or too short; `usage` when the file exists and is something
 *   else; `io-failed` when it cannot be written.
 */
export async function exportState({ store, home, secret }: ExportParts, file: string): Promise<number> {
  const copy = path.join(home, `.exporting-${randomBytes(4).toString("hex")}`);
  try {
    await store.backup(copy);
    const encrypted = encrypt(readState(copy), secret);
    if (existsSync(file) && !isEncrypted(readState(file))) {
      throw new PaperboyError("usage", {
        message: `${file} exists and is not an exported state, so it is not overwritten`,
        hint: "Name another file.",
      });
    }
    replace(file, encrypted);
    return encrypted.length;
  } finally {
    rmSync(copy, { force: true });
  }
}

export interface ImportParts {
  /** Where the database is written. */
  readonly database: string;
  /** The current secret, then earlier ones. */
  readonly secrets: readonly string[];
}

/**
 * Writes the database of an exported state. Existing files are never overwritten, including a write-ahead log that an older
 * database left: SQLite would replay it into the new one.
 *
 * The export contains only the database, not the epoch file that detects a restored one (src/store/sqlite): the database contains
 * its own epoch, and an exported epoch file would always match it. An epoch file that exists in the home is kept. If it is ahead,
 * `run` refuses until `--accept-restored`, as intended.
 * @throws PaperboyError `usage` when a database exists; `config-invalid` when no secret fits; `io-failed` when a file cannot be
 *   read or written.
 */
export function importState({ database, secrets }: ImportParts, file: string): void {
  const content = decryptWithAny(readState(file), secrets);
  const existing = [database, `${database}-wal`, `${database}-shm`].filter((name) => existsSync(name));
  if (existing.length > 0) {
    throw new PaperboyError("usage", {
      message: `${existing.join(" and ")} already exists, and nothing is overwritten`,
      hint: "Import the state into a home without a database.",
    });
  }
  replace(database, content);
}

function readState(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw ioFailed("read", file, { cause });
  }
}

/** Replaces a file atomically. Only its owner can read it. */
function replace(file: string, content: Buffer): void {
  const temporary = `${file}.${randomBytes(4).toString("hex")}.new`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: "wx", flush: true });
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw ioFailed("write", file, { cause });
  }
}

/** The first line of an exported state: its type and format version. */
const HEADER = Buffer.from("PAPERBOY-STATE-1\n");
const SALT_BYTES = 16;
/** Nonce and tag of AES-GCM (NIST SP 800-38D, sections 5.2.1.1 and 5.2.1.2). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The minimum length of a secret, which must resist offline guessing, because the file may be public. `openssl rand -hex 32` has 64. */
const MIN_SECRET_LENGTH = 32;

/**
 * Compresses and encrypts bytes with AES-256-GCM. HKDF-SHA256 (RFC 5869) derives the key from the secret and a fresh salt, so
 * no nonce is used twice with one key.
 * @throws PaperboyError `config-invalid` when the secret is missing or too short.
 */
export function encrypt(content: Buffer, secret: string | null): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret, salt), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(HEADER);
  return Buffer.concat([HEADER, salt, nonce, cipher.update(gzipSync(content)), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Decrypts the result of `encrypt`.
 * @throws PaperboyError `config-invalid` when the secret differs or the file was changed; `usage` when it is not an exported state.
 */
export function decrypt(encrypted: Buffer, secret: string | null): Buffer {
  if (!isEncrypted(encrypted)) {
    throw new PaperboyError("usage", {
      message: "this is not an exported state of this version of Paperboy",
      hint: "`paperboy state export FILE` writes one.",
    });
  }
  const rest = encrypted.subarray(HEADER.length);
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
      message: "the state cannot be decrypted: PAPERBOY_SECRET differs, or the file was changed",
      hint: "Set the secret with which it was exported. Without it the state is lost: start a new one (docs/scheduling.md).",
      cause,
    });
  }
}

/** Decrypts with the first matching secret. If none matches, throws the error of `decrypt` with the first secret. */
function decryptWithAny(encrypted: Buffer, secrets: readonly string[]): Buffer {
  for (const secret of secrets.slice(1)) {
    try {
      return decrypt(encrypted, secret);
    } catch (error) {
      if (!(error instanceof PaperboyError)) throw error;
    }
  }
  return decrypt(encrypted, secrets[0] ?? null);
}

/** Whether the bytes have the header of an exported state. */
export function isEncrypted(content: Buffer): boolean {
  return content.subarray(0, HEADER.length).equals(HEADER);
}

function keyOf(secret: string | null, salt: Buffer): Buffer {
  if (secret === null || secret.length < MIN_SECRET_LENGTH) {
    throw new PaperboyError("config-invalid", {
      message:
        secret === null
          ? "PAPERBOY_SECRET is not set"
          : `PAPERBOY_SECRET is shorter than ${MIN_SECRET_LENGTH} characters`,
      hint: "Generate one with `openssl rand -hex 32`: a short secret can be guessed by anyone who gets the file.",
    });
  }
  return Buffer.from(hkdfSync("sha256", secret, salt, "paperboy state", 32));
}
