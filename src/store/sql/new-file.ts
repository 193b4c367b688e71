import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { PaperboyError } from "../../core/errors.js";

/**
 * Creates a new file that only its owner can read, and lets `fill` write it. The file is on disk when this resolves, and removed
 * when `fill` fails.
 * @throws PaperboyError `store-failed` when the file exists or cannot be created; errors of `fill`.
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
      hint: "Name a file that does not exist yet, in an existing folder.",
      cause,
    });
  }
}
