import { Readable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import type { Message } from "../model.js";
import { isLoopback, type SmtpSettings } from "./smtp-settings.js";

/** A connection that is encrypted as the settings ask, and logged in. */
export interface Session {
  readonly connection: SMTPConnection;
  /** Whether the server takes addresses beyond ASCII (RFC 6531). */
  readonly smtpUtf8: boolean;
}

/** Milliseconds. Below 10 minutes after the data, RFC 5321 section 4.5.3.2.6 would have us give up too early. */
const TIMES = { connectionTimeout: 60_000, greetingTimeout: 30_000, socketTimeout: 600_000 };

/** How nodemailer must connect: encrypted and verified, unless the host is this machine or the operator said otherwise. */
export function connectionOptions({ host, port, secure, allowPlaintext }: SmtpSettings): SMTPConnectionOptions {
  const here = isLoopback(host);
  return {
    ...TIMES,
    host,
    port,
    secure,
    requireTLS: !secure && !here && !allowPlaintext,
    tls: { rejectUnauthorized: !here },
  };
}

/**
 * Connects and logs in.
 * @throws nodemailer's error, or one with the code `ENOLOGIN` where the login would be unsafe or impossible.
 */
export async function openSession(settings: SmtpSettings): Promise<Session> {
  // Loaded on first use: most runs write to the outbox and need no SMTP.
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  const connection = new Connection(connectionOptions(settings));
  try {
    await connect(connection);
    const smtpUtf8 = /[ -]SMTPUTF8\b/im.test(connection.lastServerResponse || "");
    await login(connection, settings);
    return { connection, smtpUtf8 };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function connect(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays for the connection's life: an idle one that breaks would otherwise end the process.
    connection.on("error", reject);
    connection.connect((error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

async function login(connection: SMTPConnection, { host, login }: SmtpSettings): Promise<void> {
  if (login === null) {
    return;
  }
  if (!connection.secure && !isLoopback(host)) {
    throw fault("ENOLOGIN", "the connection is not encrypted, and the password would be read on the way");
  }
  if (!connection.allowsAuth) {
    throw fault("ENOLOGIN", "the server offers no login");
  }
  await new Promise<void>((resolve, reject) => {
    connection.login({ user: login.user, pass: login.password }, (error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}

function fault(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/**
 * Hands one message over, one recipient in the envelope, and resolves with the server's reply. `onRelease` is called
 * just before the last bytes leave: without it the server cannot have taken the message. (nodemailer's transporter
 * would read the whole stream before MAIL FROM; its SMTPConnection reads after the server's 354.)
 */
export function handOver({ connection }: Session, message: Message, onRelease: () => void): Promise<string> {
  const envelope = { from: message.from, to: [message.to], size: message.raw.length };
  return new Promise((resolve, reject) => {
    connection.send(envelope, gated(message.raw, onRelease), (error, info) => {
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

/** The bytes in pieces, the last one only the final line end; a gate before it. */
function gated(raw: Buffer, onRelease: () => void): Readable {
  const end = raw.length - 2;
  function* pieces(): Generator<Buffer> {
    for (let start = 0; start < end; start += PIECE) {
      yield raw.subarray(start, Math.min(start + PIECE, end));
    }
    onRelease();
    yield raw.subarray(end);
  }
  return Readable.from(pieces(), { objectMode: false, highWaterMark: 1 });
}

/** Ends a transaction so that the connection can carry the next one; false when it cannot. */
export function reset({ connection }: Session): Promise<boolean> {
  return new Promise((resolve) => {
    const lost = (): void => resolve(false);
    connection.once("end", lost);
    connection.reset((error) => {
      connection.off("end", lost);
      resolve(!error);
    });
  });
}

const GOODBYE = 2000;

/** Says goodbye, and does not wait long for an answer. */
export function closeSession({ connection }: Session): Promise<void> {
  if (connection.destroyed) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => connection.close(), GOODBYE);
    connection.once("end", () => {
      clearTimeout(timer);
      resolve();
    });
    connection.quit();
  });
}
