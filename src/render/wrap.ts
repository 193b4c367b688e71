import { EACH_ALONE, graphemesOf } from "./graphemes.js";

/** Whether a text holds East Asian wide or full-width characters (Unicode TR 11, so not the half-width ones), or emoji. */
function holdsWide(text: string): boolean {
  // First, since patterns with properties of Unicode are slow to make.
  if (EACH_ALONE.test(text)) return false;
  const wide =
    /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
  return wide.test(text);
}

/** How many columns of a terminal or a fixed-width mail reader a text takes: wide characters (CJK, emoji) take two. */
export function columns(text: string): number {
  if (EACH_ALONE.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += widthOf(segment);
  return width;
}

function widthOf(grapheme: string): number {
  if (holdsWide(grapheme)) return 2;
  return /^[\p{M}\p{Cf}\p{Cc}]+$/u.test(grapheme) ? 0 : 1;
}

/** How a text is laid out: the width of the page, what stands before the first line, and before the others. */
export interface Layout {
  readonly width?: number;
  readonly first?: string;
  readonly rest?: string;
}

/**
 * Breaks a text into lines of at most `width` columns (72, as RFC 3676 advises for plain text), indentation included.
 * An address is never broken: one that is too long stands alone on its line. Other long words, and words in scripts that
 * are written without blanks, are broken between characters.
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
    if (isAddress(word) || (columns(word) <= room && !holdsWide(word))) append(word, " ");
    else [...graphemesOf(word)].forEach(({ segment }, index) => append(segment, index === 0 ? " " : ""));
  }
  if (!empty || lines.length === 0) flush();
  return lines.join("\n");
}

function isAddress(word: string): boolean {
  return /^[("'<[]*https?:\/\//i.test(word);
}

/** What every text part is at last: no blanks at line ends, at most one empty line in a row, one newline at the end. */
export function tidy(text: string): string {
  return `${text
    .replaceAll("\r", "")
    .replaceAll(/[^\S\n]+$/gmu, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}
