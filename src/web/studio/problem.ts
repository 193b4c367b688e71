import { PaperboyError } from "../../core/errors.js";

/** A line of a file, as an error shows it. */
interface CodeLine {
  readonly number: number;
  readonly text: string;
  /** Whether the mistake is in this line. */
  readonly isWrong: boolean;
  /** Blanks up to the mistake, for a mark below the line; null where the column is not known. */
  readonly indent: string | null;
}

/** What went wrong, ready to be shown. */
export interface Problem {
  /** Without the place, which stands beside it. */
  readonly message: string;
  readonly hint: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  readonly code: readonly CodeLine[];
  /** What was thrown. */
  readonly cause: unknown;
}

interface Place {
  /** The start of the message, which names it. */
  readonly prefix: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** How messages name a place: a template, then a file of the configuration. */
const PLACES: readonly RegExp[] = [
  /^template (?<file>.+?\.hbs)(?::(?<line>\d+))?(?::(?<column>\d+))?: /,
  /^(?<file>paperboy\.(?:ya?ml|json)):(?<line>\d+):(?<column>\d+): /,
  /^(?<file>.+?\.json) is not JSON: (?=.*?line (?<line>\d+) column (?<column>\d+))/s,
  /^(?<file>.+?\.json) is not JSON: /,
];

/** How many lines stand around the one that is wrong. */
const AROUND = 3;
const WIDEST = 400;

/**
 * An error as a person can mend it, with the lines of the file around the place.
 * @param read the text of a file as messages name it; null when it cannot be read.
 */
export function describeProblem(error: unknown, read: (file: string) => string | null): Problem {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof PaperboyError;
  const place = known ? placeIn(message) : null;
  return {
    message: place ? message.slice(place.prefix.length) : message,
    hint: known ? error.hint : "This is a bug in Paperboy: please report it.",
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    code: place ? linesAround(place, read(place.file)) : [],
    cause: error,
  };
}

function placeIn(message: string): Place | null {
  for (const pattern of PLACES) {
    const { 0: prefix = "", groups: { file, line, column } = {} } = pattern.exec(message) ?? {};
    if (file) return { prefix, file, line: line ? Number(line) : null, column: column ? Number(column) : null };
  }
  return null;
}

function linesAround({ line, column }: Place, text: string | null): CodeLine[] {
  if (line === null || text === null) return [];
  const first = Math.max(1, line - AROUND);
  return text
    .trimEnd()
    .split(/\r?\n/)
    .slice(first - 1, line + AROUND)
    .map((code, index) => ({
      number: first + index,
      text: code.slice(0, WIDEST),
      isWrong: first + index === line,
      indent: first + index === line && column !== null && column <= WIDEST ? " ".repeat(column - 1) : null,
    }));
}
