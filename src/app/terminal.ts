import colours from "picocolors";

/** A stream that text can be written to; `isTTY` says whether a person watches. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly stderr: Output;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/**
 * What a person is told while a command works; all of it goes to stderr. On a terminal it tells the journey; in a pipe
 * or under cron it is silent unless something is wrong.
 */
export interface Terminal {
  /** Whether the journey is told: a person watches, or asked for it with `--verbose`. */
  readonly talks: boolean;
  /** Every warning so far, in order. */
  readonly warnings: readonly string[];
  /** A line of the journey. */
  step(text: string): void;
  /** Something is wrong, but not wrong enough to stop; always shown. */
  warn(text: string): void;
  /** Like a warning, of a message that did not go and of whom it was for: shown, but not kept, since it names people. */
  fault(text: string): void;
  /** A line for `--verbose` alone. */
  detail(text: string): void;
}

/** The colours of the house; picocolors leaves them out for NO_COLOR and pipes. */
export const paint = {
  good: (text: string) => colours.green(text),
  bad: (text: string) => colours.red(text),
  warn: (text: string) => colours.yellow(text),
  dim: (text: string) => colours.dim(text),
  strong: (text: string) => colours.bold(text),
};

/** A terminal that writes to the given stream. */
export function createTerminal({ stderr, quiet, verbose }: TerminalOptions): Terminal {
  const talks = !quiet && (verbose || stderr.isTTY === true);
  const warnings: string[] = [];
  const write = (text: string) => stderr.write(`${printable(text)}\n`);
  const fault = (text: string) => void write(`${paint.warn("warning:")} ${text}`);
  return {
    talks,
    step: (text) => void (talks && write(text)),
    warnings,
    warn: (text) => {
      warnings.push(printable(text));
      fault(text);
    },
    fault,
    detail: (text) => void (verbose && !quiet && write(paint.dim(text))),
  };
}

const CONTROL = /[\p{Cc}]/u;
// oxlint-disable-next-line no-control-regex -- ESC begins the colours that stay
const COLOUR = /(\u{1b}\[[0-9;]*m)/u;

/** Text from a page must not steer the terminal: control characters go, but for colours and line ends. */
export function printable(text: string): string {
  const parts = text.split(COLOUR);
  return parts.map((part, index) => (index % 2 === 1 ? part : Array.from(part).filter(isShown).join(""))).join("");
}

function isShown(character: string): boolean {
  return character === "\n" || !CONTROL.test(character);
}

/** Columns padded to the widest cell; no line ends in blanks. */
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

/** Cuts a text at a width, with an ellipsis where something was cut. */
export function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0)).trimEnd()}…`;
}

const BARS = { blocks: "▁▂▃▄▅▆▇█", ascii: "_.-:=+*#" } as const;

/** Values as a line of bars, one column each, that all begin at nothing; null leaves a gap. */
export function sparkline(values: readonly (number | null)[], ascii: boolean): string {
  const bars = ascii ? BARS.ascii : BARS.blocks;
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const bar = (value: number) => bars.charAt(Math.min(Math.floor((value / most) * bars.length), bars.length - 1));
  return values.map((value) => (value === null ? " " : bar(value))).join("");
}

/** Whether plain ASCII is wanted: nothing says that the terminal takes UTF-8 (POSIX: LC_ALL, LC_CTYPE, LANG), or colours are refused. */
export function wantsAscii(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, NO_COLOR, TERM } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find(Boolean) ?? "";
  return Boolean(NO_COLOR) || TERM === "dumb" || !/utf-?8/i.test(locale);
}

/** Returns a count with its noun: `1 letter`, `3 letters`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
