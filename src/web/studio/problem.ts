import { PaperboyError } from "../../core/errors.js";

/** A line of a source file in an error message. */
interface CodeLine {
  readonly number: number;
  readonly text: string;
  /** Whether the error is in this line. */
  readonly isWrong: boolean;
  /** Spaces before the error's column, for a mark below the line; null if the column is unknown. */
  readonly indent: string | null;
}

/** An error prepared for display. */
export interface Problem {
  /** Without the location, which is in `file`, `line` and `column`. */
  readonly message: string;
  readonly hint: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** From 1. */
  readonly column: number | null;
  readonly code: readonly CodeLine[];
  /** The thrown value. */
  readonly cause: unknown;
}

interface Location {
  /** Start of the message that names the location. */
  readonly prefix: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** Locations in messages: of templates, the configuration and message files. */
const LOCATIONS: readonly RegExp[] = [
  /^template (?<file>.+?\.hbs)(?::(?<line>\d+))?(?::(?<column>\d+))?: /,
  /^(?<file>paperboy\.(?:ya?ml|json)):(?<line>\d+):(?<column>\d+): /,
  /^(?<file>.+?\.json) is not JSON: (?=.*?line (?<line>\d+) column (?<column>\d+))/s,
  /^(?<file>.+?\.json) is not JSON: /,
];

/** Lines shown before and after the error. */
const CONTEXT_LINES = 3;
const MAX_COLUMNS = 400;

/**
 * Returns an error with its hint and the source lines around its location.
 * @param read returns the text of a file that a message names, or null if it cannot be read.
 */
export function describeProblem(error: unknown, read: (file: string) => string | null): Problem {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof PaperboyError;
  const location = known ? locationIn(message) : null;
  return {
    message: location ? message.slice(location.prefix.length) : message,
    hint: known ? error.hint : "This is a bug in Paperboy. Please report it.",
    file: location?.file ?? null,
    line: location?.line ?? null,
    column: location?.column ?? null,
    code: location ? contextLines(location, read(location.file)) : [],
    cause: error,
  };
}

function locationIn(message: string): Location | null {
  for (const pattern of LOCATIONS) {
    const { 0: prefix = "", groups: { file, line, column } = {} } = pattern.exec(message) ?? {};
    if (file) return { prefix, file, line: line ? Number(line) : null, column: column ? Number(column) : null };
  }
  return null;
}

function contextLines({ line, column }: Location, text: string | null): CodeLine[] {
  if (line === null || text === null) return [];
  const first = Math.max(1, line - CONTEXT_LINES);
  return text
    .trimEnd()
    .split(/\r?\n/)
    .slice(first - 1, line + CONTEXT_LINES)
    .map((code, index) => ({
      number: first + index,
      text: code.slice(0, MAX_COLUMNS),
      isWrong: first + index === line,
      indent: first + index === line && column !== null && column <= MAX_COLUMNS ? " ".repeat(column - 1) : null,
    }));
}
