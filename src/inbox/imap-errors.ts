import { PaperboyError } from "../core/errors.js";

/** What imapflow and Node tell of an error; nothing of it is sure to be there. */
interface Told {
  readonly code?: unknown;
  readonly authenticationFailed?: unknown;
  readonly serverResponseCode?: unknown;
  readonly responseStatus?: unknown;
  readonly tlsFailed?: unknown;
  readonly mailboxMissing?: unknown;
}

interface Where {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
}

interface Reading {
  readonly fits: (told: Told, code: string) => boolean;
  readonly code: "config-invalid" | "fetch-failed";
  readonly message: (where: Where) => string;
  readonly hint: string;
}

/** Codes of certificates that do not hold, as OpenSSL names them. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ISSUER/;

/** What an error means; the first row that fits says it. Nothing that the server wrote is repeated: it may hold our words. */
const READINGS: readonly Reading[] = [
  {
    // "Try again later" (RFC 5530 section 3) is no wrong password.
    fits: (told) => told.authenticationFailed === true && told.serverResponseCode !== "UNAVAILABLE",
    code: "config-invalid",
    message: ({ host }) => `the IMAP server ${host} refuses the login`,
    hint: "Check inbox.imap.user and inbox.imap.password; many services want a password made for one program.",
  },
  {
    fits: (_told, code) => CERTIFICATE.test(code),
    code: "config-invalid",
    message: ({ host }) => `the certificate of the IMAP server ${host} is not trusted`,
    hint: "Name the host as its certificate does, or point NODE_EXTRA_CA_CERTS at the authority that signed it.",
  },
  {
    fits: (told, code) =>
      told.tlsFailed === true || code === "MissingServerExtension" || code === "ERR_SSL_WRONG_VERSION_NUMBER",
    code: "config-invalid",
    message: ({ host, port }) => `no encrypted connection to the IMAP server ${host}:${port}`,
    hint: "Port 993 wants `secure: true`, port 143 `secure: false`. A password never crosses a network in clear.",
  },
  {
    fits: (told) => told.mailboxMissing === true || told.serverResponseCode === "NONEXISTENT",
    code: "config-invalid",
    message: ({ folder }) => `there is no IMAP folder ${folder}`,
    hint: "Check inbox.imap.folder; folders within folders are named as the server names them, such as INBOX/Papers.",
  },
  {
    fits: () => true,
    code: "fetch-failed",
    message: ({ host, port }) => `the IMAP server ${host}:${port} cannot be reached, or hung up`,
    hint: "Nothing is lost: mails that were not dealt with come again with the next call.",
  },
];

/** What went wrong with a mailbox, in our words. */
export function explain(error: unknown, where: Where): PaperboyError {
  if (error instanceof PaperboyError) return error;
  const told = (error instanceof Error ? error : {}) as Told;
  const code = typeof told.code === "string" ? told.code : "";
  const reading = READINGS.find(({ fits }) => fits(told, code));
  if (reading === undefined) throw new Error("the last row fits everything", { cause: error });
  return new PaperboyError(reading.code, {
    message: reading.message(where),
    hint: reading.hint,
    retryable: reading.code === "fetch-failed",
    cause: error,
  });
}
