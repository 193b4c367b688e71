import { restoreCfEmails } from "./cf-email.js";
import { texToText } from "./tex/index.js";

/** Scripts whose spelling needs joiners between letters: Arabic and its like, and those of South and Southeast Asia. */
const JOINING = "Arab Beng Deva Gujr Guru Khmr Knda Mlym Mong Mymr Nkoo Orya Sinh Syrc Taml Telu"
  .split(" ")
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join("");
const LETTER = String.raw`(?:(?=[\p{L}\p{M}])[${JOINING}])`;

/**
 * Default-ignorable characters with a visible effect: U+200C and U+200D between letters that join, U+200D between emoji, U+FE0F on an
 * emoji or a keycap, and the tags of a flag (UTS 51).
 */
const VISIBLE = [
  String.raw`[\u200c\u200d](?<=${LETTER}.)(?=${LETTER})`,
  String.raw`\u200d(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f].)(?=\p{Extended_Pictographic})`,
  String.raw`\ufe0f(?<=\p{Extended_Pictographic}.)|\ufe0f(?<=[0-9#*].)(?=\u20e3)`,
  String.raw`[\u{e0020}-\u{e007f}](?<=\u{1f3f4}[\u{e0020}-\u{e007f}]+)`,
].join("|");

/**
 * Invisible code points: controls, zero-width and other default-ignorable characters (Default_Ignorable_Code_Point), bidirectional
 * controls (Bidi_Control), interlinear annotation marks, noncharacters and lone surrogates.
 */
const INVISIBLE = new RegExp(
  String.raw`(?!${VISIBLE})[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Cs}\ufff9-\ufffb]`,
  "gu",
);

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
