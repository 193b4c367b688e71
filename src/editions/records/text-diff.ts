/** A line of a diff. It is in both texts (" "), only in the first ("-"), or only in the second ("+"). */
interface DiffLine {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

/** The maximum size of the table for the longest common subsequence. Larger texts are shown as replaced completely. */
const MAX_CELLS = 9_000_000;
/** The number of unchanged lines around a change. */
const CONTEXT = 3;

/** Counts the lines that are in only one of the texts. */
export function changedLines(before: string, after: string): number {
  return before === after ? 0 : diffLines(before, after).filter(({ sign }) => sign !== " ").length;
}

/** Returns the unified diff of two texts (POSIX `diff -u`) without its two header lines; empty for equal texts. */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return "";
  const lines = diffLines(before, after);
  return hunksOf(lines)
    .map(({ from, to }) => formatHunk(lines, from, to))
    .join("");
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  // Marks a last line without a line feed.
  return text.endsWith("\n") ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1) ?? ""}⏎`];
}

function diffLines(before: string, after: string): readonly DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const least = Math.min(old.length, now.length);
  let start = 0;
  while (start < least && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < least - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return [
    ...old.slice(0, start).map(same),
    ...diffMiddle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

const same = (line: string): DiffLine => ({ sign: " ", line });
const removed = (line: string): DiffLine => ({ sign: "-", line });
const added = (line: string): DiffLine => ({ sign: "+", line });

/** Compares lines by their longest common subsequence, with a table of the lengths of subsequences. */
function diffMiddle(old: readonly string[], now: readonly string[]): DiffLine[] {
  if ((old.length + 1) * (now.length + 1) > MAX_CELLS) return [...old.map(removed), ...now.map(added)];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  return readTable(old, now, at);
}

function readTable(
  old: readonly string[],
  now: readonly string[],
  at: (row: number, column: number) => number,
): DiffLine[] {
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    const [before, after] = [old[row], now[column]];
    if (before !== undefined && before === after) {
      lines.push(same(before));
      row += 1;
      column += 1;
    } else if (before !== undefined && (after === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(removed(before));
      row += 1;
    } else {
      lines.push(added(after ?? ""));
      column += 1;
    }
  }
  return lines;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Returns the ranges of changes with their context. Changes whose contexts touch form one hunk. */
function hunksOf(lines: readonly DiffLine[]): readonly Span[] {
  const spans: Span[] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === " ") continue;
    const last = spans.at(-1);
    const from = Math.max(index - CONTEXT, 0);
    const to = Math.min(index + CONTEXT + 1, lines.length);
    if (last && from <= last.to) spans[spans.length - 1] = { from: last.from, to };
    else spans.push({ from, to });
  }
  return spans;
}

function formatHunk(lines: readonly DiffLine[], from: number, to: number): string {
  const within = lines.slice(from, to);
  const count = (some: readonly DiffLine[], sign: "-" | "+") =>
    some.filter((line) => line.sign === " " || line.sign === sign).length;
  const range = (sign: "-" | "+") => {
    const length = count(within, sign);
    const first = count(lines.slice(0, from), sign) + (length === 0 ? 0 : 1);
    return `${sign}${first}${length === 1 ? "" : `,${length}`}`;
  };
  return `@@ ${range("-")} ${range("+")} @@\n${within.map(({ sign, line }) => `${sign}${line}\n`).join("")}`;
}
