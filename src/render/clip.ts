import { EACH_ALONE, graphemesOf } from "./graphemes.js";

/** Characters as people count them: code points, not UTF-16 units. */
export function characters(text: string): number {
  return Array.from(text).length;
}

/**
 * At most `most` characters of a text (UTF-16 units, as every tool counts them); what is cut ends at a word with `…`. A text
 * without blanks (Chinese) is cut between characters, never inside one.
 */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = fitting(text, most - 1);
  return `${atWordEnd(room, text).replace(/[\s,;:.\-–—(]+$/u, "")}…`;
}

/** A cut that would give up more than a third of the room does not end a word but drops a long one: it stays inside it. */
function atWordEnd(room: string, text: string): string {
  if (/^\s/u.test(text.slice(room.length))) return room;
  const shorter = room.replace(/\s+\S*$/u, "");
  return shorter.length >= room.length * 0.66 ? shorter : room;
}

/** The longest start of `text` of whole characters within `most`: only the last few need to be told apart. */
function fitting(text: string, most: number): string {
  const from = Math.max(0, most - 64);
  const window = text.slice(from, most + 64);
  if (EACH_ALONE.test(window)) return text.slice(0, most);
  const base = text.slice(0, from);
  let end = from;
  for (const { index, segment } of graphemesOf(window)) {
    // A window that opens inside a character begins with its rest, which belongs to what stands before.
    if (from + index + segment.length > most) break;
    end = from + index + segment.length;
  }
  return base + text.slice(from, end);
}

/** A short abstract: two or three sentences, in characters. */
export const SHORT_ABSTRACT = 280;

/**
 * The start of an abstract: as many whole sentences as fit into SHORT_ABSTRACT characters, if they fill at least half of them; else
 * cut at a word with `…`.
 */
export function firstSentences(text: string): string {
  const most = SHORT_ABSTRACT;
  if (text.length <= most) return text;
  const ends = [...text.slice(0, most + 1).matchAll(/[.!?。！？]["')\]”’]*(?=\s|$|(?<=[。！？]))/gu)]
    .filter(({ index }) => !isAbbreviation(text.slice(0, index)))
    .map((match) => match.index + match[0].length)
    .filter((end) => end <= most);
  const end = ends.at(-1) ?? 0;
  return end >= most / 2 ? text.slice(0, end) : clip(text, most);
}

const ABBREVIATIONS = /(?:^|[\s(])(?:e\.g|i\.e|et al|cf|vs|Fig|Eq|Sec|resp|approx|w\.r\.t|\p{Lu})$/u;

function isAbbreviation(before: string): boolean {
  return ABBREVIATIONS.test(before);
}
