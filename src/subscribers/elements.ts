import { PaperboyError } from "../core/errors.js";
import { createGatherer } from "./pieces.js";
import type { Piece } from "./pieces.js";

const [QUOTE, BACKSLASH, COMMA, LINE_FEED] = [0x22, 0x5c, 0x2c, 0x0a];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);
const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Where in a JSON list the reading stands: 0 is outside, 1 in the list, more in an element. */
interface Place {
  depth: number;
  inText: boolean;
  escaped: boolean;
  ended: boolean;
}

/**
 * The elements of one JSON list, as text, one array for each chunk of bytes, so that a list of any length is read in
 * constant memory. What an element holds is judged by whoever parses it.
 * @throws PaperboyError `usage` when the list does not end, or something stands after its end.
 */
export async function* readElements(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Piece[]> {
  const gatherer = createGatherer();
  const place: Place = { depth: 0, inText: false, escaped: false, ended: false };
  let line = 1;
  let begins = 0;
  for await (const chunk of bytes) {
    const pieces: Piece[] = [];
    let from = place.depth === 0 ? -1 : 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LINE_FEED) line += 1;
      if (place.ended && !BLANK.has(byte)) throw broken(line, "something stands after the end of the list");
      if (begins === 0 && place.depth > 0 && !BLANK.has(byte)) begins = line;
      const outside = place.depth === 0;
      if (!step(place, byte)) continue;
      if (!outside) {
        gatherer.add(chunk.subarray(from, at));
        pieces.push(gatherer.take(begins || line));
      }
      from = at + 1;
      begins = 0;
    }
    if (place.depth > 0 && from >= 0) gatherer.add(chunk.subarray(from));
    // What stands before and after a comma that follows nothing is no element.
    yield pieces.filter((piece) => !("text" in piece) || piece.text.trim() !== "");
  }
  if (!place.ended) throw broken(line, "the list is not closed: the file ends too early");
}

/** Goes on by one byte; true where an element ends or the list begins. */
function step(place: Place, byte: number): boolean {
  if (place.inText) {
    if (place.escaped) place.escaped = false;
    else if (byte === BACKSLASH) place.escaped = true;
    else if (byte === QUOTE) place.inText = false;
    return false;
  }
  if (byte === QUOTE) place.inText = place.depth > 0;
  else if (OPENING.has(byte)) {
    place.depth += 1;
    return place.depth === 1;
  } else if (CLOSING.has(byte)) {
    place.depth -= 1;
    place.ended = place.depth === 0;
    return place.ended;
  }
  return byte === COMMA && place.depth === 1;
}

function broken(line: number, what: string): PaperboyError {
  return new PaperboyError("usage", {
    message: `line ${line}: ${what}`,
    hint: "Who stood before that line was taken. Mend the file and import it again: who is known stays as they are.",
  });
}
