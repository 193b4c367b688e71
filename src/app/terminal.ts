import { paint, printable } from "../core/text.js";

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

/** Whether plain ASCII is wanted: nothing says that the terminal takes UTF-8 (POSIX: LC_ALL, LC_CTYPE, LANG), or colours are refused. */
export function wantsAscii(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, NO_COLOR, TERM } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find(Boolean) ?? "";
  return Boolean(NO_COLOR) || TERM === "dumb" || !/utf-?8/i.test(locale);
}
