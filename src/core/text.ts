import colours from "picocolors";
import { withoutLogins } from "./mask.js";

/** Colours by meaning; picocolors omits them in pipes and with NO_COLOR. */
export const paint = {
  good: (text: string) => colours.green(text),
  bad: (text: string) => colours.red(text),
  warn: (text: string) => colours.yellow(text),
  dim: (text: string) => colours.dim(text),
  strong: (text: string) => colours.bold(text),
};

const CONTROL = /[\p{Cc}]/u;
// oxlint-disable-next-line no-control-regex -- ESC starts a colour
const COLOUR = /(\u{1b}\[[0-9;]*m)/u;

/** Removes control characters except colours and line feeds, so that text from a page cannot control the terminal. */
export function printable(text: string): string {
  const parts = withoutLogins(text).split(COLOUR);
  return parts.map((part, index) => (index % 2 === 1 ? part : Array.from(part).filter(isShown).join(""))).join("");
}

function isShown(character: string): boolean {
  return character === "\n" || !CONTROL.test(character);
}

/** Aligns rows in columns as wide as their widest cell, without trailing spaces. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Shortens a text to a width; a shortened text ends with an ellipsis. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0)).trimEnd()}…`;
}

const BARS = { blocks: "▁▂▃▄▅▆▇█", ascii: "_.-:=+*#" } as const;

/** Draws values as one line of bars on a scale that starts at 0; null is a gap. */
export function sparkline(values: readonly (number | null)[], ascii: boolean): string {
  const bars = ascii ? BARS.ascii : BARS.blocks;
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const bar = (value: number) => bars.charAt(Math.min(Math.floor((value / most) * bars.length), bars.length - 1));
  return values.map((value) => (value === null ? " " : bar(value))).join("");
}

/** Returns a count with its noun: `1 letter`, `3 letters`, `2 deliveries`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Returns a language tag in its canonical form (BCP 47), `pt-BR` for `pt-br`; null for an invalid tag. */
export function canonicalTag(text: string): string | null {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null;
  } catch {
    return null;
  }
}
