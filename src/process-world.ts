import { fstatSync } from "node:fs";
import type { World } from "./app.js";
import type { Output } from "./terminal.js";

type Stream = NodeJS.WriteStream;

/** What this process has opened to write to. */
const opened = new Set<Stream>();

/** The streams and settings of this process. Each stream is opened when it is needed: most commands need one of three. */
export function processWorld(): World {
  return {
    get stdin() {
      return process.stdin;
    },
    stdout: outputOf(1, () => process.stdout),
    stderr: outputOf(2, () => process.stderr),
    environment: process.env,
    directory: process.cwd(),
    clock: () => new Date(),
    signal: stopSignal(),
  };
}

/** Whether all that was written has left this process, so that it may end. */
export function hasLeft(): boolean {
  return [...opened].every(({ writableLength }) => writableLength === 0);
}

function outputOf(descriptor: 1 | 2, open: () => Stream): Output {
  let stream: Stream | null = null;
  const get = (): Stream => (stream ??= listenedTo(open()));
  return {
    get isTTY() {
      return mayBeTerminal(descriptor) && get().isTTY;
    },
    get columns() {
      return mayBeTerminal(descriptor) ? get().columns : undefined;
    },
    write: (text) => get().write(text),
  };
}

/** A reader that has seen enough (`paperboy parse today | head`) closes the pipe; that is no failure of ours. */
function listenedTo(stream: Stream): Stream {
  opened.add(stream);
  return stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** Whether it is a device: a pipe or a file can be told from a terminal without opening it. */
function mayBeTerminal(descriptor: number): boolean {
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
