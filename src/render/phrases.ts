import { clip } from "./clip.js";

/** Articles, prepositions, conjunctions and the like of English and German: no cut text ends with one of them. */
const FUNCTION_WORDS = new Set(
  `a about across after against along alongside amid among an and around as at be before behind beneath between beyond but by can
  despite do does during every for from has have how if in inside into is its like near nor of off on onto or our out over per since so
  than that the their these they this those through throughout to toward towards under until up upon using versus via vs we what when
  where whether which while who whose why will with within without your &
  aber als am an auf aus bei beim bis das dass dem den der des die durch ein eine einem einen einer eines für gegen im in ins ist mit nach
  oder ohne seit sich sind sowie statt über um und unter vom von vor während weil wenn wie wird zu zum zur zwischen`.split(
    /\s+/,
  ),
);

/** Words that join two parts of one phrase: `Simple and Unified Training`. */
const JOINS = /^(?:and|or|und|oder|sowie|&)$/i;

/** A cut text has at least this many characters. */
const SHORTEST = 12;

/**
 * Cuts a text to at most `most` UTF-16 units where a phrase ends: before a function word or after a mark of a sentence. Without such a
 * place it cuts after the last word that is no function word. Marks the cut with `…`.
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

function isFunctionWord(word: string): boolean {
  return /^[–—-]$/.test(word) || FUNCTION_WORDS.has(word.toLowerCase().replace(/[,;:.]+$/, ""));
}
