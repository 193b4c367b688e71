import { clip, isFunctionWord } from "./clip.js";

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
