import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import type { Line } from "./socket.js";
import { within } from "./data-phase.js";
import { fault } from "./errors.js";
import { isLoopback, type SmtpSettings } from "./settings.js";
import { takeOver } from "./adopt-socket.js";
import { openWatch } from "./watch.js";

/** A connection that is encrypted as the settings ask, and logged in. */
export interface Session {
  readonly line: Line;
  readonly offers: Offers;
  readonly times: SmtpTimes;
}

/** What a server offers that a message's envelope can use. */
export interface Offers {
  /** Commands without waiting for the reply to the one before (RFC 2920). */
  readonly pipelining: boolean;
  /** Addresses beyond ASCII (RFC 6531). */
  readonly smtpUtf8: boolean;
  /** A word on when to report (RFC 3461). */
  readonly dsn: boolean;
  /** Whether it wants to hear the size (RFC 1870). */
  readonly takesSize: boolean;
  /** The largest message that it takes, in bytes; 0: it does not say. */
  readonly size: number;
}

/** How long to wait for the server, in milliseconds, at each point of a conversation. */
export interface SmtpTimes {
  /** Until the line stands, encrypted where it must be. */
  readonly connect: number;
  readonly greeting: number;
  /** For the reply to a command. */
  readonly command: number;
  /** Until the next piece of a message was taken. */
  readonly data: number;
  /** For the reply after the end of the data. */
  readonly reply: number;
}

/**
 * RFC 5321 section 4.5.3.2, shorter where nothing is lost by giving up. After the data nothing is shorter: whoever stops
 * listening before 10 minutes are over makes a message uncertain that the server may have taken.
 */
export const SMTP_TIMES: SmtpTimes = {
  connect: 60_000,
  greeting: 30_000,
  command: 60_000,
  data: 180_000,
  reply: 600_000,
};

/** Answers whether the end of a message's data may leave now. */
export type Gate = () => Promise<boolean>;

/** How nodemailer must connect: encrypted and verified, unless the host is this machine or the operator said otherwise. */
export function connectionOptions(settings: SmtpSettings, times: SmtpTimes = SMTP_TIMES): SMTPConnectionOptions {
  const { host, port, secure, allowPlaintext } = settings;
  const here = isLoopback(host);
  return {
    host,
    port,
    secure,
    connectionTimeout: times.connect,
    greetingTimeout: times.greeting,
    // The longest silence that anything allows; the shorter ones are watched here.
    socketTimeout: Math.max(times.command, times.data, times.reply),
    requireTLS: !secure && !here && !allowPlaintext,
    tls: { rejectUnauthorized: !here },
  };
}

/**
 * Connects and logs in, which nodemailer does; from then on the line is ours.
 * @throws nodemailer's error, or one with the code `ENOLOGIN` where the login would be unsafe or impossible.
 */
export async function openSession(settings: SmtpSettings, times: SmtpTimes = SMTP_TIMES): Promise<Session> {
  // Loaded on first use: most runs write to the outbox and need no SMTP.
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const connection = new Connection(connectionOptions(settings, times));
  try {
    await connect(connection, times);
    const offers = readOffers(connection.lastServerResponse || "");
    await login(connection, settings, times);
    return { line: takeOver(connection), offers, times };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function readOffers(hello: string): Offers {
  const offered = hello.split(/\r?\n/).map((line) => line.slice("250-".length).toUpperCase());
  const says = (name: string): boolean => offered.some((line) => line.split(" ")[0] === name);
  const size = offered.flatMap((line) => /^SIZE (\d+)/.exec(line)?.[1] ?? [])[0];
  return {
    // The first line is the server's name.
    pipelining: says("PIPELINING"),
    smtpUtf8: says("SMTPUTF8"),
    dsn: says("DSN"),
    takesSize: says("SIZE"),
    size: Number(size ?? 0),
  };
}

function connect(connection: SMTPConnection, times: SmtpTimes): Promise<void> {
  // TCP, greeting, EHLO and STARTTLS together: a server that answers each in time stays below this.
  return watched(times.connect + times.greeting + times.command, (settle) => {
    // Stays for the connection's life, also through the login: an idle one that breaks would otherwise end the process.
    connection.on("error", settle);
    connection.connect(settle);
  });
}

async function login(connection: SMTPConnection, { host, login }: SmtpSettings, times: SmtpTimes): Promise<void> {
  if (login === null) {
    return;
  }
  if (!connection.secure && !isLoopback(host)) {
    throw fault("ENOLOGIN", "the connection is not encrypted, and the password would be read on the way");
  }
  if (!connection.allowsAuth) {
    throw fault("ENOLOGIN", "the server offers no login");
  }
  await watched(times.command, (settle) => {
    connection.on("error", settle);
    connection.login({ user: login.user, pass: login.password }, settle);
  });
}

/** Runs what calls back, and gives up on it after so many milliseconds. */
function watched(ms: number, start: (settle: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const watch = openWatch(ms, () => reject(silence()));
    start((error) => {
      watch.close();
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

function silence(): Error {
  return fault("ETIMEDOUT", "the server did not answer in time");
}

/** Ends a transaction so that the connection can carry the next one; false when it cannot. */
export async function reset({ line, times }: Session): Promise<boolean> {
  try {
    await line.write([Buffer.from("RSET\r\n")]);
    const { code } = await within(line, times.command, line.reply());
    return code !== null && code < 300;
  } catch {
    return false;
  }
}

/** Milliseconds: a goodbye that is not answered costs nothing. */
const GOODBYE = 2000;

/** Says goodbye, and does not wait long for an answer. */
export async function closeSession({ line, times }: Session): Promise<void> {
  try {
    if (line.isQuiet()) {
      await line.write([Buffer.from("QUIT\r\n")]);
      await within(line, Math.min(GOODBYE, times.command), line.reply());
    }
  } catch {
    // Nothing is lost that was said before.
  } finally {
    line.cut(fault("ECONNECTION", "the connection was closed"));
  }
}
