import { PaperboyError } from "../core/errors.js";

/** Properties of errors of imapflow and Node. Each may be absent. */
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
  /** Masked where the server's response contains it. */
  readonly password: string;
}

interface Explanation {
  readonly matches: (details: ErrorDetails, code: string) => boolean;
  readonly code: "config-invalid" | "fetch-failed";
  readonly message: (target: Target) => string;
  readonly hint: string;
}

const NO_MAIL_LOST = "No mail is lost: the next `paperboy inbox` reads the mails that were not handled.";

/** OpenSSL's codes for certificates that cannot be verified. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/;

/**
 * The first explanation that matches is used. Responses to a login are not quoted, because they may contain the encoded
 * password.
 */
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
    message: ({ host, port }) => `cannot connect with encryption to the IMAP server ${host}:${port}`,
    hint: "Use `secure: true` with port 993 and `secure: false` with port 143. Paperboy sends passwords only over an encrypted connection.",
  },
  {
    matches: (details) => details.mailboxMissing === true || details.serverResponseCode === "NONEXISTENT",
    code: "config-invalid",
    message: ({ folder }) => `the IMAP folder ${folder} does not exist`,
    hint: "Check inbox.imap.folder. Use the full name of a subfolder, such as INBOX/Papers.",
  },
  {
    matches: (details) => details.authenticationFailed === true,
    code: "fetch-failed",
    message: ({ host }) => `the IMAP server ${host} does not accept logins at the moment`,
    hint: NO_MAIL_LOST,
  },
  {
    matches: (details) => responseIn(details) !== null,
    code: "fetch-failed",
    message: ({ host }) => `the IMAP server ${host} refused a command`,
    hint: NO_MAIL_LOST,
  },
];

/** The explanation of every other error. */
const UNREACHABLE: Omit<Explanation, "matches"> = {
  code: "fetch-failed",
  message: ({ host, port }) => `cannot reach the IMAP server ${host}:${port}, or it closed the connection`,
  hint: NO_MAIL_LOST,
};

/** Converts an error of imapflow or Node to a `PaperboyError`. */
export function explain(error: unknown, target: Target): PaperboyError {
  if (error instanceof PaperboyError) return error;
  const details = (error instanceof Error ? error : {}) as ErrorDetails;
  const code = typeof details.code === "string" ? details.code : "";
  const explanation = EXPLANATIONS.find(({ matches }) => matches(details, code)) ?? UNREACHABLE;
  const words = details.authenticationFailed === true ? null : serverResponse(error, target);
  return new PaperboyError(explanation.code, {
    message: `${explanation.message(target)}${words === null ? "" : `: ${words}`}`,
    hint: explanation.hint,
    retryable: explanation.code === "fetch-failed",
    cause: error,
  });
}

const MAX_RESPONSE = 300;

/** Returns the text of the server's response to a command that it refused, with the password masked; null without a text. */
export function serverResponse(error: unknown, { password }: Pick<Target, "password">): string | null {
  const words = error instanceof Error ? responseIn(error) : null;
  const masked = password === "" ? words : words?.replaceAll(password, "***");
  return masked?.slice(0, MAX_RESPONSE) ?? null;
}

function responseIn(error: unknown): string | null {
  const { responseText, reason } = error as ErrorDetails;
  return [responseText, reason].find((text) => typeof text === "string" && text.trim() !== "")?.toString() ?? null;
}
