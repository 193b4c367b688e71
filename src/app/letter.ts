import { editionPeriod } from "../core/calendar.js";
import type { Digest, Letter } from "../core/model.js";
import { assertChecksPass, checkLetter } from "../render/checks/index.js";
import type { CheckOptions } from "../render/checks/index.js";
import { parseAddress, parseMailbox } from "../send/message/address.js";
import type { App } from "./app.js";
import { isUrl } from "../core/url.js";

type Settings = App["config"]["settings"];

interface LetterOptions {
  /** The addresses of the readers. The letter must not contain any of them. */
  readonly readers: readonly string[];
  /** A template folder that replaces the configured one. */
  readonly templates?: string | undefined;
  /** Whether the footer has placeholders for the links of each reader instead of sample links. */
  readonly placeholders?: boolean;
}

/**
 * Renders the letter of a digest and runs all checks on it. Prints warnings with `--verbose`.
 * @throws PaperboyError `config-invalid` if a template is invalid or a check of severity `error` fails.
 */
export async function renderCheckedLetter(
  app: Pick<App, "config" | "renderer" | "terminal">,
  digest: Digest,
  options: LetterOptions,
): Promise<Letter> {
  const { settings } = app.config;
  const letter = await letterOf(app, digest, options);
  const results = checkLetter(withSampleLinks(letter, settings), digest, checkOptions(settings, options));
  assertChecksPass(results);
  for (const { id, passed, findings } of results) {
    if (!passed) app.terminal.detail(`check ${id}: ${findings[0]?.message ?? ""}`);
  }
  return letter;
}

/**
 * Renders the letter of a digest without running the checks.
 * @throws PaperboyError `config-invalid` if a template is invalid.
 */
export async function letterOf(
  { config, renderer }: Pick<App, "config" | "renderer">,
  digest: Digest,
  { templates, placeholders = false }: Omit<LetterOptions, "readers">,
): Promise<Letter> {
  const archiveUrl = archiveUrlOf(digest, config.settings);
  return (await renderer({ templates, placeholders, archiveUrl })).letter(digest);
}

/** Returns the URL of an edition in the archive (src/web/archive/parts.ts); null if it is not published. */
export function archiveUrlOf(
  { edition }: Pick<Digest, "edition">,
  { publicUrl, archive }: Pick<Settings, "publicUrl" | "archive">,
): string | null {
  const period = editionPeriod(edition.id);
  return publicUrl !== undefined && archive && period !== null ? `${publicUrl}/archive/${period.date}` : null;
}

/** Replaces the placeholders with sample links, so that the checks see the letter as a reader does. */
function withSampleLinks(letter: Letter, { publicUrl, unsubscribeAddress = "" }: Settings): Letter {
  const sample = publicUrl === undefined ? `mailto:${unsubscribeAddress}` : `${publicUrl}/u/sample`;
  const fill = (text: string) => text.replaceAll(/\{link:[a-z]+\}/g, sample);
  return { ...letter, html: fill(letter.html), text: fill(letter.text) };
}

/** Returns the options of the checks. Allows the hosts and addresses of the branding texts. */
export function checkOptions(
  { site, branding, from, replyTo, publicUrl, unsubscribeAddress }: Settings,
  { readers }: Pick<LetterOptions, "readers">,
): CheckOptions {
  const texts = [branding.intro, branding.footer, branding.postal].filter((text) => text !== undefined);
  const words = texts.flatMap((text) => text.split(/[\s<>()]+/)).map((word) => word.replace(/[.,;:!?]+$/, ""));
  const urls = [site, publicUrl, branding.logoUrl, ...words].filter(
    (url) => url !== undefined && /^https?:/i.test(url),
  );
  return {
    allowedHosts: urls.flatMap((url) => (url && isUrl(url) ? [new URL(url).hostname] : [])),
    allowedAddresses: [
      ...[from, replyTo, unsubscribeAddress].flatMap(mailboxAddress),
      ...words.filter((word) => parseAddress(word, { isLocal: true }).ok),
    ],
    readers,
    unsubscribe: (publicUrl ?? unsubscribeAddress) === undefined ? "none" : "required",
  };
}

function mailboxAddress(text: string | undefined): string[] {
  const parsed = text === undefined ? null : parseMailbox(text, { isLocal: true });
  return parsed?.ok ? [parsed.mailbox.address] : [];
}
