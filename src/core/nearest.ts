/**
 * Returns the candidate that a misspelt word most likely means: the one at the smallest edit distance (a letter inserted,
 * deleted, replaced, or swapped with its neighbour). Ignores case.
 * @returns null when more than a third of the letters differ.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const rated = candidates.map((candidate) => ({
    candidate,
    edits: editsBetween(word.toLowerCase(), candidate.toLowerCase()),
  }));
  const [best] = rated.toSorted((a, b) => a.edits - b.edits);
  if (!best) return null;
  return best.edits <= Math.max(word.length, best.candidate.length) / 3 ? best.candidate : null;
}

/** Returns the optimal string alignment distance, or Infinity when the lengths differ by more than `MAX_LENGTH_DIFFERENCE`. */
function editsBetween(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_LENGTH_DIFFERENCE) return Infinity;
  let twoBefore: readonly number[] = [];
  let before: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const here = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      here[column] = Math.min(
        at(before, column) + 1,
        at(here, column - 1) + 1,
        at(before, column - 1) + (same ? 0 : 1),
        swapped ? at(twoBefore, column - 2) + 1 : Infinity,
      );
    }
    [twoBefore, before] = [before, here];
  }
  return at(before, to.length);
}

/** Words whose lengths differ by more than this are not misspellings of each other. */
const MAX_LENGTH_DIFFERENCE = 10;

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
