import type { Socket } from "node:net";
import { fault } from "./errors.js";

/** What a server said. */
export interface Reply {
  /** Null when it is no reply that SMTP knows (RFC 5321 section 4.2). */
  readonly code: number | null;
  /** All lines of it. */
  readonly words: string;
}

/** A connection to a mail server, once it is encrypted and logged in: what is said on it, by turns or not. */
export interface Line {
  /** Whether it stands, and nothing was said unasked: a server that has had enough says so and leaves. */
  isQuiet(): boolean;
  /** Whether a reply is there that nobody took, or none will come any more: whoever waits for one gets an answer at once. */
  isAnswered(): boolean;
  /** The next reply, in order, if it is there. */
  heard(): Reply | null;
  /** The next reply, in order; waits for it. Rejects when the line breaks before. */
  reply(): Promise<Reply>;
  /**
   * Hands bytes to the system in one go. Null: it has taken them, as it nearly always does at once; else resolves when it
   * has, or when the server says something meanwhile. Rejects when the line breaks before.
   */
  write(pieces: readonly Buffer[]): Promise<void> | null;
  /** Breaks the line: who waits gets the reason. */
  cut(reason: Error): void;
}

/** Characters of one reply; whoever says more never ends it. */
const LONGEST_REPLY = 65_536;

/** So many replies may stand unread: a few commands leave in one go, and nobody reads what nobody asked for. */
const MOST_UNREAD = 16;

interface Waiting<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (reason: Error) => void;
}

/** Who waits until the system has taken what was written. */
interface Writer extends Waiting<void> {
  /** So many writes there were then, with theirs. */
  readonly upTo: number;
}

/** Takes over a socket. `said` is what the server has said on it that nobody read yet. */
export function openLine(socket: Socket, said = ""): Line {
  const replies: Reply[] = [];
  const waiting: Waiting<Reply>[] = [];
  let writers: Writer[] = [];
  /** How often something was handed over, and how often it was taken. */
  let written = 0;
  let taken = 0;
  let unread = "";
  /** The lines so far of a reply of several. */
  let begun = "";
  let broken: Error | null = null;

  const cut = (reason: Error): void => {
    if (broken !== null) {
      return;
    }
    broken = reason;
    waiting.splice(0).forEach(({ reject }) => reject(reason));
    writers.splice(0).forEach(({ reject }) => reject(reason));
    socket.destroy();
  };
  const deliver = (text: string): void => {
    const reply = replyOf(text);
    const next = waiting.shift();
    if (next === undefined) {
      replies.push(reply);
      writers.splice(0).forEach(({ resolve }) => resolve());
      if (replies.length > MOST_UNREAD) cut(fault("EPROTOCOL", "the server answers what nobody asked"));
    } else {
      next.resolve(reply);
    }
  };
  const read = (text: string): void => {
    const lines = (unread + text).split("\n");
    unread = lines.pop() ?? "";
    for (const whole of lines) {
      const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
      begun += begun === "" ? line : `\n${line}`;
      if (!/^\d+-/.test(line) && begun !== "") {
        deliver(begun);
        begun = "";
      }
    }
    if (begun.length + unread.length > LONGEST_REPLY) {
      cut(fault("EPROTOCOL", "the server's reply has no end"));
    }
  };
  const take = (error?: Error | null): void => {
    // Why it failed, the line's own events tell.
    if (error) return;
    taken += 1;
    if (writers.length === 0) return;
    const done = writers.filter(({ upTo }) => upTo <= taken);
    writers = writers.filter(({ upTo }) => upTo > taken);
    done.forEach(({ resolve }) => resolve());
  };
  const leave = (): void => {
    // A refusal whose line end the server did not send any more.
    if (/^[45]\d\d[ -]/.test(unread)) {
      read("\r\n");
    }
    cut(fault("ECONNECTION", "Connection closed unexpectedly"));
  };

  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => read(chunk.toString("latin1")));
  socket.on("end", leave);
  socket.on("close", leave);
  socket.on("error", (error) => cut(fault("ESOCKET", error.message, error)));
  read(said);

  return {
    isQuiet: () => broken === null && replies.length === 0 && begun === "" && unread === "" && socket.writable,
    isAnswered: () => replies.length > 0 || broken !== null,
    heard: () => replies.shift() ?? null,
    reply: () =>
      new Promise((resolve, reject) => {
        const reply = replies.shift();
        if (reply !== undefined) {
          resolve(reply);
        } else if (broken === null) {
          waiting.push({ resolve, reject });
        } else {
          reject(broken);
        }
      }),
    write: (pieces) => {
      if (broken !== null) return Promise.reject(broken);
      socket.cork();
      pieces.forEach((piece, index) => socket.write(piece, index === pieces.length - 1 ? take : undefined));
      written += 1;
      socket.uncork();
      return socket.writableLength === 0
        ? null
        : new Promise((resolve, reject) => writers.push({ resolve, reject, upTo: written }));
    },
    cut,
  };
}

function replyOf(text: string): Reply {
  const words = /[\x80-\xff]/.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
  const code = /^([2-5]\d\d)(?:[ -]|$)/.exec(text)?.[1];
  return { code: code === undefined ? null : Number(code), words };
}
