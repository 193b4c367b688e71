import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { PaperboyError } from "../../core/errors.js";

/**
 * Creates a new file that only its owner can read, and calls `fill` to write it. When this resolves, the file is on disk; if
 * `fill` fails, the file is deleted.
 * @throws PaperboyError `store-failed` if the file exists or cannot be created; errors of `fill`.
 */
export async function fillNewFile(file: string, fill: () => Promise<unknown>): Promise<void> {
  createNew(file);
  try {
    await fill();
    const handle = openSync(file, "r+");
    fsyncSync(handle);
    closeSync(handle);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

function createNew(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (cause) {
    throw new PaperboyError("store-failed", {
      message: `the backup ${file} cannot be created`,
      hint: "Give the name of a new file in an existing folder.",
      cause,
    });
  }
}
