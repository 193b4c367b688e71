/**
 * Pieces of a text that the later steps must not touch (addresses, code, finished mathematics) are put away, each
 * behind one private character (plane 15, U+F0000 and up), and put back at the end.
 */

const FIRST = 0xf0000;
const CAPACITY = 0xfffd;
const PRIVATE = /[\u{f0000}-\u{ffffd}]/gu;

export interface Vault {
  /** Puts a piece away; the answer is the character that stands for it. */
  readonly put: (piece: string) => string;
  /** Puts every match of the (global) pattern away, or what `change` makes of it. */
  readonly putMatches: (text: string, pattern: RegExp, change?: (piece: string) => string) => string;
  /** The text with all pieces back in place. */
  readonly restore: (text: string) => string;
}

/** A vault for one text, and the text as the later steps see it: private characters of its own are the first pieces put away. */
export function openVault(text: string): { readonly vault: Vault; readonly text: string } {
  const pieces: string[] = [];
  const push = (piece: string): string => String.fromCodePoint(FIRST + pieces.push(piece) - 1);
  const restore = (sealed: string): string =>
    sealed.replace(PRIVATE, (character) => pieces[(character.codePointAt(0) ?? 0) - FIRST] ?? character);
  // A piece is stored whole: an earlier piece inside it is put back before it is put away.
  const put = (piece: string): string => (pieces.length < CAPACITY ? push(restore(piece)) : piece);
  const putMatches: Vault["putMatches"] = (sealed, pattern, change = (piece) => piece) =>
    sealed.replace(pattern, (piece) => put(change(piece)));
  const own = text.replace(PRIVATE, (character) => (pieces.length < CAPACITY ? push(character) : character));
  return { vault: { put, putMatches, restore }, text: own };
}
