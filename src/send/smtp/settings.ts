import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** How to reach a mail server. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (port 465); otherwise STARTTLS. */
  readonly secure: boolean;
  /** Null: no login. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** The operator's word that mail may travel unencrypted to a server elsewhere that offers no TLS. */
  readonly allowPlaintext: boolean;
}

/** SMTP settings as the configuration has them. */
export interface SmtpChoices {
  readonly host: string;
  readonly port?: number | undefined;
  readonly secure?: boolean | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly allowPlaintext?: boolean | undefined;
}

/** Settings, or why the text is none; the reason never repeats the text, which may hold a password. */
export type ParsedSmtp =
  { readonly ok: true; readonly settings: SmtpSettings } | { readonly ok: false; readonly why: string };

/** Implicit TLS has port 465, submission with STARTTLS 587 (RFC 8314 section 3.3, RFC 6409 section 3.1). */
const TLS_PORT = 465;
const SUBMISSION_PORT = 587;

/** Fills in what the configuration left open, and checks what must go together. */
export function smtpFromChoices(choices: SmtpChoices): ParsedSmtp {
  const { port: given, user, password, allowPlaintext = false } = choices;
  const host = readHost(choices.host);
  if (host === null) {
    return { ok: false, why: "the host is not a valid name or IP address" };
  }
  if ((user === undefined) !== (password === undefined)) {
    return {
      ok: false,
      why: user === undefined ? "there is a password but no user" : "there is a user but no password",
    };
  }
  const secure = choices.secure ?? given === TLS_PORT;
  const port = given ?? (secure ? TLS_PORT : SUBMISSION_PORT);
  const login = user === undefined || password === undefined ? null : { user, password };
  return { ok: true, settings: { host, port, secure, login, allowPlaintext } };
}

const FORM = "write smtp://user:password@host:587 or smtps://user:password@host, with special signs percent-encoded";

/**
 * Reads `smtp://user:password@host:587` (STARTTLS) or `smtps://...` (TLS from the start, port 465). User and password
 * are percent-decoded. `?allowPlaintext=true` lets mail go out unencrypted where the server offers no TLS.
 */
export function smtpFromUrl(text: string): ParsedSmtp {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") {
    return { ok: false, why: `it is not an SMTP address: ${FORM}` };
  }
  if (!["", "/"].includes(url.pathname) || url.hash !== "") {
    return { ok: false, why: `something stands after the host, often an unencoded / or # of a password: ${FORM}` };
  }
  const options = [...url.searchParams];
  if (options.some(([name, value]) => name !== "allowPlaintext" || !["true", "false"].includes(value))) {
    return { ok: false, why: "after the ? there may only be allowPlaintext=true" };
  }
  const user = decode(url.username);
  const password = decode(url.password);
  if (user === null || password === null) {
    return { ok: false, why: `user or password hold a % that encodes nothing: write it as %25` };
  }
  return smtpFromChoices({
    host: url.hostname,
    port: url.port === "" ? undefined : Number(url.port),
    secure: url.protocol === "smtps:" ? true : undefined,
    user: user === "" ? undefined : user,
    password: password === "" ? undefined : password,
    allowPlaintext: url.searchParams.get("allowPlaintext") === "true",
  });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A host name in A-labels, or an IP address without brackets; null when it is neither. */
function readHost(text: string): string | null {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIPv4(bare) || isIPv6(bare)) {
    return bare;
  }
  const ascii = domainToASCII(text);
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/.test(ascii) ? ascii : null;
}

/**
 * Whether a host is this machine by its very name (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3): then nothing leaves
 * it, and TLS protects nothing. A name that only resolves to this machine does not count: others answer for names.
 */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) {
    return host.startsWith("127.");
  }
  return host === "::1" || /^(?:.+\.)?localhost\.?$/i.test(host);
}
