/**
 * Unicode superscripts and subscripts, which exist for digits and most letters. If one character of a script has none, the
 * whole script is written in ASCII: `^x`, `_stack`, `^(n×d)`.
 */

export type Script = "sup" | "sub";

const SUPERSCRIPTS = table(
  "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ⊤*∗⋆′″†‡°∘%",
  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡᵀ***′″†‡°°%",
);

const SUBSCRIPTS = table("0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ");

const SCRIPTS: Readonly<Record<Script, { readonly mark: string; readonly letters: ReadonlyMap<string, string> }>> = {
  sup: { mark: "^", letters: SUPERSCRIPTS },
  sub: { mark: "_", letters: SUBSCRIPTS },
};

/** Superscripts that are more readable as plain letters, such as `5th`. */
const PLAIN_SUPERSCRIPTS: Readonly<Record<string, string>> = { th: "th", st: "st", nd: "nd", rd: "rd", TM: "™" };

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
  if (script === "sup" && text in PLAIN_SUPERSCRIPTS) return PLAIN_SUPERSCRIPTS[text] ?? text;
  if (hasScript(script, text)) return shifted(letters, text);
  // A decimal point stays a point in a subscript (`π₀.₅`) and becomes a middle dot in a superscript (`n⁰·⁵`).
  const point = script === "sub" ? "." : "·";
  if (/^[-+−]?\d{1,4}\.\d{1,6}$/.test(text))
    return text
      .split(".")
      .map((part) => shifted(letters, part))
      .join(point);
  return /^(?:[\p{L}\p{M}\p{N}.]+|.|\([^()]*\))$/u.test(text) ? `${mark}${text}` : `${mark}(${text})`;
}

function shifted(letters: ReadonlyMap<string, string>, text: string): string {
  return Array.from(text, (letter) => letters.get(letter) ?? letter).join("");
}

function table(from: string, to: string): ReadonlyMap<string, string> {
  const targets = Array.from(to);
  return new Map(Array.from(from, (letter, index) => [letter, targets[index] ?? letter]));
}
