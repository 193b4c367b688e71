import { SINGLE_UNITS, graphemesOf } from "./clip.js";

/** Whether a text contains emoji, or characters that are wide or full-width in East Asian text (Unicode TR 11). */
function hasWideCharacters(text: string): boolean {
  // Patterns with Unicode properties are slow to compile.
  if (SINGLE_UNITS.test(text)) return false;
  const wide =
    /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
  return wide.test(text);
}

/** Returns the columns that a text takes in a fixed-width font; wide characters (CJK, emoji) take two. */
export function columns(text: string): number {
  if (SINGLE_UNITS.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += widthOf(segment);
  return width;
}

function widthOf(grapheme: string): number {
  if (hasWideCharacters(grapheme)) return 2;
  return /^[\p{M}\p{Cf}\p{Cc}]+$/u.test(grapheme) ? 0 : 1;
}

/** The width in columns, and the prefixes of the first line and of the others. */
export interface Layout {
  readonly width?: number;
  readonly first?: string;
  readonly rest?: string;
}

/**
 * Wraps a text at `width` columns, including the prefix (72: RFC 3676 recommends at most 78). Addresses are never broken; a
 * long address is on a line of its own. Other long words, and words in scripts without spaces, break between graphemes.
 */
export function wrap(text: string, { width = 72, first = "", rest = first }: Layout = {}): string {
  const lines: string[] = [];
  let line = first;
  let used = columns(first);
  let empty = true;
  const flush = () => {
    lines.push(line);
    line = rest;
    used = columns(rest);
    empty = true;
  };
  const append = (piece: string, glue: string) => {
    const wide = columns(piece);
    if (!empty && used + glue.length + wide > width) flush();
    line += empty ? piece : glue + piece;
    used += empty ? wide : glue.length + wide;
    empty = false;
  };
  const room = width - Math.max(columns(first), columns(rest));
  for (const word of text.split(/\s+/u).filter(Boolean)) {
    if (isAddress(word) || (columns(word) <= room && !hasWideCharacters(word))) append(word, " ");
    else [...graphemesOf(word)].forEach(({ segment }, index) => append(segment, index === 0 ? " " : ""));
  }
  if (!empty || lines.length === 0) flush();
  return lines.join("\n");
}

function isAddress(word: string): boolean {
  return /^[("'<[]*https?:\/\//i.test(word);
}

/** Removes spaces at line ends and repeated empty lines, and ends the text with one newline. */
export function tidy(text: string): string {
  return `${text
    .replaceAll("\r", "")
    .replaceAll(/[^\S\n]+$/gmu, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}
