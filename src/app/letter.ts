import type { App } from "./app.js";
import { editionPeriod } from "../core/calendar.js";
import type { Digest, Letter } from "../core/model.js";
import { assertSound, checkLetter } from "../render/checks/index.js";
import { checkOptionsOf } from "../commands/check.js";

interface LetterOptions {
  readonly readers: readonly string[];
  readonly templates?: string | undefined;
  /** Leaves a place in the footer for each reader's own links, where such links are configured. */
  readonly slots?: boolean;
}

/**
 * The letter of a digest, looked at through every check before anybody gets it.
 * @throws PaperboyError `config-invalid` when a template is wrong or a check that counts as an error fails.
 */
export async function soundLetter(app: App, digest: Digest, options: LetterOptions): Promise<Letter> {
  const { readers, slots = false } = options;
  const letter = await letterOf(app, digest, options);
  const results = checkLetter(withSamples(letter, app.config.settings), digest, checkOptionsOf(app, readers, slots));
  assertSound(results);
  for (const { id, passed, findings } of results) {
    if (!passed) app.terminal.detail(`check ${id}: ${findings[0]?.message ?? ""}`);
  }
  return letter;
}

/** The letter of a digest as it is, whatever the checks would say of it. Throws `config-invalid` when a template is wrong. */
export async function letterOf(
  app: App,
  digest: Digest,
  { templates, slots = false }: Omit<LetterOptions, "readers">,
): Promise<Letter> {
  const archiveUrl = slots ? archiveUrlOf(digest, app.config.settings) : null;
  return (await app.renderer({ templates, slots, archiveUrl })).letter(digest);
}

/** Where an edition can be read again (src/web/archive/parts.ts); null when it is not for everybody. */
export function archiveUrlOf(
  { edition }: Pick<Digest, "edition">,
  { publicUrl, archive }: App["config"]["settings"],
): string | null {
  const period = editionPeriod(edition.id);
  return publicUrl !== undefined && archive && period !== null ? `${publicUrl}/archive/${period.date}` : null;
}

/** The letter as its readers will see it: their links in place of the slots. */
function withSamples(letter: Letter, { publicUrl, unsubscribeAddress = "" }: App["config"]["settings"]): Letter {
  const sample = publicUrl === undefined ? `mailto:${unsubscribeAddress}` : `${publicUrl}/u/sample`;
  const fill = (text: string) => text.replaceAll(/\{slot:[a-z]+\}/g, sample);
  return { ...letter, html: fill(letter.html), text: fill(letter.text) };
}
