import { unmask } from "./masked.js";
import { texToText } from "./tex/index.js";

/**
 * What no reader can see: control characters, zero-width and other default-ignorable characters (Unicode, property
 * Default_Ignorable_Code_Point), marks that turn the direction of text (Bidi_Control), interlinear marks, code points
 * that are no characters, and halves of surrogate pairs.
 */
const INVISIBLE =
  /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\p{Cs}\ufff9-\ufffb]/gu;

/** White space, with the old line end of mainframes, which is a control character and would join two words. */
const SPACE = /[\s\u0085]+/g;

const STEPS: readonly ((text: string) => string)[] = [
  unmask,
  (text) => text.replace(SPACE, " "),
  (text) => text.replace(INVISIBLE, ""),
  texToText,
  (text) => text.normalize("NFC"),
  (text) => text.replace(SPACE, " ").trim(),
];

/**
 * What a page wrote as text that a person reads: masked addresses restored, one space for any white space, NFC, nothing
 * invisible. Angle brackets stay: abstracts hold `<EOS>` and the like (PAGES.md section 2, "Text traps").
 */
export function readable(text: string): string {
  return STEPS.reduce((current, step) => step(current), text);
}
