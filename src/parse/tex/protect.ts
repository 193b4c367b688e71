import { fromCode, writeLink } from "./macro-table.js";
import { COLOR } from "./markup.js";

/** Text that looks like TeX but is not: addresses, code, special tokens, paths and shell variables. It is hidden from later steps. */

interface Protected {
  readonly description: string;
  /** A string that every match contains. The pattern is tried only on texts with this string. */
  readonly needs: string;
  readonly pattern: () => RegExp;
  /** Changes a match before it is hidden. */
  readonly change?: (piece: string) => string;
}

/**
 * The rest of an address, up to white space, a brace, a quotation mark, or a backslash that does not escape an address
 * character.
 */
const ADDRESS_BODY = String.raw`(?:\\~\{\}|\\[_%#&~]|[^\s{}<>"\\$\x60|])+`;

const unescapeAddress = (address: string): string => address.replace(/\\([_%#&~])(?:\{\})?/g, "$1");

/** A link of Markdown, `[words](address)`, and of HTML. */
const MARKDOWN_LINK =
  /\[([^[\]\n]{0,120})\]\((https?:\/\/[^\s()<>]{1,500}(?:\([^\s()<>]{0,100}\)[^\s()<>]{0,200})?)\)/gi;
const HTML_LINK = /<a\s[^<>]{0,200}?href="(https?:\/\/[^"\s<>]{1,500})"[^<>]{0,200}>([^<>]{0,200})<\/a>/gi;

export const PROTECTED: readonly Protected[] = [
  {
    description: "links of Markdown",
    needs: "](",
    pattern: () => new RegExp(MARKDOWN_LINK),
    change: (piece) =>
      piece.replace(MARKDOWN_LINK, (_, words: string, address: string) => writeLink(address, words.replace(/\*/g, ""))),
  },
  {
    description: "links of HTML",
    needs: "</a>",
    pattern: () => new RegExp(HTML_LINK),
    change: (piece) => piece.replace(HTML_LINK, (_, address: string, words: string) => writeLink(address, words)),
  },
  {
    description: "characters by their code: $\\unicode{x2013}$",
    needs: "unicode",
    pattern: () => /\$?\\?unicode(?:\{x?[0-9a-f]{4}\}|x[0-9a-f]{4})\$?/gi,
    change: (piece) => fromCode(/[0-9a-f]{4}(?=\}?\$?$)/i.exec(piece)?.[0] ?? ""),
  },
  {
    description: "names in two pairs of braces, as templates have; after a script, a font command is lost",
    needs: "{{",
    pattern: () => /(?<![\p{L}\p{N}_^}\\])\{\{[^{}\\]{1,60}\}\}/gu,
  },
  {
    description: "web addresses behind the name of their color",
    needs: "://",
    pattern: () => new RegExp(String.raw`${COLOR}(?<=\p{L})https?:\/\/${ADDRESS_BODY}`, "giu"),
    change: (piece) => unescapeAddress(piece.slice(piece.search(/https?:/i))),
  },
  {
    description: "web addresses",
    needs: "://",
    pattern: () => new RegExp(String.raw`\bhttps?:\/\/${ADDRESS_BODY}`, "gi"),
    change: unescapeAddress,
  },
  {
    description: "web addresses without a scheme: a host with a path",
    needs: "/",
    pattern: () => new RegExp(String.raw`(?<![\w\\@])(?:[\w-]{1,60}\.){1,4}[a-z]{2,8}\/${ADDRESS_BODY}`, "gi"),
    change: unescapeAddress,
  },
  {
    description: "mail addresses",
    needs: "@",
    pattern: () => /(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,60}\.){1,4}[a-z]{2,12}\b/gi,
  },
  {
    description: "special tokens, such as <|im_end|> and </think>",
    needs: "<",
    pattern: () => /<\|[\w~^-]{1,40}\|>|<\/?[\w-]{1,40}\/?>/g,
  },
  {
    description: "code in backquotes",
    needs: "`",
    pattern: () => /(?<![`\\])`[^`'\s](?:[^`'\n]{0,118}[^`'\s])?`(?!`)/g,
  },
  {
    description: "code in backquotes that were escaped; `\\`a` alone is an accent",
    needs: "\\`",
    pattern: () => /(?<![\p{L}\\])\\`[^`\s][^`\n]{0,118}`(?!\p{L})/gu,
  },
  {
    description: "code in the verbatim command",
    needs: "\\verb",
    pattern: () => /\\verb\*?(?:\|[^|]{1,80}\||\+[^+]{1,80}\+|![^!]{1,80}!)/g,
    change: (piece) => piece.replace(/^\\verb\*?./, "").slice(0, -1),
  },
  {
    description: "file names with a template in braces",
    needs: "_{",
    pattern: () => /\b\w{1,60}_\{\w{1,40}\}\w{0,40}\.(?:json|jsonl|txt|py|csv|jpg|png|ya?ml|md|pt|bin|sh)\b/g,
  },
];

/** Hidden after the formulas, because `$T:\mathcal{X}\to\mathcal{Y}$` starts like a path. */
export const PROTECTED_AFTER_MATH: readonly Protected[] = [
  { description: "Windows paths", needs: ":\\", pattern: () => /(?<![\w\\])[A-Z]:\\[^\s"'<>|,;()]{1,200}/g },
  { description: "shell variables", needs: "$", pattern: () => /\$\{?[A-Z_][A-Z0-9_]{2,60}\}?/g },
];

const FIRST = 0xf0000;
const CAPACITY = 0xfffd;
const PRIVATE = /[\u{f0000}-\u{ffffd}]/gu;

/**
 * Hides pieces of a text that later steps must not change (addresses, code, finished formulas). Each piece is replaced by one
 * private-use character (plane 15, from U+F0000) until `restore`.
 */
export interface Placeholders {
  /** Hides a piece and returns the character that replaces it. */
  readonly hide: (piece: string) => string;
  /** Hides every match of a global pattern, or the result of `change` for it. */
  readonly hideMatches: (text: string, pattern: RegExp, change?: (piece: string) => string) => string;
  /** Replaces every placeholder in a text by its piece. */
  readonly restore: (text: string) => string;
}

/**
 * Creates the placeholders of one text. Also hides the text's own private-use characters, so that they cannot be mistaken for
 * placeholders.
 */
export function createPlaceholders(text: string): { readonly placeholders: Placeholders; readonly text: string } {
  const pieces: string[] = [];
  const push = (piece: string): string => String.fromCodePoint(FIRST + pieces.push(piece) - 1);
  const restore = (hidden: string): string =>
    hidden.replace(PRIVATE, (character) => pieces[(character.codePointAt(0) ?? 0) - FIRST] ?? character);
  // Pieces do not nest: placeholders inside a piece are restored before it is stored.
  const hide = (piece: string): string => (pieces.length < CAPACITY ? push(restore(piece)) : piece);
  const hideMatches: Placeholders["hideMatches"] = (current, pattern, change = (piece) => piece) =>
    current.replace(pattern, (piece) => hide(change(piece)));
  const own = text.replace(PRIVATE, (character) => (pieces.length < CAPACITY ? push(character) : character));
  return { placeholders: { hide, hideMatches, restore }, text: own };
}
