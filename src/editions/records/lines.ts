/** A line of one text that is in the other (`same`), or not. */
interface Step {
  readonly sign: " " | "-" | "+";
  readonly line: string;
}

/** More cells than this of the table of common lines are not filled: texts so long and so different are told as replaced. */
const MOST_CELLS = 9_000_000;
const CONTEXT = 3;

/** How many lines of either text are not in the other. */
export function changedLines(before: string, after: string): number {
  return before === after ? 0 : stepsBetween(before, after).filter(({ sign }) => sign !== " ").length;
}

/** Two texts as a unified diff (POSIX `diff -u`) without its two head lines; empty for equal ones. */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return "";
  const steps = stepsBetween(before, after);
  return hunksOf(steps)
    .map(({ from, to }) => hunk(steps, from, to))
    .join("");
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  // POSIX shows a text that does not end its last line; here it is a line that ends in a sign of its own.
  return text.endsWith("\n") ? lines.slice(0, -1) : [...lines.slice(0, -1), `${lines.at(-1) ?? ""}⏎`];
}

function stepsBetween(before: string, after: string): readonly Step[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const least = Math.min(old.length, now.length);
  let start = 0;
  while (start < least && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < least - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return [
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

const same = (line: string): Step => ({ sign: " ", line });
const gone = (line: string): Step => ({ sign: "-", line });
const come = (line: string): Step => ({ sign: "+", line });

/** The longest common subsequence of lines, by the table of its lengths; what is not in it went or came. */
function middle(old: readonly string[], now: readonly string[]): Step[] {
  if ((old.length + 1) * (now.length + 1) > MOST_CELLS) return [...old.map(gone), ...now.map(come)];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  return walk(old, now, at);
}

function walk(old: readonly string[], now: readonly string[], at: (row: number, column: number) => number): Step[] {
  const steps: Step[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < now.length) {
    const [before, after] = [old[row], now[column]];
    if (before !== undefined && before === after) {
      steps.push(same(before));
      row += 1;
      column += 1;
    } else if (before !== undefined && (after === undefined || at(row + 1, column) >= at(row, column + 1))) {
      steps.push(gone(before));
      row += 1;
    } else {
      steps.push(come(after ?? ""));
      column += 1;
    }
  }
  return steps;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Changes with the lines around them; those that are near each other stand together. */
function hunksOf(steps: readonly Step[]): readonly Span[] {
  const spans: Span[] = [];
  for (const [index, { sign }] of steps.entries()) {
    if (sign === " ") continue;
    const last = spans.at(-1);
    const from = Math.max(index - CONTEXT, 0);
    const to = Math.min(index + CONTEXT + 1, steps.length);
    if (last && from <= last.to) spans[spans.length - 1] = { from: last.from, to };
    else spans.push({ from, to });
  }
  return spans;
}

function hunk(steps: readonly Step[], from: number, to: number): string {
  const within = steps.slice(from, to);
  const count = (all: readonly Step[], sign: "-" | "+") =>
    all.filter((step) => step.sign === " " || step.sign === sign).length;
  const range = (sign: "-" | "+") => {
    const lines = count(within, sign);
    const first = count(steps.slice(0, from), sign) + (lines === 0 ? 0 : 1);
    return `${sign}${first}${lines === 1 ? "" : `,${lines}`}`;
  };
  return `@@ ${range("-")} ${range("+")} @@\n${within.map(({ sign, line }) => `${sign}${line}\n`).join("")}`;
}
