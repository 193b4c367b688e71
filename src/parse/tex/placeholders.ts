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
