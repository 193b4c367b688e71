import type { Socket } from "node:net";
import { fault } from "./errors.js";

/** A server's reply. */
export interface Reply {
  /** Null if the reply has no code that SMTP defines (RFC 5321 section 4.2). */
  readonly code: number | null;
  /** All lines of the reply. */
  readonly words: string;
}

/** A connection to a mail server after encryption and login. Replies are read in order. */
export interface SmtpSocket {
  /** Whether the connection is open and has no unread reply. A server that ends the session sends an unsolicited reply. */
  isIdle(): boolean;
  /** Whether there is an unread reply or the connection has failed, so that `nextReply` settles immediately. */
  hasReply(): boolean;
  /** Returns the next reply if it has arrived, otherwise null. */
  takeReply(): Reply | null;
  /** Waits for the next reply. Rejects if the connection fails first. */
  nextReply(): Promise<Reply>;
  /**
   * Writes all pieces at once. Returns null if the operating system accepted them, which is usual. Otherwise returns a promise
   * that resolves when the system has accepted them or a reply arrives, and rejects if the connection fails first.
   */
  write(pieces: readonly Buffer[]): Promise<void> | null;
  /** Closes the connection immediately. Pending promises reject with `reason`. */
  destroy(reason: Error): void;
}

/** The maximum length of a reply in characters. A longer one is a protocol error. */
const MAX_REPLY = 65_536;

/** Limits buffered replies; an unsolicited reply is a protocol error. */
const MAX_UNREAD = 16;

interface Waiting<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (reason: Error) => void;
}

/** A caller that waits until the operating system has accepted its write. */
interface Writer extends Waiting<void> {
  /** The number of the write. */
  readonly upTo: number;
}

/** Takes over a socket. `received` is the data that arrived but has not been read. */
export function openSmtpSocket(socket: Socket, received = ""): SmtpSocket {
  const replies: Reply[] = [];
  const waiting: Waiting<Reply>[] = [];
  let writers: Writer[] = [];
  let writes = 0;
  let flushed = 0;
  /** The last line, if it is incomplete. */
  let unread = "";
  /** The lines of an incomplete multi-line reply. */
  let partial = "";
  let failure: Error | null = null;

  const destroy = (reason: Error): void => {
    if (failure !== null) return;
    failure = reason;
    waiting.splice(0).forEach(({ reject }) => reject(reason));
    writers.splice(0).forEach(({ reject }) => reject(reason));
    socket.destroy();
  };
  const deliver = (text: string): void => {
    const reply = parseReply(text);
    const next = waiting.shift();
    if (next === undefined) {
      replies.push(reply);
      writers.splice(0).forEach(({ resolve }) => resolve());
      if (replies.length > MAX_UNREAD) destroy(fault("EPROTOCOL", "the server sends replies to no command"));
    } else {
      next.resolve(reply);
    }
  };
  const read = (text: string): void => {
    const lines = (unread + text).split("\n");
    unread = lines.pop() ?? "";
    for (const whole of lines) {
      const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
      partial += partial === "" ? line : `\n${line}`;
      if (!/^\d+-/.test(line) && partial !== "") {
        deliver(partial);
        partial = "";
      }
    }
    if (partial.length + unread.length > MAX_REPLY) {
      destroy(fault("EPROTOCOL", "the server's reply is too long"));
    }
  };
  const onFlushed = (error?: Error | null): void => {
    // The socket reports the failure in an event.
    if (error) return;
    flushed += 1;
    if (writers.length === 0) return;
    const done = writers.filter(({ upTo }) => upTo <= flushed);
    writers = writers.filter(({ upTo }) => upTo > flushed);
    done.forEach(({ resolve }) => resolve());
  };
  const onEnd = (): void => {
    // The server ended the session without a line break after its refusal.
    if (/^[45]\d\d[ -]/.test(unread)) {
      read("\r\n");
    }
    destroy(fault("ECONNECTION", "Connection closed unexpectedly"));
  };

  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => read(chunk.toString("latin1")));
  socket.on("end", onEnd);
  socket.on("close", onEnd);
  socket.on("error", (error) => destroy(fault("ESOCKET", error.message, error)));
  read(received);

  return {
    isIdle: () => failure === null && replies.length === 0 && partial === "" && unread === "" && socket.writable,
    hasReply: () => replies.length > 0 || failure !== null,
    takeReply: () => replies.shift() ?? null,
    nextReply: () =>
      new Promise((resolve, reject) => {
        const reply = replies.shift();
        if (reply !== undefined) {
          resolve(reply);
        } else if (failure === null) {
          waiting.push({ resolve, reject });
        } else {
          reject(failure);
        }
      }),
    write: (pieces) => {
      if (failure !== null) return Promise.reject(failure);
      socket.cork();
      pieces.forEach((piece, index) => socket.write(piece, index === pieces.length - 1 ? onFlushed : undefined));
      writes += 1;
      socket.uncork();
      return socket.writableLength === 0
        ? null
        : new Promise((resolve, reject) => writers.push({ resolve, reject, upTo: writes }));
    },
    destroy,
  };
}

function parseReply(text: string): Reply {
  const words = /[\x80-\xff]/.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
  const code = /^([2-5]\d\d)(?:[ -]|$)/.exec(text)?.[1];
  return { code: code === undefined ? null : Number(code), words };
}

/** Waits for `work`. After `ms` milliseconds, closes the connection, so that `work` rejects. */
export async function withTimeout<T>(socket: SmtpSocket, ms: number, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => socket.destroy(fault("ETIMEDOUT", "the server did not answer in time")), ms);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
