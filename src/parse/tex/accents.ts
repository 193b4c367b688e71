import { pairs } from "./signs.js";

/** The combining characters, and the accent commands for each. NFC composes `e` and U+0301 to `é`. */
const ACCENTS: Readonly<Record<string, string>> = {
  "\u0300": "` grave",
  "\u0301": "' acute",
  "\u0302": "^ hat widehat",
  "\u0303": "~ tilde widetilde",
  "\u0304": "= bar overline",
  "\u0306": "u breve",
  "\u0307": ". dot",
  "\u0308": '" ddot',
  "\u030a": "r mathring",
  "\u030b": "H",
  "\u030c": "v check widecheck",
  "\u0323": "d",
  "\u0327": "c",
  "\u0328": "k",
  "\u0331": "b",
  "\u20d7": "vec overrightarrow",
};
const COMBINING = new Map(
  Object.entries(ACCENTS).flatMap(([mark, commands]) => commands.split(" ").map((command) => [command, mark])),
);

/** Commands for single letters: `\o`, `\ss`, `\aa`. */
export const LETTER_COMMANDS = pairs(
  "o ø O Ø l ł L Ł ss ß ae æ AE Æ oe œ OE Œ aa å AA Å i ı j ȷ dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ",
);

/** Adds the accent of a command (without its backslash) to a letter. Drops an accent over more than one letter. */
export function accented(command: string, letter: string): string {
  const mark = COMBINING.get(command);
  const bare = letter.replace("ı", "i").replace("ȷ", "j");
  if (mark === undefined || !/^[\p{L}\p{N}]\p{M}*$/u.test(bare)) return letter;
  return `${bare}${mark}`.normalize("NFC");
}

/**
 * Accents in running text. An accent that is a symbol applies only to letters that have it in some language, so that `\'s` and
 * `\.com` from escaped strings stay unchanged. An accent that is a letter (`\c`, `\v`) needs braces, because `\d` and `\b` also
 * occur in regular expressions.
 */
const TEXT_ACCENT =
  /\\(?:(['`^"~=])\s?(?:\{\s?(\\?[A-Za-z])\s?\}|(\\[ij](?:\{\}| (?=[a-z])|(?![A-Za-z])))|([aeiouyAEIOUYcglnrszCGLNRSZ]))|(\.)(?:\{([A-Za-z])\}|([zZI]))|([uvHcdbkr])(?:\{\s?(\\?[A-Za-z])\s?\})|([vHc]) ([cCsSzZroO]))/g;

/** Escaped quotation marks from string literals (`\"word\"`), and the apostrophe of `don\'t`. */
const ESCAPED_QUOTES = /\\"(?<![\p{L}\\]\\")(?=[\p{L}\p{N}])([^"\\{}]{1,200})\\"(?![\p{L}{])/gu;
const ESCAPED_APOSTROPHE = /\\'(?<=\p{L}\\')(?=(?:s|t|re|ve|ll|d|m)\b)/gu;

/** Converts the accents in running text to letters: `Schr\"odinger`, `Erd\H{o}s`, `Fr\'echet`. */
export function replaceAccents(text: string): string {
  return text
    .replace(/\\~\{\}/g, "~")
    .replace(ESCAPED_QUOTES, '"$1"')
    .replace(ESCAPED_APOSTROPHE, "'")
    .replace(TEXT_ACCENT, (whole: string, ...groups: readonly (string | undefined)[]) => {
      const [command, letter] = groups.slice(0, -2).filter((group) => typeof group === "string");
      if (command === undefined || letter === undefined) return whole;
      const result = accented(command, letter.replace(/^\\|[{} ]/g, ""));
      return result === letter ? whole : result;
    });
}
