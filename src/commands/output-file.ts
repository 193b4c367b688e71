import { open } from "node:fs/promises";
import { PaperboyError } from "../core/errors.js";

/** A file of addresses that is being written, piece by piece. */
export interface OutputFile {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a file that holds addresses: readable by its owner alone; what stood in it is gone.
 * @throws PaperboyError `usage`, also while writing, when it cannot be written.
 */
export async function openOutput(file: string): Promise<OutputFile> {
  const failed = (cause: unknown) => {
    throw new PaperboyError("usage", {
      message: `cannot write ${file}`,
      hint: "Check the folder, its permissions and the space that is left.",
      cause,
    });
  };
  const handle = await open(file, "w", 0o600).catch(failed);
  return { write: (text) => handle.appendFile(text).catch(failed), close: () => handle.close() };
}
