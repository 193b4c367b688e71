import { setTimeout as sleep } from "node:timers/promises";
import { PaperboyError } from "../../core/errors.js";
import { type CodedError, type Failure, failureOf } from "../sql/failures.js";

/** Network error codes of Node for a server that did not answer, and `unreached` for driver errors without a code. */
const UNREACHED_CODES = [
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
  "EACCES",
  "ETIMEDOUT",
  "unreached",
];

/** Network error codes of Node for a broken connection, and `lost` for driver errors without a code. */
const BROKEN_CODES = ["ECONNRESET", "ECONNABORTED", "EPIPE", "lost"];

/** Codes of certificate errors (Node's TLS and OpenSSL's X509_V_ERR names). */
const TLS_CODE = /^(?:ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/;

/** Driver errors without a code, which are recognised by their messages. */
const DRIVER_MESSAGES: readonly { readonly message: RegExp; readonly code: string }[] = [
  { message: /^(?:timeout e(?:xceeded|xpired)|Connection terminated due to connection timeout)/i, code: "unreached" },
  { message: /^(?:Connection terminated|Client was closed|Client has encountered)/i, code: "lost" },
  { message: /^Query read timeout/i, code: "unanswered" },
  { message: /does not support SSL/, code: "tls" },
  { message: /^SASL/, code: "28 password" },
];

/** Failures of a server, by SQLSTATE (PostgreSQL manual, appendix A), network code, or the code of a driver message. */
const FAILURES: readonly Failure[] = [
  {
    codes: UNREACHED_CODES,
    description: "it cannot be reached",
    hint: "Check that it runs and that this machine may connect to it, then run again.",
    retryable: true,
  },
  {
    codes: BROKEN_CODES,
    description: "the connection was lost",
    hint: "Check that the server runs, then run again.",
    retryable: true,
  },
  {
    codes: ["unanswered"],
    description: "it did not answer in time",
    hint: "Check its load; a pooler must have room for the connections of pool= and two more.",
    retryable: true,
  },
  {
    codes: ["57P", "25P03"],
    description: "it takes no connections now, or ended this one",
    hint: "Wait until it has started again, then run again.",
    retryable: true,
  },
  {
    codes: ["08"],
    description: "it, or a pooler in front of it, answered with an error",
    hint: "Follow the quoted reply. PAPERBOY_STORE contains the user, the password and the database.",
    retryable: true,
  },
  {
    codes: ["40", "55P03", "57014"],
    description: "a statement timed out, or other transactions blocked it",
    hint: "Run again.",
    retryable: true,
  },
  {
    codes: ["25006"],
    description: "it is read-only, because it is a standby or is configured so",
    hint: "Set PAPERBOY_STORE to the primary server, or wait for the failover.",
    retryable: true,
  },
  {
    codes: ["53"],
    description: "it is out of disk, memory or connections",
    hint: "Free resources on the server, or lower pool= in PAPERBOY_STORE, and run again.",
    retryable: true,
  },
  {
    codes: ["tls", "ERR_TLS", "CERT_", "DEPTH_", "SELF_SIGNED", "UNABLE_TO_"],
    description: "no encrypted connection with a trusted certificate could be established",
    hint: "Enable TLS on the server, and set sslrootcert=FILE to its root certificate. Use sslmode=disable only in a private network.",
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
    hint: "Create it with `createdb`, or set PAPERBOY_STORE to another one.",
    retryable: false,
  },
  {
    codes: ["42501"],
    description: "this user does not have the required privilege",
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
    hint: "Run `paperboy store check`. If it finds no problem, report this error.",
    retryable: false,
  },
];

/**
 * Converts an error of the server or the network to a `store-failed` with the name of the database. Returns any other error
 * unchanged.
 */
export function storeFailure(cause: unknown, displayName: string): unknown {
  return failureOf(cause, codedError(cause), { name: `at ${displayName}`, failures: FAILURES });
}

/** Returns the code and words of an error of the server, the network or the driver; null for any other error. */
function codedError(error: unknown): CodedError | null {
  if (!(error instanceof Error) || error instanceof PaperboyError) return null;
  // A host with several addresses causes an error for each of them.
  if (error instanceof AggregateError) return codedError(error.errors[0]);
  const { message } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  if (code !== null && "severity" in error) return { code, message };
  const known = DRIVER_MESSAGES.find((row) => row.message.test(message));
  if (known !== undefined) return { code: known.code, message };
  return code !== null && ("syscall" in error || TLS_CODE.test(code)) ? { code, message } : null;
}

function codeOf(error: unknown): string | null {
  return codedError(error)?.code ?? null;
}

const LOST_CODES = [...UNREACHED_CODES, ...BROKEN_CODES, "unanswered", "08", "57P"];

/** Whether the connection failed or was lost. A transaction in progress may or may not have been committed. */
function isLost(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && LOST_CODES.some((start) => code.startsWith(start));
}

/** Whether the server rolled back because of a concurrent transaction, so that an immediate retry can succeed. */
function isConflict(error: unknown, isSnapshot: boolean): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01" || (isSnapshot && code === "23505");
}

/** How long to retry while the server is unreachable, in ms. A restart takes less. */
export const RETRY_MS = 15_000;

/** How long to retry when the store is opened, in ms. This is short, so that a wrong URL fails quickly. */
export const CONNECT_RETRY_MS = 2000;

/** The first and the longest delay between two attempts, in ms. */
const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 500;

/** The maximum number of attempts for a transaction that conflicts with others. */
const MAX_ATTEMPTS = 20;

interface RetryOptions {
  /** How long to retry while the server is unreachable. */
  readonly timeoutMs: number;
  /** Whether the work may run twice if the connection is lost before the reply; true by default. */
  readonly isRepeatable?: () => boolean;
  /** Whether a unique violation counts as a conflict, because a snapshot cannot see the row of the other transaction. */
  readonly isSnapshot?: boolean;
}

/** Retries while the server is unreachable, and after conflicts with other transactions. */
export async function withRetry<T>(
  work: () => Promise<T>,
  { timeoutMs, isRepeatable = () => true, isSnapshot = false }: RetryOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const canRetry = isLost(error) ? isRepeatable() && performance.now() < deadline : isConflict(error, isSnapshot);
      if (!canRetry || (!isLost(error) && attempt >= MAX_ATTEMPTS)) throw error;
    }
    await sleep(Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * attempt * Math.random()));
  }
}
