import { once } from "node:events";
import { connect as connectPlain, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";

/** A reply of a mail server (RFC 5321 section 4.2). */
export interface Reply {
  readonly code: number;
  /** The lines without the code. */
  readonly lines: readonly string[];
}

/** The server to connect to. */
export interface Target {
  /** The IP address. */
  readonly address: string;
  /** The name that its certificate must have. */
  readonly host: string;
  readonly port: number;
  /** The time limit of each step, in ms. */
  readonly limitMs: number;
}

/** The maximum length of a reply in characters, which protects the memory. */
const MAX_CHARACTERS = 65_536;

/** Opens a connection. Rejects with Node's error, or with code ETIMEDOUT. */
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
 * Encrypts a connection without verifying the certificate, which the caller checks. Do not send secrets over this connection.
 * @throws OpenSSL's error if the server does not speak TLS.
 */
export async function encrypt(socket: Socket, { host, limitMs }: Target): Promise<TLSSocket> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const secured = connectTls({ socket, rejectUnauthorized: false, ...name });
  await inTime(once(secured, "secureConnect"), limitMs);
  return secured;
}

/** Sends a line, unless it is null, and waits for the whole reply. */
export async function converse(socket: Socket, line: string | null, limitMs: number): Promise<Reply> {
  const reply = readReply(socket);
  if (line !== null) socket.write(`${line}\r\n`);
  return inTime(reply, limitMs, line === null ? "greeting never received" : SILENCE);
}

/** Reads the next reply. Rejects if the connection fails or the data is not a reply. */
function readReply(socket: Socket): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let text = "";
    const settle = (end: () => void): void => {
      socket.off("data", listen).off("error", broken).off("close", closed).pause();
      end();
    };
    const broken = (error: Error): void => settle(() => reject(error));
    const closed = (): void => broken(fault("ECONNECTION", "the server closed the connection"));
    const listen = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      const reply = parseReply(text);
      if (reply) settle(() => resolve(reply));
      else if (text.length > MAX_CHARACTERS) broken(fault("EPROTOCOL", "the server does not speak SMTP"));
    };
    socket.on("data", listen).on("error", broken).on("close", closed).resume();
  });
}

/** Parses a reply. Returns null until it is complete. The last line has a space after its code. */
function parseReply(text: string): Reply | null {
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

/** Returns an error of the same form as the SMTP client's errors, so that one table explains both. */
export function fault(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
