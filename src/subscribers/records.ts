import { MOST_BYTES } from "./pieces.js";
import type { Piece } from "./pieces.js";

interface Joiner {
  /** The records that a line completes. */
  feed(line: Piece): readonly Piece[];
  /** The records that were still waiting for a quote when the file ended. */
  end(): readonly Piece[];
}

/**
 * Puts lines together to CSV records: a text in quotes may hold line ends, and a record has an even number of quotes.
 * Where no record comes of the lines that follow, the line with the open quote is refused alone and reading goes on
 * with the next one, so that one stray quote does not swallow a list. `isRecord` judges what was put together.
 */
export function createJoiner(isRecord: (text: string) => boolean): Joiner {
  let held: { readonly line: number; readonly text: string }[] = [];
  let size = 0;
  const release = () => {
    const parts = held;
    held = [];
    size = 0;
    return parts;
  };
  const refuseFirst = (): readonly Piece[] => {
    const [first, ...rest] = release();
    return first ? [{ line: first.line, why: "holds a quote that is never closed" }, ...rest.flatMap(feed)] : [];
  };
  const close = (): readonly Piece[] => {
    const text = held.map((part) => part.text).join("\n");
    if (!isRecord(text)) return refuseFirst();
    const [first] = release();
    return first ? [{ line: first.line, text }] : [];
  };
  const feed = (piece: Piece): readonly Piece[] => {
    if (!("text" in piece)) return [...end(), piece];
    const odd = hasOddQuotes(piece.text);
    if (held.length === 0 && !odd) return piece.text.trim() === "" ? [] : [piece];
    held.push(piece);
    size += piece.text.length;
    if (odd && held.length > 1) return close();
    return size > MOST_BYTES ? refuseFirst() : [];
  };
  const end = (): readonly Piece[] => (held.length === 0 ? [] : [...refuseFirst(), ...end()]);
  return { feed, end };
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}
