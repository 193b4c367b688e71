/** Letters without a Unicode decomposition, and the letters that replace them. */
const SPELT_OUT: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["þ", "th"],
  ["ø", "o"],
  ["đ", "d"],
  ["ð", "d"],
  ["ł", "l"],
  ["ħ", "h"],
  ["ŧ", "t"],
  ["ı", "i"],
  ["ς", "σ"],
]);

/** Most texts are ASCII; folding them only changes case. */
// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/;

/**
 * Removes differences that a search should ignore: case, compatibility forms (`ﬁ`, full width), invisible characters, and the
 * marks on Latin, Greek and Cyrillic letters. Marks of other scripts (kana, Devanagari) change the sound, so they are kept; Han
 * and Hangul are unchanged. Idempotent.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(/\p{Cf}/gu, "")
    .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, "$1")
    .toLowerCase()
    .replace(/[ßæœþøđðłħŧıς]/gu, (letter) => SPELT_OUT.get(letter) ?? letter)
    .normalize("NFC");
}

/** Scripts without spaces between words, or with particles attached to them (Hangul): each letter counts as a word. */
const UNSPACED = `[${["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join("")}]`;

const WORD = [
  String.raw`(?=[\p{L}\p{N}])${UNSPACED}\p{M}*`,
  String.raw`\p{L}(?:\+\+|#)`, // C++ and C# are not C
  String.raw`(?:(?!${UNSPACED})[\p{L}\p{N}]\p{M}*|(?<=\p{N})\.(?=\p{N}))+`, // Qwen2.5 is not Qwen2
].join("|");

/** `WORD` for ASCII text: Unicode properties make a pattern many times slower. */
const ASCII_WORD = /[a-z](?:\+\+|#)|[a-z0-9]+(?:(?<=[0-9])\.(?=[0-9])[a-z0-9]+)*/gi;

/** Compiled on first use, when a text is not ASCII. */
let wordPattern: RegExp | null = null;

/** Returns the words of a folded text, in order: runs of letters and digits, so a hyphen separates two words. */
export function words(folded: string): readonly string[] {
  if (ASCII.test(folded)) return folded.match(ASCII_WORD) ?? [];
  wordPattern ??= new RegExp(WORD, "gu");
  return folded.match(wordPattern) ?? [];
}

/** A hyphen within a word. A hyphen between two digits is kept, because it denotes a range. */
const INNER_HYPHEN = /(?<=\p{L})[-‐](?=[\p{L}\p{N}])|(?<=\p{N})[-‐](?=\p{L})/gu;
const ASCII_INNER_HYPHEN = /(?<=[a-z])-(?=[a-z0-9])|(?<=[0-9])-(?=[a-z])/gi;

/** Joins the hyphenated words of a folded text: `fine-tuning` becomes `finetuning`, `gpt-4` becomes `gpt4`. */
export function closeHyphens(folded: string): string {
  if (!/[-‐]/.test(folded)) return folded;
  return folded.replace(ASCII.test(folded) ? ASCII_INNER_HYPHEN : INNER_HYPHEN, "");
}
