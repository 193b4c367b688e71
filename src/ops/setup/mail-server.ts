import { PaperboyError } from "../../core/errors.js";
import { isLoopback, isUrl } from "../../core/url.js";
import { hintFor, readFault, withoutAddresses } from "../../send/smtp/errors.js";
import type { SmtpFault } from "../../send/smtp/errors.js";
import { closeSession, openSession, SMTP_TIMES } from "../../send/smtp/session.js";
import { smtpFromUrl } from "../../send/smtp/settings.js";
import type { SmtpSettings } from "../../send/smtp/settings.js";

/** A mail server as given by the user. */
export interface AskedServer {
  readonly settings: SmtpSettings;
  /** Whether the port was given. Otherwise the usual ones are tried. */
  readonly hasPort: boolean;
}

/** A user and a password that complete an address without them. */
export interface AskedLogin {
  readonly user: string | null;
  readonly password: string | null;
}

export type ParsedServer =
  { readonly ok: true; readonly server: AskedServer } | { readonly ok: false; readonly why: string };

/** Whether a text is an address such as `smtp://mail.example.org`. */
export function isServerUrl(text: string): boolean {
  return /^smtps?:\/\//i.test(text);
}

/** Whether an address contains a user and no password. */
export function lacksPassword(text: string): boolean {
  const url = isUrl(text) ? new URL(text) : null;
  return url !== null && url.username !== "" && url.password === "";
}

/**
 * Parses an `smtp://` or `smtps://` address, or `host` or `host:port`. A login in the address takes precedence over the given one.
 * The reason never quotes the text, which may contain a password.
 */
export function parseServer(text: string, login: AskedLogin): ParsedServer {
  const address = isServerUrl(text) ? text : `smtp://${text}`;
  const url = isUrl(address) ? new URL(address) : null;
  if (url !== null && url.username === "") url.username = encodeURIComponent(login.user ?? "");
  if (url !== null && url.password === "" && url.username !== "") {
    url.password = encodeURIComponent(login.password ?? "");
  }
  const parsed = smtpFromUrl(url?.href ?? address);
  if (!parsed.ok) return parsed;
  return { ok: true, server: { settings: parsed.settings, hasPort: url !== null && url.port !== "" } };
}

/** Time-outs in ms, shorter than those of a run, because the user waits. Some servers greet only after several seconds. */
const TIMES = { ...SMTP_TIMES, connect: 10_000, greeting: 10_000, command: 15_000 };

/** For `tryServer`; tests shorten the times. */
export type TryTimes = typeof TIMES;

type Way = Pick<SmtpSettings, "port" | "secure">;

/**
 * Detects the encryption of a mail server (TLS from the first byte, or STARTTLS) and, without a given port, which of the usual ports
 * it serves, then checks the login. Sends no message, and sends the password only over a verified connection or to this machine.
 * @returns the settings with which a session could be opened.
 * @throws PaperboyError `config-invalid` with the server's reply and what to do.
 */
export async function tryServer({ settings, hasPort }: AskedServer, times: TryTimes = TIMES): Promise<SmtpSettings> {
  const ports = hasPort ? [settings.port] : portsOf(settings);
  // Tries all ports at the same time, since a blocked one ends with a time-out. The first of the list that works is chosen.
  const tried = ports.map((port) => tryPort({ ...settings, port }, times));
  const faults: SmtpFault[] = [];
  for (const attempt of tried) {
    const found = await attempt;
    if ("codes" in found) faults.push(found);
    else return checkLogin({ ...settings, ...found }, times);
  }
  const [fault] = faults.toSorted((one, other) => rankOf(one) - rankOf(other));
  throw refusal(settings.host, { port: ports.join(", "), fault: fault ?? readFault("no port was tried") });
}

/** RFC 8314 section 3.3 prefers TLS from the first byte; a server on this machine usually serves only port 25. */
function portsOf({ host, secure }: SmtpSettings): readonly number[] {
  if (secure) return [465];
  return isLoopback(host) ? [25, 587, 465] : [465, 587, 25];
}

/** Tries both forms of encryption on a port, one after the other. Returns the one that works, or the fault. */
async function tryPort(settings: SmtpSettings, times: TryTimes): Promise<Way | SmtpFault> {
  const { port, secure } = settings;
  const first = await tryWay(settings, { port, secure }, times);
  if (first === null) return { port, secure };
  if (!isOtherForm(first)) return first;
  const second = await tryWay(settings, { port, secure: !secure }, times);
  if (second === null) return { port, secure: !secure };
  return isOtherForm(second) ? first : second;
}

/** Opens a session without a login. Returns null, or the fault. */
async function tryWay(settings: SmtpSettings, way: Way, times: TryTimes): Promise<SmtpFault | null> {
  try {
    await closeSession(await openSession({ ...settings, ...way, login: null }, times));
    return null;
  } catch (error) {
    return readFault(error);
  }
}

/** Whether the fault may come from the wrong form of encryption: TLS where the server greets, or the reverse. */
function isOtherForm({ codes, words }: SmtpFault): boolean {
  if (/certificate|altname|self[- ]signed/i.test(words)) return false;
  return codes.includes("ETLS") || /wrong version|packet length|unknown protocol|ssl|tls|greeting|closed/i.test(words);
}

/** Sorts the faults of several ports. A fault of a port that responded has the most information. */
function rankOf({ codes }: SmtpFault): number {
  return codes.includes("ETIMEDOUT") ? 2 : codes.includes("ECONNREFUSED") ? 1 : 0;
}

async function checkLogin(settings: SmtpSettings, times: TryTimes): Promise<SmtpSettings> {
  if (settings.login === null) return settings;
  try {
    await closeSession(await openSession(settings, times));
    return settings;
  } catch (error) {
    throw refusal(settings.host, { port: String(settings.port), fault: readFault(error) });
  }
}

function refusal(host: string, { port, fault }: { readonly port: string; readonly fault: SmtpFault }): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `cannot use the mail server ${host}, port ${port}: ${withoutAddresses(fault.words)}`,
    hint: hintFor(fault),
  });
}

/** Formats a connection, such as `mail.example.org, port 587, STARTTLS`. */
export function describeServer({ host, port, secure }: SmtpSettings): string {
  return `${host}, port ${port}, ${secure ? "TLS" : isLoopback(host) ? "this machine" : "STARTTLS"}`;
}

/** Returns the settings as a URL for PAPERBOY_SMTP_URL. */
export function serverUrl({ host, port, secure, login, allowPlaintext }: SmtpSettings): string {
  const user = login === null ? "" : `${[login.user, login.password].map(encodeURIComponent).join(":")}@`;
  const name = host.includes(":") ? `[${host}]` : host;
  return `${secure ? "smtps" : "smtp"}://${user}${name}:${port}${allowPlaintext ? "?allowPlaintext=true" : ""}`;
}
