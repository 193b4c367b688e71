import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { PaperboyError } from "../../core/errors.js";

/**
 * Makes a new file, readable by its owner alone, for `fill` to write; on disk when it resolves, gone when that fails.
 * @throws PaperboyError `store-failed` when the file exists or cannot be made; whatever `fill` throws.
 */
export async function fillNewFile(file: string, fill: () => Promise<unknown>): Promise<void> {
  makeNew(file);
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

function makeNew(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (cause) {
    throw new PaperboyError("store-failed", {
      message: `the backup ${file} cannot be made`,
      hint: "Name a file that does not exist yet, in a folder that does.",
      cause,
    });
  }
}
