import { PaperboyError } from "../../core/errors.js";

interface Fault {
  /** What SQLSTATEs of this kind begin with (PostgreSQL's manual, appendix A), or codes of the network. */
  readonly codes: readonly string[];
  readonly says: string;
  readonly hint: string;
  readonly retryable: boolean;
}

const KEPT = "The ledger has every message that was sent.";

/** The network's own errors. */
const LOST = ["ECONN", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "ENOENT", "lost"];

/** What checking a certificate ends in (Node's TLS and OpenSSL's X509_V_ERR names). */
const TLS_CODE = /^(?:ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/;

/** What the driver says without a code. */
const SAID: readonly { readonly words: RegExp; readonly code: string }[] = [
  {
    words:
      /^(?:Connection terminated|timeout e(?:xceeded|xpired)|Client was closed|Query read timeout|Client has encountered)/i,
    code: "lost",
  },
  { words: /does not support SSL/, code: "tls" },
  { words: /^SASL/, code: "28 password" },
];

/** What goes wrong with a server, and what to do about it. The first row that fits holds. */
const FAULTS: readonly Fault[] = [
  {
    codes: ["08", "57P", "25P03", ...LOST],
    says: "it cannot be reached, or the connection was lost",
    hint: `Check that it runs and that this machine may connect to it, then run again. ${KEPT}`,
    retryable: true,
  },
  {
    codes: ["40", "55P03", "57014"],
    says: "others kept it busy for too long",
    hint: `Run again. ${KEPT}`,
    retryable: true,
  },
  {
    codes: ["25006"],
    says: "it takes no writes: it is a standby, or was set so",
    hint: `Name the primary server in PAPERBOY_STORE, or wait until one is chosen. ${KEPT}`,
    retryable: true,
  },
  {
    codes: ["53"],
    says: "it is out of disk, memory or connections",
    hint: `Make room, or lower pool= in PAPERBOY_STORE, and run again. ${KEPT}`,
    retryable: true,
  },
  {
    codes: ["tls", "ERR_TLS", "CERT_", "DEPTH_", "SELF_SIGNED", "UNABLE_TO_"],
    says: "no connection that is encrypted and checked can be made",
    hint: "Turn TLS on there and name its root with sslrootcert=FILE; sslmode=disable only where the network between is yours alone.",
    retryable: false,
  },
  {
    codes: ["28"],
    says: "it does not let this user in",
    hint: "Check the user and the password in PAPERBOY_STORE.",
    retryable: false,
  },
  {
    codes: ["3D"],
    says: "there is no such database",
    hint: "Make it with `createdb`, or name another one in PAPERBOY_STORE.",
    retryable: false,
  },
  {
    codes: ["42501"],
    says: "this user may not do that",
    hint: "Let the user of PAPERBOY_STORE own the schema: `CREATE SCHEMA paperboy AUTHORIZATION user`.",
    retryable: false,
  },
  {
    codes: ["XX001", "XX002"],
    says: "it is damaged",
    hint: "Restore a backup, then go on with `paperboy run --accept-restored`.",
    retryable: false,
  },
  {
    codes: [""],
    says: "it refused a statement",
    hint: "Run `paperboy store check`, and report it if that finds nothing.",
    retryable: false,
  },
];

/** The server's or the network's error as a `store-failed` about the database; any other error as it came. */
export function storeFailure(cause: unknown, displayName: string): unknown {
  const code = codeOf(cause);
  const fault = code === null ? undefined : FAULTS.find(({ codes }) => codes.some((start) => code.startsWith(start)));
  if (fault === undefined) return cause;
  const message = `the database at ${displayName} failed: ${fault.says} (${code}: ${cause instanceof Error ? cause.message : ""})`;
  return new PaperboyError("store-failed", { message, hint: fault.hint, retryable: fault.retryable, cause });
}

/** The SQLSTATE of a server's error, the network's code, or `lost`; null for an error of our own. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof PaperboyError) return null;
  const said = SAID.find(({ words }) => words.test(error.message));
  if (said !== undefined) return said.code;
  if (!("code" in error) || typeof error.code !== "string") return null;
  return "severity" in error || "syscall" in error || TLS_CODE.test(error.code) ? error.code : null;
}

/** Whether there is no connection, or no more: what was under way is not known to have happened. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && [...LOST, "08", "57P"].some((start) => code.startsWith(start));
}

/** Whether the server undid a transaction only because of others beside it, so that it is worth trying again at once. */
export function isBeaten(error: unknown, isSteady: boolean): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01" || (isSteady && code === "23505");
}
