/** Letters that Unicode does not decompose, as people without them on the keyboard write them. */
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

/** Text in which there is nothing to tell apart but case, as most text of papers is. */
// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/;

/**
 * A text without what readers do not mean to tell apart: case, compatibility forms (`ﬁ`, full width), invisible
 * characters, and the marks on Latin, Greek and Cyrillic letters. Marks of other scripts carry the sound itself (kana,
 * Devanagari), so they stay, and Han and Hangul come out as they were. Folding twice is folding once.
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

/** Scripts that put no space between words, or glue particles to them (Hangul): here a letter is a word of its own. */
const UNSPACED = `[${["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar"]
  .map((script) => String.raw`\p{Script_Extensions=${script}}`)
  .join("")}]`;

const WORD = [
  String.raw`(?=[\p{L}\p{N}])${UNSPACED}\p{M}*`,
  String.raw`\p{L}(?:\+\+|#)`, // C++ and C# are not C
  String.raw`(?:(?!${UNSPACED})[\p{L}\p{N}]\p{M}*|(?<=\p{N})\.(?=\p{N}))+`, // Qwen2.5 is not Qwen2
].join("|");

/** The same where there is nothing but ASCII: properties of Unicode make a pattern many times slower. */
const ASCII_WORD = /[a-z](?:\+\+|#)|[a-z0-9]+(?:(?<=[0-9])\.(?=[0-9])[a-z0-9]+)*/gi;

/** Made when the first text is met that needs it. */
let wordPattern: RegExp | null = null;

/** The words of a folded text, in order: runs of letters and digits, so that every hyphen parts two words. */
export function words(folded: string): readonly string[] {
  if (ASCII.test(folded)) return folded.match(ASCII_WORD) ?? [];
  wordPattern ??= new RegExp(WORD, "gu");
  return folded.match(wordPattern) ?? [];
}

/** A hyphen within a word; between two digits it is a range, never a way to write one number. */
const INNER_HYPHEN = /(?<=\p{L})[-‐](?=[\p{L}\p{N}])|(?<=\p{N})[-‐](?=\p{L})/gu;
const ASCII_INNER_HYPHEN = /(?<=[a-z])-(?=[a-z0-9])|(?<=[0-9])-(?=[a-z])/gi;

/** A folded text with its hyphenated words written as one: `fine-tuning` as `finetuning`, `gpt-4` as `gpt4`. */
export function closeHyphens(folded: string): string {
  if (!/[-‐]/.test(folded)) return folded;
  return folded.replace(ASCII.test(folded) ? ASCII_INNER_HYPHEN : INNER_HYPHEN, "");
}
