import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { ioFailed, PaperboyError } from "../../core/errors.js";
import { isSealed } from "./seal.js";

/** Reads a file that must exist. Throws PaperboyError `io-failed`. */
export function readState(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw ioFailed("read", file, { cause });
  }
}

/**
 * Puts a sealed file in its place, whole or not at all. An older sealed one is replaced, and nothing else ever.
 * @throws PaperboyError `usage` when the file exists, `io-failed` when it cannot be written.
 */
export function writeSealed(file: string, sealed: Buffer): void {
  if (existsSync(file) && !isSealed(readState(file))) {
    throw new PaperboyError("usage", {
      message: `${file} is there and is no sealed state: it is not overwritten`,
      hint: "Name another file.",
    });
  }
  replace(file, sealed);
}

/**
 * Puts a database where none is. A log that an older one left behind would be played into it by SQLite, so that counts as one.
 * @throws PaperboyError `usage` when the file exists, `io-failed` when it cannot be written.
 */
export function writeDatabase(file: string, database: Buffer): void {
  const known = [file, `${file}-wal`, `${file}-shm`].filter((name) => existsSync(name));
  if (known.length > 0) {
    throw new PaperboyError("usage", {
      message: `${known.join(" and ")} is there already, and nothing is overwritten`,
      hint: "Open the state in a home that has no database.",
    });
  }
  replace(file, database);
}

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
