import { loginProblem } from "../providers/table.js";

/** An error of an SMTP attempt in a known form. */
export interface SmtpFault {
  /** `EAUTH`, `ETLS`, `ECONNECTION`... (nodemailer's error table) or Node's own, such as `ECONNREFUSED`. */
  readonly codes: readonly string[];
  /** The server's reply code; null if the server did not reply. */
  readonly reply: number | null;
  /** The command that the server replied to: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN`; or `CONN`. */
  readonly command: string;
  /** The text of the reply or of the system's error, in one line. */
  readonly words: string;
}

/** Converts an error of any form. */
export function readFault(error: unknown): SmtpFault {
  const of = (name: string): unknown => (typeof error === "object" && error !== null ? Reflect.get(error, name) : null);
  const response = of("response");
  const reply = of("responseCode");
  const command = of("command");
  return {
    codes: [of("originalCode"), of("code")].filter((code) => typeof code === "string"),
    reply: typeof reply === "number" ? reply : null,
    command: typeof command === "string" ? command : "",
    words: oneLine(typeof response === "string" ? response : error instanceof Error ? error.message : String(error)),
  };
}

/** Creates an error of the connection, for `readFault`. */
export function fault(code: string, message: string, cause?: unknown): Error {
  const { codes } = readFault(cause);
  return Object.assign(new Error(message), { code, ...(codes[0] !== undefined && { originalCode: codes[0] }) });
}

/** Matches nearly all replies. These skip the Unicode patterns below, which take several times as long. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Returns a server's reply in one line, without control characters, up to 2,000 characters. */
export function oneLine(text: string): string {
  if (text.length <= 2000 && PLAIN.test(text)) return text;
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim()
    .slice(0, 2000);
}

/** Whether every message would get the same reply, because the server requires a login or rejects the sender. */
export function isAccountFault({ reply, command }: SmtpFault): boolean {
  return reply === 530 || (command === "MAIL FROM" && reply !== null && reply > 500 && reply !== 503);
}

interface Explanation {
  readonly code?: string;
  readonly words?: RegExp;
  readonly hint: string;
}

/** Hints for well-known faults. The first row whose conditions are all met applies. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    words: /must issue a starttls|5\.7\.0 .*tls/i,
    hint: "The server requires encryption: use smtps:// with port 465, or smtp:// with port 587.",
  },
  {
    code: "ENOLOGIN",
    hint: "Use the server's submission port (smtps:// with 465, or smtp:// with 587), or remove user and password.",
  },
  {
    words: /^530\b|authentication required|auth required/i,
    hint: "The server requires a login: set user and password (PAPERBOY_SMTP_URL=smtp://user:password@host:587).",
  },
  {
    code: "EAUTH",
    hint: "The user or password is wrong: check both, and percent-encode special characters in an SMTP URL.",
  },
  {
    words: /wrong version number|packet length too long|unknown protocol/i,
    hint: "This port does not start with TLS: use smtp:// and port 587 instead of smtps://.",
  },
  {
    words: /self[- ]signed|unable to (?:verify|get)|certificate|altname/i,
    hint: "The server's certificate is not trusted: use the host name that it was issued for, or set NODE_EXTRA_CA_CERTS to your authority's file.",
  },
  {
    code: "ETLS",
    hint: "The server offers no encryption on this port: try smtps:// with port 465. To send without encryption, set smtp.allowPlaintext: true.",
  },
  { code: "EDNS", hint: "The mail server's name is unknown: check its spelling and this machine's DNS." },
  {
    words: /greeting never received/i,
    hint: "The server sent no greeting: a port that starts with TLS needs smtps://.",
  },
  {
    code: "ECONNREFUSED",
    hint: "The connection was refused: check host and port (587 for smtp://, 465 for smtps://).",
  },
  {
    code: "ETIMEDOUT",
    hint: "The server did not answer: check host and port. Many networks block mail ports, port 25 above all.",
  },
  {
    words: /relay(?:ing)? (?:access )?denied|not (?:owned|allowed|authori[sz]ed)|sender (?:address )?rejected/i,
    hint: "The server does not accept mail from this sender: set `from` to an address that this login may send from.",
  },
];

const DEFAULT_HINT = "Check the mail server's settings; the message is the server's reply.";

/** Removes the local parts of addresses from a text for logs. */
export function withoutAddresses(words: string): string {
  return words.replaceAll(/[^\s<>"'()@]+@(?=[^\s<>"'()@])/g, "***@");
}

/** Returns what the operator can do about a fault. */
export function hintFor({ codes, words }: SmtpFault): string {
  const login = codes.includes("EAUTH") ? loginProblem(words) : null;
  if (login !== null) return `${login.means} ${login.step}`;
  const row = EXPLANATIONS.find(
    (row) => (row.code === undefined || codes.includes(row.code)) && (row.words === undefined || row.words.test(words)),
  );
  return row?.hint ?? DEFAULT_HINT;
}
