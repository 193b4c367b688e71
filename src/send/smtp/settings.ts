import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { isUrl } from "../../core/url.js";

/** How to reach a mail server. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (port 465); otherwise STARTTLS. */
  readonly secure: boolean;
  /** Null for no login. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Whether mail may be sent unencrypted if another host offers no TLS. */
  readonly allowPlaintext: boolean;
}

/** SMTP settings as configured. */
export interface SmtpChoices {
  readonly host: string;
  readonly port?: number | undefined;
  readonly secure?: boolean | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly allowPlaintext?: boolean | undefined;
}

/** Settings, or the reason why they are invalid. It never quotes the text, which may contain a password. */
export type ParsedSmtp =
  { readonly ok: true; readonly settings: SmtpSettings } | { readonly ok: false; readonly why: string };

/** 465 for implicit TLS, 587 for submission with STARTTLS (RFC 8314 section 3.3, RFC 6409 section 3.1). */
const TLS_PORT = 465;
const SUBMISSION_PORT = 587;

/** Parses the setting `smtp`: a URL, or the fields of a server. */
export function parseSmtp(given: string | SmtpChoices): ParsedSmtp {
  return typeof given === "string" ? smtpFromUrl(given) : smtpFromChoices(given);
}

/** Applies defaults, and checks that there are both a user and a password or neither. */
export function smtpFromChoices(choices: SmtpChoices): ParsedSmtp {
  const { port: given, user, password, allowPlaintext = false } = choices;
  const host = readHost(choices.host);
  if (host === null) {
    return { ok: false, why: "the host is not a valid name or IP address" };
  }
  if ((user === undefined) !== (password === undefined)) {
    return {
      ok: false,
      why: user === undefined ? "the password has no user" : "the user has no password",
    };
  }
  const secure = choices.secure ?? given === TLS_PORT;
  const port = given ?? (secure ? TLS_PORT : SUBMISSION_PORT);
  const login = user === undefined || password === undefined ? null : { user, password };
  return { ok: true, settings: { host, port, secure, login, allowPlaintext } };
}

const FORM =
  "write smtp://user:password@host:587 or smtps://user:password@host, with special characters percent-encoded";

/**
 * Parses `smtp://user:password@host:587` (STARTTLS) or `smtps://...` (implicit TLS, port 465). Percent-decodes user and
 * password. `?allowPlaintext=true` allows unencrypted mail if the server offers no TLS.
 */
export function smtpFromUrl(text: string): ParsedSmtp {
  const url = isUrl(text) ? new URL(text) : null;
  if (url === null || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") {
    return { ok: false, why: `it is not an SMTP URL: ${FORM}` };
  }
  if (!["", "/"].includes(url.pathname) || url.hash !== "") {
    return { ok: false, why: `there is text after the host, often from an unencoded / or # in a password: ${FORM}` };
  }
  const options = [...url.searchParams];
  if (options.some(([name, value]) => name !== "allowPlaintext" || !["true", "false"].includes(value))) {
    return { ok: false, why: "only allowPlaintext=true is allowed after the ?" };
  }
  const user = decode(url.username);
  const password = decode(url.password);
  if (user === null || password === null) {
    return { ok: false, why: `the user or password contains a % that encodes nothing: write it as %25` };
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

/** Returns a host name in A-labels or an IP address without brackets; null if the text is neither. */
function readHost(text: string): string | null {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIPv4(bare) || isIPv6(bare)) {
    return bare;
  }
  const ascii = domainToASCII(text);
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/.test(ascii) ? ascii : null;
}
