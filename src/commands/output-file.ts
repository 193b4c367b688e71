import { open } from "node:fs/promises";
import { ioFailed } from "../core/errors.js";

/** A file of addresses, written in pieces. */
export interface OutputFile {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file for addresses, readable by its owner alone. Previous content is overwritten.
 * @throws PaperboyError `io-failed` when it cannot be opened, and later when it cannot be written.
 */
export async function openOutput(file: string): Promise<OutputFile> {
  const failed = (cause: unknown) => {
    throw ioFailed("write", file, { cause });
  };
  const handle = await open(file, "w", 0o600).catch(failed);
  return { write: (text) => handle.appendFile(text).catch(failed), close: () => handle.close() };
}
