import { Socket } from "node:net";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import { fault } from "./errors.js";
import { isLoopback } from "../../core/url.js";
import type { SmtpSettings } from "./settings.js";
import { openSmtpSocket, type SmtpSocket, withTimeout } from "./socket.js";

/** A connection after login and, if the settings require it, encryption. */
export interface Session {
  readonly socket: SmtpSocket;
  readonly offers: Offers;
  readonly times: SmtpTimes;
}

/** The service extensions of a server that envelopes use. */
export interface Offers {
  /** RFC 2920. */
  readonly pipelining: boolean;
  /** Non-ASCII addresses, RFC 6531. */
  readonly smtpUtf8: boolean;
  /** Delivery status notifications, RFC 3461. */
  readonly dsn: boolean;
  /** SIZE, RFC 1870. */
  readonly acceptsSize: boolean;
  /** The largest message that the server accepts, in bytes; 0 if it announces no limit. */
  readonly size: number;
}

/** Time-outs in milliseconds. */
export interface SmtpTimes {
  /** Until the connection is open, including implicit TLS if configured. */
  readonly connect: number;
  readonly greeting: number;
  /** For the reply to a command. */
  readonly command: number;
  /** Until the operating system has accepted the next chunk of a message. */
  readonly data: number;
  /** For the reply after the end of the data. */
  readonly reply: number;
}

/**
 * The time-outs of RFC 5321 section 4.5.3.2, shortened where giving up early has no cost. The time for the reply to the data is
 * not shortened, because giving up before 10 minutes would make a message uncertain that the server may accept.
 */
export const SMTP_TIMES: SmtpTimes = {
  connect: 60_000,
  greeting: 30_000,
  command: 60_000,
  data: 180_000,
  reply: 600_000,
};

/**
 * Returns the options for nodemailer. They require verified TLS, unless the host is this machine or the operator allows plain
 * text.
 */
export function connectionOptions(settings: SmtpSettings, times: SmtpTimes = SMTP_TIMES): SMTPConnectionOptions {
  const { host, port, secure, allowPlaintext } = settings;
  const isLocal = isLoopback(host);
  return {
    host,
    port,
    secure,
    connectionTimeout: times.connect,
    greetingTimeout: times.greeting,
    // The longest of all time-outs. This module applies the shorter ones.
    socketTimeout: Math.max(times.command, times.data, times.reply),
    requireTLS: !secure && !isLocal && !allowPlaintext,
    tls: { rejectUnauthorized: !isLocal },
  };
}

/**
 * Connects and logs in with nodemailer, then takes over its socket.
 * @throws nodemailer's error, or one with the code `ENOLOGIN` if the login would be unsafe or is not offered.
 */
export async function openSession(settings: SmtpSettings, times: SmtpTimes = SMTP_TIMES): Promise<Session> {
  // Loaded on first use, because runs that write to the outbox do not need it.
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const connection = new Connection(connectionOptions(settings, times));
  try {
    await connect(connection, times);
    const offers = readOffers(connection.lastServerResponse || "");
    await login(connection, settings, times);
    return { socket: adoptSocket(connection), offers, times };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function readOffers(hello: string): Offers {
  // The first line is the server's name.
  const extensions = hello.split(/\r?\n/).map((line) => line.slice("250-".length).toUpperCase());
  const offers = (name: string): boolean => extensions.some((line) => line.split(" ")[0] === name);
  const size = extensions.flatMap((line) => /^SIZE (\d+)/.exec(line)?.[1] ?? [])[0];
  return {
    pipelining: offers("PIPELINING"),
    smtpUtf8: offers("SMTPUTF8"),
    dsn: offers("DSN"),
    acceptsSize: offers("SIZE"),
    size: Number(size ?? 0),
  };
}

function connect(connection: SMTPConnection, times: SmtpTimes): Promise<void> {
  // One time-out for TCP, greeting, EHLO and STARTTLS together. A server that answers each of them in time needs less.
  return callWithTimeout(times.connect + times.greeting + times.command, (settle) => {
    // Stays attached during the login, because an error event without a listener would end the process.
    connection.on("error", settle);
    connection.connect(settle);
  });
}

async function login(connection: SMTPConnection, { host, login }: SmtpSettings, times: SmtpTimes): Promise<void> {
  if (login === null) {
    return;
  }
  if (!connection.secure && !isLoopback(host)) {
    throw fault("ENOLOGIN", "the connection is not encrypted, so the password was not sent");
  }
  if (!connection.allowsAuth) {
    throw fault("ENOLOGIN", "the server offers no login");
  }
  await callWithTimeout(times.command, (settle) => {
    connection.on("error", settle);
    connection.login({ user: login.user, pass: login.password }, settle);
  });
}

/** Calls a function that takes a callback. Rejects if it does not call back within `ms` milliseconds. */
function callWithTimeout(ms: number, start: (settle: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(fault("ETIMEDOUT", "the server did not answer in time")), ms);
    start((error) => {
      clearTimeout(timer);
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

/** The names of nodemailer's listeners on its socket, by event. */
const LISTENERS = {
  data: "_onSocketData",
  end: "_onSocketEnd",
  close: "_onSocketClose",
  timeout: "_onSocketTimeout",
  error: "_onSocketError",
} as const;

/**
 * Takes the socket from a nodemailer connection, which cannot be used afterwards. The data phase of nodemailer inspects each
 * byte of a message and waits for each reply; it takes ten times the processor time and twice the round trips
 * (docs/performance.md). The properties are private to nodemailer.
 * @throws Error if those properties have changed.
 */
function adoptSocket(connection: SMTPConnection): SmtpSocket {
  const property = (name: string): unknown => Reflect.get(connection, name);
  const [socket, queue, rest] = ["_socket", "_responseQueue", "_remainder"].map(property);
  if (!(socket instanceof Socket) || !Array.isArray(queue) || typeof rest !== "string") {
    throw new Error("nodemailer's connection no longer has the expected socket and queue");
  }
  for (const [event, name] of Object.entries(LISTENERS)) {
    const listener = property(name);
    if (typeof listener !== "function") throw new Error(`nodemailer's connection has no ${name}`);
    socket.off(event, listener as () => void);
  }
  return openSmtpSocket(socket, queue.map((reply) => `${String(reply)}\r\n`).join("") + rest);
}

/** Ends a transaction with RSET. Returns whether the session can be used for another message. */
export async function resetSession({ socket, times }: Session): Promise<boolean> {
  try {
    await socket.write([Buffer.from("RSET\r\n")]);
    const { code } = await withTimeout(socket, times.command, socket.nextReply());
    return code !== null && code < 300;
  } catch {
    return false;
  }
}

/** How long to wait for the reply to QUIT, in milliseconds. */
const QUIT_TIMEOUT = 2000;

/** Sends QUIT, waits briefly for the reply, and closes the connection. Never rejects. */
export async function closeSession({ socket, times }: Session): Promise<void> {
  try {
    if (socket.isIdle()) {
      await socket.write([Buffer.from("QUIT\r\n")]);
      await withTimeout(socket, Math.min(QUIT_TIMEOUT, times.command), socket.nextReply());
    }
  } catch {
    // The failure does not matter, because every message is already settled.
  } finally {
    socket.destroy(fault("ECONNECTION", "the connection was closed"));
  }
}
