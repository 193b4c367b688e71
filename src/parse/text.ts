import { restoreCfEmails } from "./cf-email.js";
import { texToText } from "./tex/index.js";

/**
 * Invisible code points: controls, zero-width and other default-ignorable characters (Default_Ignorable_Code_Point), bidirectional
 * controls (Bidi_Control), interlinear annotation marks, noncharacters and lone surrogates.
 */
const INVISIBLE =
  /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Cs}\ufff9-\ufffb]/gu;

/** A backslash at the end of a line: old abstracts have one at each line end (docs/pages.md). */
const LINE_END = /\\+[ \t]*(?:\r\n?|[\n\u2028]|$)/g;

/** White space, including NEL (U+0085), a control character that would otherwise be removed and join two words. */
const SPACE = /[\s\u0085]+/g;

/** White space other than a single space. */
const SPACES = / [\s\u0085]+|(?:[^\S ]|\u0085)[\s\u0085]*/g;

/**
 * Texts of ASCII, precomposed Latin letters, dashes and quotation marks. Most texts match, and so skip the Unicode property
 * patterns, which are many times slower.
 */
const ORDINARY = /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e]*$/;

type Step = (text: string) => string;

const collapse: Step = (text) => text.replace(SPACES, " ").trim();

/** Applies a step only to texts that need it. */
const unlessOrdinary =
  (step: Step): Step =>
  (text) =>
    ORDINARY.test(text) ? text : step(text);

const PLAIN: readonly Step[] = [
  restoreCfEmails,
  (text) => (text.includes("\\") ? text.replace(LINE_END, " ") : text),
  unlessOrdinary((text) => text.replace(SPACE, " ").replace(INVISIBLE, "").normalize("NFC")),
  collapse,
];

const READABLE: readonly Step[] = [...PLAIN, texToText, unlessOrdinary((text) => text.normalize("NFC")), collapse];

/**
 * Makes a text of the page readable: restores masked addresses, collapses white space, removes invisible characters, normalizes
 * to NFC and converts TeX to plain text. Keeps angle brackets, because abstracts contain `<EOS>` (docs/pages.md).
 */
export function readable(text: string): string {
  return READABLE.reduce((current, step) => step(current), text);
}

/** Does the same for names and keywords, without TeX: `pass^4` is a keyword on a real page. */
export function plain(text: string): string {
  return PLAIN.reduce((current, step) => step(current), text);
}
