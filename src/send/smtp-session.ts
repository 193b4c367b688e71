import { Readable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import type { Message } from "../model.js";
import { isLoopback, type SmtpSettings } from "./smtp-settings.js";
import { openWatch, type Watch } from "./watch.js";

/** A connection that is encrypted as the settings ask, and logged in. */
export interface Session {
  readonly connection: SMTPConnection;
  /** Whether the server takes addresses beyond ASCII (RFC 6531). */
  readonly smtpUtf8: boolean;
  readonly times: SmtpTimes;
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
 * Connects and logs in.
 * @throws nodemailer's error, or one with the code `ENOLOGIN` where the login would be unsafe or impossible.
 */
export async function openSession(settings: SmtpSettings, times: SmtpTimes = SMTP_TIMES): Promise<Session> {
  // Loaded on first use: most runs write to the outbox and need no SMTP.
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const connection = new Connection(connectionOptions(settings, times));
  try {
    await connect(connection, times);
    const smtpUtf8 = /[ -]SMTPUTF8\b/im.test(connection.lastServerResponse || "");
    await login(connection, settings, times);
    return { connection, smtpUtf8, times };
  } catch (error) {
    connection.close();
    throw error;
  }
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

function fault(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/**
 * Hands one message over, one recipient in the envelope, and resolves with the server's reply. All bytes but the last line
 * end go out, then `gate` is asked: on no the message is abandoned (an error, and the connection can carry no other); on
 * yes the end leaves. Before the gate said yes the server cannot have taken the message. (nodemailer's transporter would
 * read the whole stream before MAIL FROM; its SMTPConnection reads after the server's 354.)
 */
export function handOver({ connection, times }: Session, message: Message, gate: Gate): Promise<string> {
  const { raw } = message;
  const envelope = {
    from: message.returnPath ?? message.from,
    to: [message.to],
    size: raw.length,
    // Asked for only where bounces are read; nodemailer leaves it out where the server does not offer it (RFC 3461).
    ...(message.returnPath === undefined ? {} : { dsn: { ret: "HDRS", notify: ["FAILURE", "DELAY"] } }),
  };
  return new Promise((resolve, reject) => {
    // Three commands, perhaps in one go: MAIL, RCPT, DATA.
    const watch = openWatch(3 * times.command, () => {
      reject(silence());
      connection.close();
    });
    // A line that is cut from our side calls nobody back; whoever is called back comes first.
    const cut = (): void => void setImmediate(reject, fault("ECONNECTION", "the connection was closed"));
    connection.once("end", cut);
    connection.send(envelope, gated(raw, { gate, watch, times }), (error, info) => {
      watch.close();
      connection.off("end", cut);
      if (error) {
        reject(error);
      } else {
        resolve(info.response);
      }
    });
  });
}

/** Small enough that what waits in this process for the line is little when the gate opens. */
const PIECE = 16_384;

interface Passage {
  readonly gate: Gate;
  readonly watch: Watch;
  readonly times: SmtpTimes;
}

/** The bytes in pieces, the last one only the final line end; a gate before it. */
function gated(raw: Buffer, { gate, watch, times }: Passage): Readable {
  const end = raw.length - 2;
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let start = 0; start < end; start += PIECE) {
      watch.restart(times.data);
      yield raw.subarray(start, Math.min(start + PIECE, end));
    }
    // The gate's own time is not the server's.
    watch.pause();
    if (!(await gate())) {
      throw fault("EWITHHELD", "the message was withheld before the end of its data");
    }
    watch.restart(times.reply);
    yield raw.subarray(end);
  }
  return Readable.from(pieces(), { objectMode: false, highWaterMark: 1 });
}

/** Ends a transaction so that the connection can carry the next one; false when it cannot. */
export function reset({ connection, times }: Session): Promise<boolean> {
  return new Promise((resolve) => {
    const over = (well: boolean): void => {
      watch.close();
      connection.off("end", lost);
      resolve(well);
    };
    const lost = (): void => over(false);
    const watch = openWatch(times.command, lost);
    connection.once("end", lost);
    connection.reset((error) => over(!error));
  });
}

/** Milliseconds: a goodbye that is not answered costs nothing. */
const GOODBYE = 2000;

/** Says goodbye, and does not wait long for an answer. */
export function closeSession({ connection, times }: Session): Promise<void> {
  if (connection.destroyed) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => connection.close(), Math.min(GOODBYE, times.command));
    connection.once("end", () => {
      clearTimeout(timer);
      resolve();
    });
    connection.quit();
  });
}
