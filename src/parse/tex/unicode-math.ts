import { pairs } from "./signs.js";

/** Mathematical notation in Unicode: alphabets, superscripts and subscripts, fractions and roots. */

/** The characters that replace others, by the ones that they replace. */
type Letters = ReadonlyMap<string, string>;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BLACKBOARD = table(`${LETTERS}0123456789`, "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝕒𝕓𝕔𝕕𝕖𝕗𝕘𝕙𝕚𝕛𝕜𝕝𝕞𝕟𝕠𝕡𝕢𝕣𝕤𝕥𝕦𝕧𝕨𝕩𝕪𝕫𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡");
const SCRIPT = table(LETTERS, "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵𝒶𝒷𝒸𝒹ℯ𝒻ℊ𝒽𝒾𝒿𝓀𝓁𝓂𝓃ℴ𝓅𝓆𝓇𝓈𝓉𝓊𝓋𝓌𝓍𝓎𝓏");
const FRAKTUR = table(LETTERS, "𝔄𝔅ℭ𝔇𝔈𝔉𝔊ℌℑ𝔍𝔎𝔏𝔐𝔑𝔒𝔓𝔔ℜ𝔖𝔗𝔘𝔙𝔚𝔛𝔜ℨ𝔞𝔟𝔠𝔡𝔢𝔣𝔤𝔥𝔦𝔧𝔨𝔩𝔪𝔫𝔬𝔭𝔮𝔯𝔰𝔱𝔲𝔳𝔴𝔵𝔶𝔷");

/**
 * Alphabets whose style has a meaning (ℝ, 𝒪). Bold, italic and sans-serif letters become plain letters, for search and screen
 * readers.
 */
const ALPHABETS: ReadonlyMap<string, Letters> = new Map([
  ...["mathbb", "mathbbm", "mathds"].map((font) => [font, BLACKBOARD] as const),
  ...["mathcal", "mathscr"].map((font) => [font, SCRIPT] as const),
  ["mathfrak", FRAKTUR],
]);

/** Longer texts stay plain: `\mathcal{LOSS}` is a word, and screen readers spell styled letters one by one. */
const MAX_STYLED_LETTERS = 2;

/**
 * Converts a text to the alphabet of a TeX command: `inFont("mathbb", "R")` is `ℝ`. Words, and texts in unknown fonts, stay
 * plain.
 */
export function inFont(font: string, text: string): string {
  const alphabet = ALPHABETS.get(font);
  const isStyled = (text.match(/[A-Za-z]/g)?.length ?? 0) <= MAX_STYLED_LETTERS;
  return alphabet && isStyled ? replaceLetters(alphabet, text) : text;
}

/**
 * Superscripts and subscripts exist for digits and most letters. If one character of a script has none, the whole script is written
 * in ASCII: `^x`, `_stack`, `^(n×d)`.
 */
export type Script = "sup" | "sub";

const SUPERSCRIPTS = table(
  "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ⊤*∗⋆′″†‡°∘%",
  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡᵀ***′″†‡°°%",
);

const SUBSCRIPTS = table("0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ");

const SCRIPTS: Readonly<Record<Script, { readonly mark: string; readonly letters: Letters }>> = {
  sup: { mark: "^", letters: SUPERSCRIPTS },
  sub: { mark: "_", letters: SUBSCRIPTS },
};

/** Superscripts that are more readable as plain letters, such as `5th`. */
const PLAIN_SUPERSCRIPTS = pairs("th th st st nd nd rd rd TM ™");

/** Every Unicode superscript and subscript, for use in a character class. */
export const SCRIPT_CHARACTERS = [...SUPERSCRIPTS.values(), ...SUBSCRIPTS.values()]
  .filter((letter) => !/[a-z*°%]/.test(letter))
  .join("");

/** A word. Raised or lowered it is unreadable at the size of a letter: `ρ_partial`, not `ρₚₐᵣₜᵢₐₗ`. */
const WORD = /\p{L}{3}/u;

/** Whether a text reads well in Unicode superscripts or subscripts: every character has one, and there is no word in it. */
export function hasScript(script: Script, text: string): boolean {
  const { letters } = SCRIPTS[script];
  return text !== "" && !WORD.test(text) && Array.from(text).every((letter) => letters.has(letter));
}

/** Writes a text as superscript or subscript: `²`, `_stack`, `^(n×d)`. */
export function writeScript(script: Script, text: string): string {
  const { mark, letters } = SCRIPTS[script];
  if (text === "") return "";
  const plain = script === "sup" ? PLAIN_SUPERSCRIPTS.get(text) : undefined;
  if (plain !== undefined) return plain;
  if (hasScript(script, text)) return replaceLetters(letters, text);
  // A decimal point stays a point in a subscript (`π₀.₅`) and becomes a middle dot in a superscript (`n⁰·⁵`).
  const point = script === "sub" ? "." : "·";
  if (/^[-+−]?\d{1,4}\.\d{1,6}$/.test(text))
    return text
      .split(".")
      .map((part) => replaceLetters(letters, part))
      .join(point);
  return /^(?:[\p{L}\p{M}\p{N}.]+|.|\([^()]*\))$/u.test(text) ? `${mark}${text}` : `${mark}(${text})`;
}

/** The fractions that are one character, by their text: `½` by `1/2`. */
const VULGAR_FRACTIONS: Letters = new Map(
  Array.from("½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒", (sign) => [sign.normalize("NFKD").replace("\u2044", "/"), sign]),
);

/** Writes a fraction on one line: `½`, `a/b`, `(a+b)/2`, `1/(nT)`. */
export function writeFraction(numerator: string, denominator: string): string {
  const below = PRODUCT.test(denominator) ? `(${denominator})` : asFactor(denominator);
  return VULGAR_FRACTIONS.get(`${numerator}/${denominator}`) ?? `${asFactor(numerator)}/${below}`;
}

/** Two or three variables, `nT`, rather than an acronym or a name. */
const PRODUCT = /^(?!\p{Lu}{2,3}$)[\p{Lu}\p{Ll}]{2,3}$/u;

const ROOTS: Letters = new Map([["", "√"], ...pairs("2 √ 3 ∛ 4 ∜")]);

/** Writes a root: `√dₖ`, `√(n+1)`, `√(nT)`, `∛x`. `degree` is empty for a square root. */
export function writeRoot(degree: string, body: string): string {
  const under = /^[\p{Lu}\p{Ll}]{2}/u.test(body) ? `(${body})` : asFactor(body);
  return `${ROOTS.get(degree) ?? `${degree}√`}${under}`;
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

function replaceLetters(letters: Letters, text: string): string {
  return Array.from(text, (letter) => letters.get(letter) ?? letter).join("");
}

function table(from: string, to: string): Letters {
  const targets = Array.from(to);
  return new Map(Array.from(from, (letter, index) => [letter, targets[index] ?? letter]));
}
