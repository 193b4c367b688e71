import { fromCode, writeLink } from "./macro-table.js";
import { COLOR } from "./markup.js";
import { meetsPrecondition, patternOf } from "./rule.js";
import type { Rule } from "./rule.js";

/** Text that looks like TeX but is not: addresses, code, special tokens, paths and shell variables. It is hidden from later steps. */

/** A rule for text that is hidden, as its replacement. */
interface Protected extends Rule {
  readonly replace: (whole: string, ...groups: string[]) => string;
}

const unchanged = (whole: string): string => whole;

/**
 * The rest of an address, up to white space, a brace, a quotation mark, or a backslash that does not escape an address
 * character.
 */
const ADDRESS_BODY = String.raw`(?:\\~\{\}|\\[_%#&~]|[^\s{}<>"\\$\x60|])+`;

const unescapeAddress = (address: string): string => address.replace(/\\([_%#&~])(?:\{\})?/g, "$1");

export const PROTECTED: readonly Protected[] = [
  {
    why: "links of Markdown: [words](address)",
    needs: ["]("],
    pattern: () => /\[([^[\]\n]{0,120})\]\((https?:\/\/[^\s()<>]{1,500}(?:\([^\s()<>]{0,100}\)[^\s()<>]{0,200})?)\)/gi,
    replace: (_, words, address) => writeLink(address, words.replace(/\*/g, "")),
  },
  {
    why: "links of HTML",
    needs: ["</a>"],
    pattern: () => /<a\s[^<>]{0,200}?href="(https?:\/\/[^"\s<>]{1,500})"[^<>]{0,200}>([^<>]{0,200})<\/a>/gi,
    replace: (_, address, words) => writeLink(address, words),
  },
  {
    why: "characters by their code: $\\unicode{x2013}$",
    needs: ["unicode"],
    pattern: () => /\$?\\?unicode(?:\{x?[0-9a-f]{4}\}|x[0-9a-f]{4})\$?/gi,
    replace: (piece) => fromCode(/[0-9a-f]{4}(?=\}?\$?$)/i.exec(piece)?.[0] ?? ""),
  },
  {
    why: "names in two pairs of braces, as templates have; after a script, a font command is lost",
    needs: ["{{"],
    pattern: () => /(?<![\p{L}\p{N}_^}\\])\{\{[^{}\\]{1,60}\}\}/gu,
    replace: unchanged,
  },
  {
    why: "web addresses behind the name of their color",
    needs: ["://"],
    pattern: () => new RegExp(String.raw`${COLOR}(?<=\p{L})https?:\/\/${ADDRESS_BODY}`, "giu"),
    replace: (piece) => unescapeAddress(piece.slice(piece.search(/https?:/i))),
  },
  {
    why: "web addresses",
    needs: ["://"],
    pattern: () => new RegExp(String.raw`\bhttps?:\/\/${ADDRESS_BODY}`, "gi"),
    replace: unescapeAddress,
  },
  {
    why: "web addresses without a scheme: a host with a path",
    needs: ["/"],
    pattern: () => new RegExp(String.raw`(?<![\w\\@])(?:[\w-]{1,60}\.){1,4}[a-z]{2,8}\/${ADDRESS_BODY}`, "gi"),
    replace: unescapeAddress,
  },
  {
    why: "mail addresses",
    needs: ["@"],
    pattern: () => /(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,60}\.){1,4}[a-z]{2,12}\b/gi,
    replace: unchanged,
  },
  {
    why: "special tokens, such as <|im_end|> and </think>",
    needs: ["<"],
    pattern: () => /<\|[\w~^-]{1,40}\|>|<\/?[\w-]{1,40}\/?>/g,
    replace: unchanged,
  },
  {
    why: "code in backquotes",
    needs: ["`"],
    pattern: () => /(?<![`\\])`[^`'\s](?:[^`'\n]{0,118}[^`'\s])?`(?!`)/g,
    replace: unchanged,
  },
  {
    why: "code in backquotes that were escaped; `\\`a` alone is an accent",
    needs: ["\\`"],
    pattern: () => /(?<![\p{L}\\])\\`[^`\s][^`\n]{0,118}`(?!\p{L})/gu,
    replace: unchanged,
  },
  {
    why: "code in the verbatim command",
    needs: ["\\verb"],
    pattern: () => /\\verb\*?(?:\|[^|]{1,80}\||\+[^+]{1,80}\+|![^!]{1,80}!)/g,
    replace: (piece) => piece.replace(/^\\verb\*?./, "").slice(0, -1),
  },
  {
    why: "file names with a template in braces",
    needs: ["_{"],
    pattern: () => /\b\w{1,60}_\{\w{1,40}\}\w{0,40}\.(?:json|jsonl|txt|py|csv|jpg|png|ya?ml|md|pt|bin|sh)\b/g,
    replace: unchanged,
  },
];

/** Hidden after the formulas, because `$T:\mathcal{X}\to\mathcal{Y}$` starts like a path. */
export const PROTECTED_AFTER_MATH: readonly Protected[] = [
  {
    why: "Windows paths",
    needs: [":\\"],
    pattern: () => /(?<![\w\\])[A-Z]:\\[^\s"'<>|,;()]{1,200}/g,
    replace: unchanged,
  },
  { why: "shell variables", needs: ["$"], pattern: () => /\$\{?[A-Z_][A-Z0-9_]{2,60}\}?/g, replace: unchanged },
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
  /** Hides what rules protect. */
  readonly hideAll: (text: string, rules: readonly Protected[]) => string;
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
  const hideAll: Placeholders["hideAll"] = (current, rules) =>
    rules.reduce((done, rule) => {
      const write = (whole: string, ...groups: string[]) => hide(rule.replace(whole, ...groups));
      return meetsPrecondition(done, rule.needs) ? done.replace(patternOf(rule), write) : done;
    }, current);
  const own = text.replace(PRIVATE, (character) => (pieces.length < CAPACITY ? push(character) : character));
  return { placeholders: { hide, hideAll, restore }, text: own };
}
