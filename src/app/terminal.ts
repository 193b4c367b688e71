import { paint, printable } from "../core/text.js";

/** A stream for text. `isTTY`: it is a terminal. */
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
 * Prints to stderr while a command runs. On a terminal it prints progress; in a pipe or under cron it prints only warnings.
 */
export interface Terminal {
  /** Whether progress is printed: on a terminal, or with `--verbose`. */
  readonly talks: boolean;
  /** Every warning so far, in order. */
  readonly warnings: readonly string[];
  /** Prints a line of progress. */
  step(text: string): void;
  /** Prints a warning, also with `--quiet`, and keeps it in `warnings`. */
  warn(text: string): void;
  /** Prints why a message was not sent. It is not kept in `warnings`, because it contains addresses. */
  fault(text: string): void;
  /** Prints a line with `--verbose` only. */
  detail(text: string): void;
}

/** Returns a terminal that writes to the given stream. */
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

/** Whether to print plain ASCII: the locale (POSIX: LC_ALL, LC_CTYPE, LANG) is not UTF-8, or colours are turned off. */
export function wantsAscii(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, NO_COLOR, TERM } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find(Boolean) ?? "";
  return Boolean(NO_COLOR) || TERM === "dumb" || !/utf-?8/i.test(locale);
}
