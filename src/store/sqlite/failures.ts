import { PaperboyError } from "../../core/errors.js";

interface Fault {
  /** What SQLite's extended result codes of this kind begin with (https://www.sqlite.org/rescode.html). */
  readonly code: string;
  readonly says: string;
  readonly hint: string;
  readonly retryable: boolean;
}

const KEPT = "The ledger has every message that was sent.";

/** Failures of a database file and their remedies. The first matching row applies. */
const FAULTS: readonly Fault[] = [
  {
    code: "SQLITE_FULL",
    says: "the disk is full",
    hint: `Free some disk space and run again. ${KEPT}`,
    retryable: true,
  },
  {
    // No room for the file of shared memory beside the write-ahead log: not even reading works then.
    code: "SQLITE_IOERR_SHMSIZE",
    says: "the disk is full",
    hint: `Free some disk space and run again. ${KEPT}`,
    retryable: true,
  },
  {
    code: "SQLITE_BUSY",
    says: "another process has locked it for too long",
    hint: `Run again when that process has ended. ${KEPT}`,
    retryable: true,
  },
  {
    code: "SQLITE_LOCKED",
    says: "another part of this process has locked it",
    hint: `Run again. ${KEPT}`,
    retryable: true,
  },
  {
    code: "SQLITE_NOTADB",
    says: "it is not a database",
    hint: "Restore a backup in its place, or name another file with PAPERBOY_STORE.",
    retryable: false,
  },
  {
    code: "SQLITE_CORRUPT",
    says: "it is damaged",
    hint: "Run `paperboy store check`, then restore a backup and run `paperboy run --accept-restored`.",
    retryable: false,
  },
  {
    code: "SQLITE_READONLY",
    says: "it cannot be written",
    hint: "Give the user who runs Paperboy the right to write the file and its folder.",
    retryable: false,
  },
  {
    code: "SQLITE_CANTOPEN",
    says: "it cannot be opened",
    hint: "Check that its folder exists, and that the user who runs Paperboy may write there.",
    retryable: false,
  },
  {
    code: "SQLITE_IOERR",
    says: "the disk failed to read or write",
    hint: `Check the disk (a network folder cannot hold the database) and run \`paperboy store check\`. ${KEPT}`,
    retryable: true,
  },
  {
    code: "SQLITE_",
    says: "it refused a statement",
    hint: "Run `paperboy store check`, and report it if that finds nothing.",
    retryable: false,
  },
];

/** SQLite's error as a `store-failed` about the given file; any other error as it came. */
export function storeFailure(cause: unknown, file: string): unknown {
  const code = sqliteCode(cause);
  const fault = FAULTS.find((row) => code?.startsWith(row.code));
  if (fault === undefined) return cause;
  const message = `the database ${file} failed: ${fault.says} (${code}: ${cause instanceof Error ? cause.message : ""})`;
  return new PaperboyError("store-failed", { message, hint: fault.hint, retryable: fault.retryable, cause });
}

/** The extended result code of an error that SQLite raised, such as `SQLITE_BUSY_SNAPSHOT`; null for any other error. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  return error.code.startsWith("SQLITE_") ? error.code : null;
}
