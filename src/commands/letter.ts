import type { App } from "../app.js";
import type { Digest, Letter } from "../model.js";
import { assertSound, checkLetter } from "../render/checks/index.js";
import { checkOptionsOf } from "./check.js";

interface LetterOptions {
  readonly readers: readonly string[];
  readonly templates?: string | undefined;
}

/**
 * The letter of a digest, looked at through every check before anybody gets it.
 * @throws PaperboyError `config-invalid` when a template is wrong or a check that counts as an error fails.
 */
export async function soundLetter(app: App, digest: Digest, { readers, templates }: LetterOptions): Promise<Letter> {
  const letter = (await app.renderer({ templates })).letter(digest);
  const results = checkLetter(letter, digest, checkOptionsOf(app, readers));
  assertSound(results);
  for (const { id, passed, findings } of results) {
    if (!passed) app.terminal.detail(`check ${id}: ${findings[0]?.message ?? ""}`);
  }
  return letter;
}
