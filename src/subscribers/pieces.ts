import { isUtf8 } from "node:buffer";

/** The longest line, record or list element that is read, in bytes. Nobody's preferences need more; a longer one is damage. */
export const MOST_BYTES = 65_536;

/** A part of a file with the number of the line on which it begins (from 1), or why that part cannot be read. */
export type Piece = { readonly line: number; readonly text: string } | { readonly line: number; readonly why: string };

/** So many pieces are handed on at once, as a list: what is made of all of them is in memory at the same time. */
export const MOST_PIECES = 1000;

/** Gathers the bytes of one piece, and no more of them than a piece may have. */
export interface Gatherer {
  add(bytes: Uint8Array): void;
  /** The piece, and an empty gatherer again. */
  take(line: number): Piece;
}

/** A gatherer of bytes that must be UTF-8. */
export function createGatherer(): Gatherer {
  let parts: Uint8Array[] = [];
  let size = 0;
  return {
    add: (bytes) => {
      size += bytes.length;
      if (size > MOST_BYTES) parts = [];
      else if (bytes.length > 0) parts.push(bytes);
    },
    take: (line) => {
      const piece = size > MOST_BYTES ? { line, why: tooLong(size) } : decode(Buffer.concat(parts), line);
      parts = [];
      size = 0;
      return piece;
    },
  };
}

function decode(bytes: Buffer, line: number): Piece {
  if (isUtf8(bytes)) return { line, text: bytes.toString("utf8") };
  return { line, why: "is not UTF-8 (perhaps Latin-1 or UTF-16): save the file as UTF-8 and import it again" };
}

function tooLong(size: number): string {
  return `has ${size} bytes, and at most ${MOST_BYTES} are read`;
}
