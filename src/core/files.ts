import { readdirSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ioFailed } from "./errors.js";

/** A file open for writing. */
export interface OutputFile {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Creates or truncates a file that only its owner can read (mode 600), such as one with addresses. An existing file becomes private,
 * too; a device such as /dev/null keeps its mode.
 * @throws PaperboyError `io-failed`, also from `write`.
 */
export async function openOutput(file: string): Promise<OutputFile> {
  const fail = (cause: unknown) => {
    throw ioFailed("write", file, { cause });
  };
  const handle = await open(file, "w", 0o600).catch(fail);
  await makePrivate(handle).catch(fail);
  return { write: (text) => handle.appendFile(text).catch(fail), close: () => handle.close() };
}

async function makePrivate(handle: FileHandle): Promise<void> {
  const found = await handle.stat();
  if (found.isFile() && (found.mode & 0o077) !== 0) await handle.chmod(0o600);
}

/** Reads a text file. Throws PaperboyError `io-failed` with the given hint, or a general one. */
export function readText(file: string, hint?: string): string {
  return reading(file, () => readFileSync(file, "utf8"), hint);
}

/** Returns the names in a folder, sorted. Throws PaperboyError `io-failed`. */
export function listFolder(folder: string): readonly string[] {
  return reading(folder, () => readdirSync(folder).toSorted());
}

function reading<T>(file: string, read: () => T, hint?: string): T {
  try {
    return read();
  } catch (cause) {
    throw ioFailed("read", file, { cause, ...(hint === undefined ? {} : { hint }) });
  }
}
