import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ioFailed, PaperboyError } from "../../core/errors.js";

/** A file of home to be made. */
export interface HomeFile {
  readonly name: string;
  readonly text: string;
  /** Read by nobody but its owner. */
  readonly isSecret: boolean;
}

/** Every name that a home's settings and secrets can have. */
const NAMES = ["paperboy.yaml", "paperboy.yml", "paperboy.json", ".env"];

/** @throws PaperboyError `config-invalid`, naming what a home has already: asked before anybody answers a question in vain. */
export function assertNewHome(home: string): void {
  const known = NAMES.filter((name) => existsSync(path.join(home, name)));
  if (known.length === 0) return;
  throw new PaperboyError("config-invalid", {
    message: `${home} has ${known.join(" and ")} already, and nothing is overwritten`,
    hint: "Edit what is there (`paperboy config` shows what holds), or name another folder with --home.",
  });
}

/**
 * Writes the files of a new home; none when its settings are there already.
 * @throws PaperboyError `config-invalid`, naming the files that exist; `io-failed` when a file cannot be written.
 */
export function writeHome(home: string, files: readonly HomeFile[]): void {
  assertNewHome(home);
  try {
    mkdirSync(home, { recursive: true });
    // `wx`: what came into being since then is not overwritten either.
    for (const { name, text, isSecret } of files) {
      writeFileSync(path.join(home, name), text, { flag: "wx", mode: isSecret ? 0o600 : 0o644 });
    }
  } catch (cause) {
    throw ioFailed("write", home, { cause });
  }
}
