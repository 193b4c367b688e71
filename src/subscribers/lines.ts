import { createGatherer, MOST_PIECES } from "./pieces.js";
import type { Piece } from "./pieces.js";

const LINE_FEED = 10;

/**
 * The lines of a file, at most a thousand in a list, without their line feeds and without a byte order mark;
 * a carriage return stays, since it may stand in a quoted text. Memory does not grow with the file, nor with the length of a line.
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Piece[]> {
  const gatherer = createGatherer();
  let line = 1;
  for await (const chunk of bytes) {
    let pieces: Piece[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      gatherer.add(chunk.subarray(from, end));
      pieces.push(bare(gatherer.take(line)));
      line += 1;
      from = end + 1;
      if (pieces.length < MOST_PIECES) continue;
      yield pieces;
      pieces = [];
    }
    gatherer.add(chunk.subarray(from));
    yield pieces;
  }
  yield [bare(gatherer.take(line))];
}

function bare(piece: Piece): Piece {
  return "text" in piece && piece.line === 1 ? { ...piece, text: piece.text.replace(/^\uFEFF/, "") } : piece;
}
