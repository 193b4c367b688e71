import { memoize } from "../core/memoize.js";

/** Created on demand, because that takes as long as rendering a letter and most letters do not need it. */
const segmenter = memoize((locale: string) => new Intl.Segmenter(locale, { granularity: "grapheme" }));

/**
 * Matches texts in which each code unit is a grapheme of one column: Latin, Greek and Cyrillic letters, punctuation,
 * superscripts, subscripts, arrows and mathematical symbols.
 */
export const SINGLE_UNITS =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u22ff\u27c0-\u27ef\u2900-\u2aff]*$/;

/** Splits a text into graphemes (Unicode TR 29). */
export function graphemesOf(text: string): Intl.Segments {
  return segmenter("en").segment(text);
}

/** Counts code points. */
export function characters(text: string): number {
  return Array.from(text).length;
}

/**
 * Clips a text to at most `most` UTF-16 units, at the end of a word that is not a function word, and with `…`. A text without
 * spaces, such as Chinese, is clipped between graphemes.
 */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = fitting(text, most - 1);
  return `${withoutFunctionWords(atWordEnd(room, text))}…`;
}

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

/** Whether a word is an article, preposition, conjunction or the like, after which no text is cut. */
export function isFunctionWord(word: string): boolean {
  return /^[–—-]$/.test(word) || FUNCTION_WORDS.has(word.toLowerCase().replace(/[,;:.]+$/, ""));
}

/** Removes function words and punctuation from the end of a text, but not its first word. */
function withoutFunctionWords(text: string): string {
  const trimmed = text.replace(/[\s,;:.\-–—(]+$/u, "");
  const [, rest, word] = /^(.*\S)\s+(\S+)$/su.exec(trimmed) ?? [];
  return rest !== undefined && word !== undefined && isFunctionWord(word) ? withoutFunctionWords(rest) : trimmed;
}

/** Clips at the end of a word, or inside it if the word takes more than a third of the room. */
function atWordEnd(room: string, text: string): string {
  if (/^\s/u.test(text.slice(room.length))) return room;
  const shorter = room.replace(/\s+\S*$/u, "");
  return shorter.length >= room.length * 0.66 ? shorter : room;
}

/** Returns the longest prefix of `text` with whole graphemes within `most` units. Segments only the end of it. */
function fitting(text: string, most: number): string {
  const from = Math.max(0, most - 64);
  const window = text.slice(from, most + 64);
  if (SINGLE_UNITS.test(window)) return text.slice(0, most);
  const base = text.slice(0, from);
  let end = from;
  for (const { index, segment } of graphemesOf(window)) {
    // The window may start inside a grapheme, whose rest belongs to the text before the window.
    if (from + index + segment.length > most) break;
    end = from + index + segment.length;
  }
  return base + text.slice(from, end);
}

/** The maximum length of a short abstract in characters: two or three sentences. */
export const SHORT_ABSTRACT = 280;

/**
 * Returns as many whole sentences as fit into SHORT_ABSTRACT characters. If they fill less than half of it, clips at a word
 * with `…` instead.
 */
export function firstSentences(text: string): string {
  const most = SHORT_ABSTRACT;
  if (text.length <= most) return text;
  const end = sentenceEnds(text.slice(0, most + 1)).findLast((end) => end <= most) ?? 0;
  return end >= most / 2 ? text.slice(0, end) : clip(text, most);
}

/** How authors begin the sentence that says what a paper does, the clearest wording first. */
const CONTRIBUTIONS = [
  /\b(?:we|this (?:paper|work|report|study)|here,? we)\b.{0,40}\b(?:propose|introduce|present|release|develop)s?\b/i,
  /\b(?:we|this (?:paper|work|report|study|survey))\b.{0,40}\b(?:show|study|find|build|design|demonstrate|investigate|explore|provide|describe|review|survey)s?\b/i,
] as const;

/** Returns the sentence of an abstract that says what the paper does, such as `We introduce ...`; else its first sentence. */
export function contributionSentence(abstract: string, most: number): string {
  const contribution = withoutBackground(abstract);
  return clip(contribution.slice(0, sentenceEnds(contribution)[0]), most);
}

/** Returns an abstract without its background: it starts with the sentence that says what the paper does. */
export function withoutBackground(abstract: string): string {
  const ends = sentenceEnds(abstract);
  const starts = [0, ...ends].filter((start) => start < abstract.length);
  const sentences = starts.map((start, index) => ({ start, text: abstract.slice(start, ends[index]) }));
  const found = CONTRIBUTIONS.map((pattern) => sentences.find(({ text }) => pattern.test(text))).find(Boolean);
  return abstract.slice(found?.start ?? 0).trimStart();
}

/** Returns the places after the last character of each sentence; some abstracts have no space there: `of motions.In this work`. */
function sentenceEnds(text: string): number[] {
  return [...text.matchAll(/[.!?。！？]["')\]”’]*(?=\s|$|(?<=[。！？])|(?<=\p{Ll}{3}\.)\p{Lu}\p{Ll}*\s)/gu)]
    .filter(({ index }) => !isAbbreviation(text.slice(Math.max(0, index - 20), index)))
    .map((match) => match.index + match[0].length);
}

const ABBREVIATIONS = /(?:^|[\s(])(?:e\.g|i\.e|et al|cf|vs|Fig|Eq|Sec|resp|approx|w\.r\.t|\p{Lu})$/u;

function isAbbreviation(before: string): boolean {
  return ABBREVIATIONS.test(before);
}
