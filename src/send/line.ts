import type { Socket } from "node:net";
import { fault } from "./smtp-errors.js";

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
  /** The next reply, in order; waits for it. Rejects when the line breaks before. */
  reply(): Promise<Reply>;
  /** Hands bytes to the system in one go; resolves when it has taken them. Rejects when the line breaks before. */
  write(pieces: readonly Buffer[]): Promise<void>;
  /** Breaks the line: who waits gets the reason. */
  cut(reason: Error): void;
}

/** Characters of one reply; whoever says more never ends it. */
const LONGEST_REPLY = 65_536;

/** So many replies may stand unread: a few commands leave in one go, and nobody reads what nobody asked for. */
const MOST_UNREAD = 16;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: Error) => void;
}

/** Takes over a socket. `said` is what the server has said on it that nobody read yet. */
export function openLine(socket: Socket, said = ""): Line {
  const replies: Reply[] = [];
  const waiting: Waiting[] = [];
  const writing = new Set<(reason: Error) => void>();
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
    writing.forEach((reject) => reject(reason));
    socket.destroy();
  };
  const deliver = (text: string): void => {
    const reply = replyOf(text);
    const next = waiting.shift();
    if (next === undefined) {
      replies.push(reply);
      if (replies.length > MOST_UNREAD) cut(fault("EPROTOCOL", "the server answers what nobody asked"));
    } else {
      next.resolve(reply);
    }
  };
  const take = (text: string): void => {
    const lines = (unread + text).split(/\r?\n/);
    unread = lines.pop() ?? "";
    for (const line of lines) {
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
  const leave = (): void => {
    // A refusal whose line end the server did not send any more.
    if (/^[45]\d\d[ -]/.test(unread)) {
      take("\r\n");
    }
    cut(fault("ECONNECTION", "Connection closed unexpectedly"));
  };

  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => take(chunk.toString("latin1")));
  socket.on("end", leave);
  socket.on("close", leave);
  socket.on("error", (error) => cut(fault("ESOCKET", error.message, error)));
  take(said);

  return {
    isQuiet: () => broken === null && replies.length === 0 && begun === "" && unread === "" && socket.writable,
    reply: () =>
      new Promise((resolve, reject) => {
        const [reply] = replies.splice(0, 1);
        if (reply !== undefined) {
          resolve(reply);
        } else if (broken === null) {
          waiting.push({ resolve, reject });
        } else {
          reject(broken);
        }
      }),
    write: (pieces) =>
      new Promise((resolve, reject) => {
        if (broken !== null) {
          reject(broken);
          return;
        }
        writing.add(reject);
        socket.cork();
        pieces.forEach((piece, index) => {
          const isLast = index === pieces.length - 1;
          socket.write(
            piece,
            isLast
              ? (error) => {
                  writing.delete(reject);
                  // Why it failed, the line's own events tell.
                  if (!error) resolve();
                }
              : undefined,
          );
        });
        socket.uncork();
      }),
    cut,
  };
}

function replyOf(text: string): Reply {
  const words = /[\x80-\xff]/.test(text) ? Buffer.from(text, "latin1").toString("utf8") : text;
  const code = /^([2-5]\d\d)(?:[ -]|$)/.exec(text)?.[1];
  return { code: code === undefined ? null : Number(code), words };
}
