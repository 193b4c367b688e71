import type { Masker } from "../core/mask.js";
import { paint, printable } from "../core/text.js";

/** A stream for text. `isTTY`: the stream is a terminal. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly stderr: Output;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Masks secrets in everything that is printed. */
  readonly mask: Masker;
}

/** Prints to stderr while a command runs: progress on a terminal, only warnings in a pipe or under cron. */
export interface Terminal {
  /** Whether progress is printed: on a terminal, or with `--verbose`. */
  readonly printsProgress: boolean;
  /** Every warning so far, in order. */
  readonly warnings: readonly string[];
  /** Prints a line of progress. */
  step(text: string): void;
  /** Prints a warning, also with `--quiet`, and keeps it in `warnings`. */
  warn(text: string): void;
  /** Prints the reason why a message was not sent. Does not keep it in `warnings`, because it contains addresses. */
  fault(text: string): void;
  /** Prints a line only with `--verbose`. */
  detail(text: string): void;
}

/** Returns a terminal that writes to the given stream. */
export function createTerminal({ stderr, quiet, verbose, mask }: TerminalOptions): Terminal {
  const printsProgress = !quiet && (verbose || stderr.isTTY === true);
  const warnings: string[] = [];
  const write = (text: string) => stderr.write(`${printable(mask.message(text))}\n`);
  const fault = (text: string) => void write(`${paint.warn("warning:")} ${text}`);
  return {
    printsProgress,
    step: (text) => void (printsProgress && write(text)),
    warnings,
    warn: (text) => {
      warnings.push(printable(mask.message(text)));
      fault(text);
    },
    fault,
    detail: (text) => void (verbose && !quiet && write(paint.dim(text))),
  };
}

/** Whether to print plain ASCII: if the locale (POSIX: LC_ALL, LC_CTYPE, LANG) is not UTF-8, or colours are turned off. */
export function wantsAscii(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { LC_ALL, LC_CTYPE, LANG, NO_COLOR, TERM } = environment;
  const locale = [LC_ALL, LC_CTYPE, LANG].find(Boolean) ?? "";
  return Boolean(NO_COLOR) || TERM === "dumb" || !/utf-?8/i.test(locale);
}
