import { clip, isFunctionWord } from "./clip.js";

/** The input of a subject line. */
export interface SubjectParts {
  readonly titles: readonly string[];
  /** The number of all papers. */
  readonly total: number;
  /** The maximum length in characters. */
  readonly room: number;
  /** The week or month, with which the subject begins; null for other editions. */
  readonly period: string | null;
  /** Formats the number of other papers, such as `+ 9 more`. */
  readonly more: (count: number) => string;
  /** The subject if no title fits. */
  readonly otherwise: string;
}

const SEPARATOR = " · ";
/** The minimum room for a shortened title: as the first one, and after another title. */
const LEAST = { first: 40, second: 24 } as const;

/**
 * Returns the leading titles in one line: `Title one · Title two + 9 more`. Tries three full titles, then the first one with
 * the short names of the next two (the part before a colon), then fewer titles, then short names only. A title without a short
 * name is cut at the end of a phrase.
 */
export function subjectLine({ titles, total, room, period, more, otherwise }: SubjectParts): string {
  const [lead, second] = titles;
  if (lead === undefined) return clip(otherwise, room);
  const join = (shown: readonly string[]) =>
    (period === null ? "" : `${period}: `) +
    shown.join(SEPARATOR) +
    (total > shown.length ? ` ${more(total - shown.length)}` : "");
  const roomFor = (rest: readonly string[]) => Math.max(room - join(["", ...rest]).length, 1);
  const names = titles.map(nameOf);
  const whole = [3, 2, 1].flatMap((count) => [
    [lead, ...titles.slice(1, count)],
    [lead, ...names.slice(1, count)],
  ]);
  const named = names[0] === lead ? [] : [names.slice(0, 3), names.slice(0, 2)];
  const fitting = [...whole, ...named].find((shown) => join(shown).length <= room);
  if (fitting !== undefined) return join(fitting);
  if (names[0] !== undefined && names[0] !== lead) {
    const left = roomFor([names[0]]);
    return join(second === undefined || left < LEAST.second ? [names[0]] : [names[0], cutAtPhrase(second, left)]);
  }
  const next = names.slice(1, 2).filter((name) => roomFor([name]) >= LEAST.first);
  return join([cutAtPhrase(lead, roomFor(next)), ...next]);
}

/** Returns `Lantern` for `Lantern: Faster Decoding for Long Contexts`; the title itself if it has no short name. */
function nameOf(title: string): string {
  return /^([^:–—]{3,48})(?::\s|\s[–—]\s)/u.exec(title)?.[1] ?? title;
}

/** Words that join two parts of one phrase: `Simple and Unified Training`. */
const JOINS = /^(?:and|or|und|oder|sowie|&)$/i;

/** A cut text has at least this many characters. */
const SHORTEST = 12;

/**
 * Cuts a text to at most `most` UTF-16 units where a phrase ends: before a function word or after a mark of a sentence. Without such a
 * place it cuts after the last word that is not a function word. Marks the cut with `…`.
 */
export function cutAtPhrase(text: string, most: number): string {
  if (text.length <= most) return text;
  const words = text.split(" ");
  const ends = words
    .map((_, index) => words.slice(0, index + 1).join(" "))
    .map((start, index) => ({ start, last: words[index] ?? "", next: words[index + 1] ?? "" }))
    .filter(({ start, last }) => start.length < most && start.length >= SHORTEST && !isFunctionWord(last));
  const end =
    ends.findLast(({ last, next }) => /[,;:–—)]$/u.test(last) || (isFunctionWord(next) && !JOINS.test(next))) ??
    ends.at(-1);
  return end === undefined ? clip(text, most) : `${end.start.replace(/[,;:–—-]+$/u, "")}…`;
}
