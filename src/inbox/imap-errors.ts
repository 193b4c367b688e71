import { PaperboyError } from "../core/errors.js";

/** Properties of the errors of imapflow and Node; each may be absent. */
interface ErrorDetails {
  readonly code?: unknown;
  readonly authenticationFailed?: unknown;
  readonly serverResponseCode?: unknown;
  readonly responseText?: unknown;
  /** The text with which the server closed the connection. */
  readonly reason?: unknown;
  readonly tlsFailed?: unknown;
  readonly mailboxMissing?: unknown;
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
  /** Masked where the server's words contain it. */
  readonly password: string;
}

interface Explanation {
  readonly matches: (details: ErrorDetails, code: string) => boolean;
  readonly code: "config-invalid" | "fetch-failed";
  readonly message: (target: Target) => string;
  readonly hint: string;
}

/** OpenSSL's codes for certificates that cannot be verified. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/;

/** The first explanation that matches counts. Replies to a login are not quoted: they may contain the password, encoded. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    // UNAVAILABLE (RFC 5530, section 3) is temporary and says nothing about the password.
    matches: (details) => details.authenticationFailed === true && details.serverResponseCode !== "UNAVAILABLE",
    code: "config-invalid",
    message: ({ host }) => `the IMAP server ${host} refused the login`,
    hint: "Check inbox.imap.user and inbox.imap.password. Many services require an app password.",
  },
  {
    matches: (_details, code) => CERTIFICATE.test(code),
    code: "config-invalid",
    message: ({ host }) => `the certificate of the IMAP server ${host} is not trusted`,
    hint: "Use the host name of the certificate, or set NODE_EXTRA_CA_CERTS to the authority that signed it.",
  },
  {
    matches: (details, code) =>
      details.tlsFailed === true || code === "MissingServerExtension" || code === "ERR_SSL_WRONG_VERSION_NUMBER",
    code: "config-invalid",
    message: ({ host, port }) => `no encrypted connection to the IMAP server ${host}:${port}`,
    hint: "Use `secure: true` with port 993 and `secure: false` with port 143. Passwords are only sent encrypted.",
  },
  {
    matches: (details) => details.mailboxMissing === true || details.serverResponseCode === "NONEXISTENT",
    code: "config-invalid",
    message: ({ folder }) => `the IMAP folder ${folder} does not exist`,
    hint: "Check inbox.imap.folder. Subfolders have the server's full name, such as INBOX/Papers.",
  },
  {
    matches: (details) => details.authenticationFailed === true,
    code: "fetch-failed",
    message: ({ host }) => `the IMAP server ${host} accepts no login at the moment`,
    hint: "No mail is lost: the next `paperboy inbox` reads the mails that were not handled.",
  },
  {
    matches: (details) => wordsIn(details) !== null,
    code: "fetch-failed",
    message: ({ host }) => `the IMAP server ${host} refused`,
    hint: "No mail is lost: the next `paperboy inbox` reads the mails that were not handled.",
  },
  {
    matches: () => true,
    code: "fetch-failed",
    message: ({ host, port }) => `cannot reach the IMAP server ${host}:${port}, or it closed the connection`,
    hint: "No mail is lost: the next `paperboy inbox` reads the mails that were not handled.",
  },
];

/** Translates an error of a mailbox into a `PaperboyError`. */
export function explain(error: unknown, target: Target): PaperboyError {
  if (error instanceof PaperboyError) return error;
  const details = (error instanceof Error ? error : {}) as ErrorDetails;
  const code = typeof details.code === "string" ? details.code : "";
  const explanation = EXPLANATIONS.find(({ matches }) => matches(details, code));
  if (explanation === undefined) throw new Error("the last explanation matches every error", { cause: error });
  const words = details.authenticationFailed === true ? null : serverWords(error, target);
  return new PaperboyError(explanation.code, {
    message: `${explanation.message(target)}${words === null ? "" : `: ${words}`}`,
    hint: explanation.hint,
    retryable: explanation.code === "fetch-failed",
    cause: error,
  });
}

const MAX_WORDS = 300;

/** Returns what the server said about a command that it refused, without the password; null when it said nothing. */
export function serverWords(error: unknown, { password }: Pick<Target, "password">): string | null {
  const words = error instanceof Error ? wordsIn(error) : null;
  const masked = password === "" ? words : words?.replaceAll(password, "***");
  return masked?.slice(0, MAX_WORDS) ?? null;
}

function wordsIn(error: unknown): string | null {
  const { responseText, reason } = error as ErrorDetails;
  return [responseText, reason].find((text) => typeof text === "string" && text.trim() !== "")?.toString() ?? null;
}
