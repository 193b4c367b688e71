import { fstatSync, writeSync } from "node:fs";
import type { Environment } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { once } from "../core/memoize.js";
import type { Output } from "../app/terminal.js";

type Stream = NodeJS.WriteStream;

/** What this process has opened to write to. */
const opened = new Set<Stream>();

/** The streams and settings of this process. Each stream is opened when it is needed: most commands need one of three. */
export function processEnvironment(): Environment {
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: outputOf({ descriptor: 1, open: () => process.stdout, onFailure: giveUp }),
    // A log that is full stops no letters, and there is nobody left to tell.
    stderr: outputOf({ descriptor: 2, open: () => process.stderr, onFailure: () => undefined }),
    env: process.env,
    directory: process.cwd(),
    clock: () => new Date(),
    signal: stopSignal(),
  };
}

/** Whether all that was written has left this process, so that it may end; what could not be written is told a moment later. */
export function hasLeft(): boolean {
  return [...opened].every(({ writableLength, errored }) => writableLength === 0 && errored === null);
}

interface OutputParts {
  readonly descriptor: 1 | 2;
  readonly open: () => Stream;
  /** Told the first time that a pipe or a file takes nothing; from then on nothing is written. */
  readonly onFailure: (error: unknown) => void;
}

/** What goes to a pipe or a file is written as it is, for a stream takes longer to open; a terminal, or a pipe that is full, gets one. */
function outputOf({ descriptor, open, onFailure }: OutputParts): Output {
  let stream: Stream | null = null;
  let isBroken = false;
  const opening = (): Stream => (stream ??= listenedTo(open()));
  const mayBeTerminal = once(() => isDevice(descriptor));
  return {
    get isTTY() {
      return mayBeTerminal() && opening().isTTY;
    },
    get columns() {
      return mayBeTerminal() ? opening().columns : undefined;
    },
    write: (text) => {
      if (stream !== null || mayBeTerminal()) return opening().write(text);
      if (isBroken) return false;
      try {
        const left = writeNow(descriptor, Buffer.from(text));
        return left.length === 0 || opening().write(left);
      } catch (error) {
        isBroken = true;
        onFailure(error);
        return false;
      }
    },
  };
}

/** Writes, and answers with what did not go in. Throws the system's error: a full disk, for one. */
function writeNow(descriptor: number, bytes: Buffer): Buffer {
  let left = bytes;
  try {
    while (left.length > 0) left = left.subarray(writeSync(descriptor, left));
  } catch (error) {
    if (isCode(error, "EPIPE")) return NOTHING;
    if (!isCode(error, "EAGAIN")) throw error;
  }
  return left;
}

const NOTHING = Buffer.alloc(0);

function giveUp(cause: unknown): never {
  throw new PaperboyError("internal", {
    message: `what the command says cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: "Make room where its output goes, or send it elsewhere. What it did besides is done; `paperboy status` tells.",
    cause,
  });
}

/** A reader that has seen enough (`paperboy parse today | head`) closes the pipe; that is no failure of ours. */
function listenedTo(stream: Stream): Stream {
  opened.add(stream);
  return stream.on("error", (error) => {
    if (!isCode(error, "EPIPE")) throw error;
  });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Whether it is a device: a pipe or a file can be told from a terminal without opening it. */
function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It was closed before we began.
    return false;
  }
}

/** The first Ctrl-C or SIGTERM asks to stop; the second is Node's own and ends the process at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  return stop.signal;
}
