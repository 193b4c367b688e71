import { restoreCfEmails } from "./cf-email.js";
import { texToText } from "./tex/index.js";

/**
 * What no format can see: control characters, zero-width and other default-ignorable characters (Unicode, property
 * Default_Ignorable_Code_Point), marks that turn the direction of text (Bidi_Control), interlinear marks, code points
 * that are no characters, and halves of surrogate pairs.
 */
const INVISIBLE =
  /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Cs}\ufff9-\ufffb]/gu;

/** White space, with the old line end of mainframes, which is a control character and would join two words. */
const SPACE = /[\s\u0085]+/g;

/** The same where it is not a single space already. */
const SPACES = / [\s\u0085]+|(?:[^\S ]|\u0085)[\s\u0085]*/g;

/**
 * Texts in which everything is seen, composed and apart by plain spaces: ASCII, Latin letters, and the dashes and quotation
 * marks of print. Most are, and looking for all that Unicode knows takes many times longer.
 */
const ORDINARY = /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e]*$/;

type Step = (text: string) => string;

const collapse: Step = (text) => text.replace(SPACES, " ").trim();

/** Takes a step only with texts that are not ordinary. */
const unlessOrdinary =
  (step: Step): Step =>
  (text) =>
    ORDINARY.test(text) ? text : step(text);

const PLAIN: readonly Step[] = [
  restoreCfEmails,
  unlessOrdinary((text) => text.replace(SPACE, " ").replace(INVISIBLE, "").normalize("NFC")),
  collapse,
];

const READABLE: readonly Step[] = [...PLAIN, texToText, unlessOrdinary((text) => text.normalize("NFC")), collapse];

/**
 * What a page wrote as text that a person reads: masked addresses restored, one space for any white space, NFC, nothing
 * invisible, TeX as it would be printed. Angle brackets stay: abstracts hold `<EOS>` (docs/pages.md).
 */
export function readable(text: string): string {
  return READABLE.reduce((current, step) => step(current), text);
}

/** The same for names and keywords, in which a `^` or `_` is no mathematics (`pass^4` is a keyword on a real page). */
export function plain(text: string): string {
  return PLAIN.reduce((current, step) => step(current), text);
}
