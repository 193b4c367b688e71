import { once } from "node:events";
import { connect as connectPlain, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";

/** What a mail server said: RFC 5321 section 4.2. */
export interface Reply {
  readonly code: number;
  /** Its lines without the code. */
  readonly lines: readonly string[];
}

/** How to reach a server. */
export interface Target {
  /** Where to connect. */
  readonly address: string;
  /** The name that its certificate must have. */
  readonly host: string;
  readonly port: number;
  /** How long each step may take, in ms. */
  readonly limitMs: number;
}

/** No reply of a mail server is this long. */
const MOST_CHARACTERS = 65_536;

/** Opens a connection. Rejects with Node's error, or one with the code ETIMEDOUT. */
export async function dial({ address, port, limitMs }: Target): Promise<Socket> {
  const socket = connectPlain({ host: address, port });
  try {
    await inTime(once(socket, "connect"), limitMs);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * Encrypts a connection without trusting it: whoever asks judges the certificate. Nothing secret may be said on it.
 * @throws OpenSSL's error where the other side does not speak TLS.
 */
export async function encrypt(socket: Socket, { host, limitMs }: Target): Promise<TLSSocket> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const secured = connectTls({ socket, rejectUnauthorized: false, ...name });
  await inTime(once(secured, "secureConnect"), limitMs);
  return secured;
}

/** Says a line, where there is one to say, and waits for the whole reply. */
export async function converse(socket: Socket, line: string | null, limitMs: number): Promise<Reply> {
  const heard = hear(socket);
  if (line !== null) socket.write(`${line}\r\n`);
  return inTime(heard, limitMs, line === null ? "greeting never received" : SILENCE);
}

/** The next reply; rejects when the connection breaks, or what comes is no reply. */
function hear(socket: Socket): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let text = "";
    const settle = (end: () => void): void => {
      socket.off("data", listen).off("error", broken).off("close", closed).pause();
      end();
    };
    const broken = (error: Error): void => settle(() => reject(error));
    const closed = (): void => broken(fault("ECONNECTION", "the server hung up"));
    const listen = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      const reply = replyIn(text);
      if (reply) settle(() => resolve(reply));
      else if (text.length > MOST_CHARACTERS) broken(fault("EPROTOCOL", "the server does not speak SMTP"));
    };
    socket.on("data", listen).on("error", broken).on("close", closed).resume();
  });
}

/** A reply ends with the first line that has a space behind its code. */
function replyIn(text: string): Reply | null {
  const lines = text.split("\r\n").slice(0, -1);
  const last = lines.findIndex((line) => /^\d{3}(?: |$)/.test(line));
  if (last === -1) return null;
  return { code: Number(lines[last]?.slice(0, 3)), lines: lines.slice(0, last + 1).map((line) => line.slice(4)) };
}

const SILENCE = "the server did not answer in time";

async function inTime<T>(work: Promise<T>, limitMs: number, late = SILENCE): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fault("ETIMEDOUT", late)), limitMs);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/** An error as nodemailer has them, so that one table explains both. */
export function fault(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
