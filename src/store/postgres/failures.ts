import { PaperboyError } from "../../core/errors.js";

interface Failure {
  /** Prefixes of SQLSTATEs (PostgreSQL's manual, appendix A) or network codes. */
  readonly codes: readonly string[];
  readonly description: string;
  readonly hint: string;
  readonly retryable: boolean;
}

const LEDGER_INTACT = "The ledger has every message that was sent.";

/** Node's network error codes, and `lost` for driver messages without a code. */
const CONNECTION_CODES = [
  "ECONN",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
  "lost",
];

/** Codes of certificate errors (Node's TLS and OpenSSL's X509_V_ERR names). */
const TLS_CODE = /^(?:ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/;

/** The driver's errors without a code. */
const DRIVER_MESSAGES: readonly { readonly message: RegExp; readonly code: string }[] = [
  {
    message:
      /^(?:Connection terminated|timeout e(?:xceeded|xpired)|Client was closed|Query read timeout|Client has encountered)/i,
    code: "lost",
  },
  { message: /does not support SSL/, code: "tls" },
  { message: /^SASL/, code: "28 password" },
];

/** Failures of a server and their remedies. The first matching row applies. */
const FAILURES: readonly Failure[] = [
  {
    codes: ["08", "57P", "25P03", ...CONNECTION_CODES],
    description: "it cannot be reached, or the connection was lost",
    hint: `Check that it runs and that this machine may connect to it, then run again. ${LEDGER_INTACT}`,
    retryable: true,
  },
  {
    codes: ["40", "55P03", "57014"],
    description: "a statement timed out, or other transactions blocked it",
    hint: `Run again. ${LEDGER_INTACT}`,
    retryable: true,
  },
  {
    codes: ["25006"],
    description: "it is read-only: a standby, or configured so",
    hint: `Name the primary server in PAPERBOY_STORE, or wait for the failover. ${LEDGER_INTACT}`,
    retryable: true,
  },
  {
    codes: ["53"],
    description: "it is out of disk, memory or connections",
    hint: `Free resources on the server, or lower pool= in PAPERBOY_STORE, and run again. ${LEDGER_INTACT}`,
    retryable: true,
  },
  {
    codes: ["tls", "ERR_TLS", "CERT_", "DEPTH_", "SELF_SIGNED", "UNABLE_TO_"],
    description: "no encrypted connection with a trusted certificate could be established",
    hint: "Enable TLS on the server and name its root certificate with sslrootcert=FILE. Use sslmode=disable only in a private network.",
    retryable: false,
  },
  {
    codes: ["28"],
    description: "it refused this user or password",
    hint: "Check the user and the password in PAPERBOY_STORE.",
    retryable: false,
  },
  {
    codes: ["3D"],
    description: "the database does not exist",
    hint: "Create it with `createdb`, or name another one in PAPERBOY_STORE.",
    retryable: false,
  },
  {
    codes: ["42501"],
    description: "this user lacks the privilege",
    hint: "Make the user of PAPERBOY_STORE the owner of the schema: `CREATE SCHEMA paperboy AUTHORIZATION user`.",
    retryable: false,
  },
  {
    codes: ["XX001", "XX002"],
    description: "it is damaged",
    hint: "Restore a backup, then run `paperboy run --accept-restored`.",
    retryable: false,
  },
  {
    codes: [""],
    description: "it refused a statement",
    hint: "Run `paperboy store check`, and report it if that finds nothing.",
    retryable: false,
  },
];

/** Returns an error of the server or network as a `store-failed` that names the database; any other error unchanged. */
export function storeFailure(cause: unknown, displayName: string): unknown {
  const code = codeOf(cause);
  const failure =
    code === null ? undefined : FAILURES.find(({ codes }) => codes.some((start) => code.startsWith(start)));
  if (failure === undefined) return cause;
  const message = `the database at ${displayName} failed: ${failure.description} (${code}: ${cause instanceof Error ? cause.message : ""})`;
  return new PaperboyError("store-failed", { message, hint: failure.hint, retryable: failure.retryable, cause });
}

/** Returns the SQLSTATE, the network code, or the code of a driver message; null for any other error. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof PaperboyError) return null;
  const known = DRIVER_MESSAGES.find(({ message }) => message.test(error.message));
  if (known !== undefined) return known.code;
  if (!("code" in error) || typeof error.code !== "string") return null;
  return "severity" in error || "syscall" in error || TLS_CODE.test(error.code) ? error.code : null;
}

/** Whether the connection failed or was lost. A transaction in progress may or may not have been committed. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && [...CONNECTION_CODES, "08", "57P"].some((start) => code.startsWith(start));
}

/** Whether the server rolled back because of a concurrent transaction, so that a retry can succeed at once. */
export function isConflict(error: unknown, isSnapshot: boolean): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01" || (isSnapshot && code === "23505");
}
