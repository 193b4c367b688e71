/**
 * Mathematical alphabets. Blackboard, script and Fraktur letters are kept, because their style has a meaning (ℝ, 𝒪). Bold,
 * italic and sans-serif letters become plain letters, for search and screen readers.
 */

interface Alphabet {
  /** The code points of "A", "a" and "0" in the Unicode block; null when the block has none. */
  readonly upper: number;
  readonly lower: number | null;
  readonly digit: number | null;
  /** Letters that Unicode encodes outside the block. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

const BLACKBOARD: Alphabet = {
  upper: 0x1d538,
  lower: 0x1d552,
  digit: 0x1d7d8,
  elsewhere: { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" },
};

const SCRIPT: Alphabet = {
  upper: 0x1d49c,
  lower: 0x1d4b6,
  digit: null,
  elsewhere: { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ", e: "ℯ", g: "ℊ", o: "ℴ" },
};

const FRAKTUR: Alphabet = {
  upper: 0x1d504,
  lower: 0x1d51e,
  digit: null,
  elsewhere: { C: "ℭ", H: "ℌ", I: "ℑ", R: "ℜ", Z: "ℨ" },
};

const ALPHABETS: Readonly<Record<string, Alphabet>> = {
  mathbb: BLACKBOARD,
  mathbbm: BLACKBOARD,
  mathds: BLACKBOARD,
  mathcal: SCRIPT,
  mathscr: SCRIPT,
  mathfrak: FRAKTUR,
};

/** Longer texts stay plain: `\mathcal{LOSS}` is a word, and screen readers spell styled letters one by one. */
const MAX_STYLED_LETTERS = 2;

/**
 * Converts a text to the alphabet of a TeX command: `inFont("mathbb", "R")` is `ℝ`. Words, and texts in unknown fonts, stay
 * plain.
 */
export function inFont(font: string, text: string): string {
  const alphabet = Object.hasOwn(ALPHABETS, font) ? ALPHABETS[font] : undefined;
  const letters = Array.from(text);
  if (alphabet === undefined || letters.filter((letter) => /[A-Za-z]/.test(letter)).length > MAX_STYLED_LETTERS)
    return text;
  return letters.map((letter) => alphabet.elsewhere[letter] ?? shifted(alphabet, letter)).join("");
}

function shifted({ upper, lower, digit }: Alphabet, letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (/^[A-Z]$/.test(letter)) return String.fromCodePoint(upper + code - 0x41);
  if (/^[a-z]$/.test(letter) && lower !== null) return String.fromCodePoint(lower + code - 0x61);
  if (/^[0-9]$/.test(letter) && digit !== null) return String.fromCodePoint(digit + code - 0x30);
  return letter;
}

const VULGAR_FRACTIONS: Readonly<Record<string, string>> = {
  "1/2": "½",
  "1/3": "⅓",
  "2/3": "⅔",
  "1/4": "¼",
  "3/4": "¾",
  "1/5": "⅕",
  "2/5": "⅖",
  "3/5": "⅗",
  "4/5": "⅘",
  "1/6": "⅙",
  "5/6": "⅚",
  "1/7": "⅐",
  "1/8": "⅛",
  "3/8": "⅜",
  "5/8": "⅝",
  "7/8": "⅞",
  "1/9": "⅑",
  "1/10": "⅒",
};

/** Writes a fraction on one line: `½`, `a/b`, `(a+b)/2`, `1/(nT)`. */
export function writeFraction(numerator: string, denominator: string): string {
  const below = PRODUCT.test(denominator) ? `(${denominator})` : asFactor(denominator);
  return VULGAR_FRACTIONS[`${numerator}/${denominator}`] ?? `${asFactor(numerator)}/${below}`;
}

/** Two or three variables, `nT`, rather than an acronym or a name. */
const PRODUCT = /^(?!\p{Lu}{2,3}$)[\p{Lu}\p{Ll}]{2,3}$/u;

const ROOTS: Readonly<Record<string, string>> = { "": "√", "2": "√", "3": "∛", "4": "∜" };

/** Writes a root: `√dₖ`, `√(n+1)`, `√(nT)`, `∛x`. `degree` is empty for a square root. */
export function writeRoot(degree: string, body: string): string {
  const under = /^[\p{Lu}\p{Ll}]{2}/u.test(body) ? `(${body})` : asFactor(body);
  return `${ROOTS[degree] ?? `${degree}√`}${under}`;
}

/** Whether a text ends in a root without brackets, `√n`, to which a following factor would seem to belong. */
export function endsInRoot(text: string): boolean {
  return /[√∛∜][\p{L}\p{M}\p{N}\p{Lm}\p{No}₊₋⁺⁻′*.]+$/u.test(text);
}

/** Adds parentheses, unless the text is one number, one name or one term in brackets (with or without scripts). */
function asFactor(text: string): string {
  const single =
    /^(?:\d+(?:\.\d+)?|\p{L}\p{M}*|\p{L}{2,})[\p{Lm}\p{No}₊₋₌₍₎⁺⁻⁼⁽⁾′*]*$|^[([|‖][^()[\]|‖]*[)\]|‖]$/u.test(text);
  return single ? text : `(${text})`;
}
