import { getSystemErrorMap } from "node:util";

/** The reasons with which a run can end, and the exit status of each (docs/architecture.md, "Reasons"). */
export const REASONS = {
  sent: { exit: 0, means: "all messages were accepted by the mail server" },
  "already-sent": { exit: 0, means: "this edition was sent before" },
  "already-running": { exit: 0, means: "another run is under way" },
  "nothing-due": { exit: 0, means: "no letter was due" },
  "no-papers": { exit: 0, means: "the site published nothing for that date" },
  internal: { exit: 1, means: "a bug" },
  usage: { exit: 2, means: "the command line is wrong" },
  "config-invalid": { exit: 3, means: "the configuration is wrong" },
  "not-ready": { exit: 4, means: "the page is still filling; run again later, or use --early" },
  "fetch-failed": { exit: 5, means: "the site could not be reached or refused the request" },
  "layout-changed": { exit: 6, means: "Paperboy does not recognise the page; nothing was mailed from it" },
  "send-incomplete": {
    exit: 7,
    means: "some messages were deferred, refused, or are uncertain; see `paperboy status`",
  },
  "store-failed": { exit: 8, means: "the database is locked, full or damaged" },
  "io-failed": { exit: 9, means: "a file could not be read or written" },
  "checks-failed": { exit: 10, means: "`paperboy doctor` found a problem outside the configuration" },
  "enrich-failed": { exit: 11, means: "the program of `enrich` failed, and it is `required`" },
} as const satisfies Record<string, { exit: number; means: string }>;

export type ReasonCode = keyof typeof REASONS;

/** A reason that a `PaperboyError` can have. */
export type ErrorCode = Exclude<ReasonCode, "sent">;

interface ErrorParts {
  /** What failed, and on what. */
  readonly message: string;
  /** What to do about it, as a sentence or a command. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Whether the same call may succeed later without any change. */
  readonly retryable?: boolean;
}

/** An expected failure. Any other error that reaches `cli/` is a bug (`internal`). */
export class PaperboyError extends Error {
  override readonly name = "PaperboyError";
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly retryable: boolean;

  constructor(code: ErrorCode, { message, hint, cause, retryable = false }: ErrorParts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint ?? null;
    this.retryable = retryable;
  }
}

interface FileFailure {
  readonly cause: unknown;
  readonly hint?: string;
}

/**
 * Returns the `io-failed` error for a file or folder that could not be read or written. The message has the path and the
 * operating system's description: `cannot write /srv/paperboy.key: no space left on device (ENOSPC)`.
 */
export function ioFailed(action: "read" | "write", file: string, { cause, hint }: FileFailure): PaperboyError {
  const advice = hint ?? (action === "read" ? READABLE : WRITABLE);
  return new PaperboyError("io-failed", {
    message: `cannot ${action} ${file}: ${systemWords(cause)}`,
    hint: advice,
    cause,
  });
}

const READABLE = "Check that it exists and that this user can read it.";
const WRITABLE = "Check the folder, its permissions and the free space.";

/** Returns `permission denied (EACCES)` for an error of a system call, and the message of any other error. */
function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno, code, message } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? message : `${known[1]} (${code ?? known[0]})`;
}

/** Returns a `PaperboyError` unchanged, and wraps any other error as `internal`: a bug, to be reported. */
export function failureOf(error: unknown): PaperboyError {
  if (error instanceof PaperboyError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new PaperboyError("internal", {
    message,
    hint: "This is a bug in Paperboy: please report it with the output of the same command and --verbose.",
    cause: error,
  });
}

/** Returns the message of an error, and any other thrown value as text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
