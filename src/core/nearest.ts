/**
 * The candidate that a misspelt word most likely meant: the one that the fewest edits lead to (a letter put in, left out,
 * changed, or swapped with its neighbour). Letter case does not count.
 * @returns null when more than a third of the letters would have to change.
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

/** The optimal string alignment distance; words longer than any name of ours are far from all of them. */
function editsBetween(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MOST_APART) return Infinity;
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

/** More letters than this between two lengths are more than any mistake of the hand. */
const MOST_APART = 10;

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
