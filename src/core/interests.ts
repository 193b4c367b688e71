/** Entries of `View.interests` have the form `[ID | ]TITLE[ | ABSTRACT]`, an arXiv id alone, words, or `file:NAME`. */

/** One entry of `View.interests`. */
export interface Interest {
  /** The arXiv id, such as `2603.14473`; null for words, and for a paper of a file that has none. */
  readonly id: string | null;
  /** The title, or words; null for an id alone. */
  readonly title: string | null;
  readonly abstract: string | null;
}

/** The maximum number of entries of a view. */
export const MOST_INTERESTS = 300;
const LONGEST_TITLE = 300;
const LONGEST_ABSTRACT = 1500;

const SEPARATOR = " | ";
const FILE = "file:";
const ID = String.raw`(\d{4}\.\d{4,5})(?:v\d+)?`;
const PLAIN = new RegExp(`^(?:arxiv:\\s*)?${ID}$`, "i");
const IN_ADDRESS = new RegExp(
  String.raw`^(?:https?://)?(?:[\w-]+\.)*(?:arxiv\.org/(?:abs|pdf|html)|hf\.co/papers|huggingface\.co/papers|doi\.org/10\.48550)/(?:arxiv\.)?${ID}(?:\.pdf)?(?:[/?#].*)?$`,
  "i",
);
const DOI = new RegExp(String.raw`^(?:doi:\s*)?10\.48550/arxiv\.${ID}$`, "i");

/** Returns the arXiv id of a text: an id, or an address of arXiv, of its DOI or of Hugging Face; null for other texts. */
export function paperIdOf(text: string): string | null {
  const trimmed = text.trim();
  for (const form of [PLAIN, IN_ADDRESS, DOI]) {
    const id = form.exec(trimmed)?.[1];
    if (id !== undefined) return id;
  }
  return null;
}

/** Splits what a person entered: several ids and addresses, separated by commas or spaces, or else one text or path. */
export function splitPapers(text: string): readonly string[] {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
  return parts.every((part) => paperIdOf(part) !== null) ? parts : [text.trim()];
}

/** Whether a text names a file with papers, by its extension. */
export function isLibraryName(text: string): boolean {
  return /^[^|]+\.(?:bib|ris|json|txt)$/i.test(text.trim()) && paperIdOf(text) === null;
}

/** Returns the file that an entry of the configuration names; null for other entries. */
export function libraryOf(entry: string): string | null {
  return entry.startsWith(FILE) ? entry.slice(FILE.length) : null;
}

/**
 * Returns an entry in its usual form: an address becomes the id, the name of a file `file:NAME`. Texts are on one line.
 */
export function interestOf(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return paperIdOf(line) ?? (isLibraryName(line) && libraryOf(line) === null ? `${FILE}${line}` : line);
}

/** Parses an entry that names no file. */
export function readInterest(entry: string): Interest {
  const [first = "", ...rest] = entry.split(SEPARATOR);
  const id = paperIdOf(first);
  const [title = null, ...abstract] = id === null ? [first, ...rest] : rest;
  return { id, title, abstract: abstract.length === 0 ? null : abstract.join(SEPARATOR) };
}

/** Writes an entry. Texts are shortened to the length that a comparison needs. */
export function writeInterest({ id, title, abstract }: Interest): string {
  return [id, cut(title, LONGEST_TITLE), cut(abstract, LONGEST_ABSTRACT)].filter(Boolean).join(SEPARATOR);
}

function cut(text: string | null, most: number): string | undefined {
  const line = text?.replaceAll(/[\s\p{Cc}|]+/gu, " ").trim();
  return line?.slice(0, most).trim();
}

/** Returns the entries without repeated ones, the first kept: two with the same id are the same paper. */
export function distinctInterests(entries: readonly string[]): readonly string[] {
  return [...new Map(entries.toReversed().map((entry) => [keyOf(entry), entry])).values()].toReversed();
}

function keyOf(entry: string): string {
  return readInterest(entry).id ?? entry.toLowerCase();
}

/** Returns the entries without a paper. */
export function withoutPaper(entries: readonly string[], id: string): readonly string[] {
  return entries.filter((entry) => readInterest(entry).id !== id);
}
