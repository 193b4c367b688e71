import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ioFailed, PaperboyError } from "../../core/errors.js";
import type { Store } from "../../store/store.js";
import { decryptWithAny, encrypt, isEncrypted } from "./encryption.js";

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
