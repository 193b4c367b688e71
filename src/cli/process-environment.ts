import type { Environment } from "../app/app.js";
import { ioFailed, REASONS } from "../core/errors.js";

/** Returns the streams, variables and signals of this process. */
export function processEnvironment(): Environment {
  const { stdout, stderr } = process;
  stdout.once("error", reportFailedOutput).on("error", () => undefined);
  // A failed write to the log must not stop a run.
  stderr.on("error", () => undefined);
  return {
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    env: process.env,
    directory: process.cwd(),
    clock: () => new Date(),
    signal: stopSignal(),
  };
}

/**
 * Reports the first failed write to stdout and sets the exit status. A reader such as `head` may close the pipe, which is not a
 * failure.
 */
function reportFailedOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  const hint = "Free some space, or write the output elsewhere. Everything else succeeded.";
  const { code, message } = ioFailed("write", "standard output", { cause: error, hint });
  process.stderr.write(`${hint}\n${code}: ${message}\n`);
  process.exitCode = REASONS[code].exit;
}

/**
 * Returns a signal that the first SIGINT, SIGTERM or SIGHUP aborts. A second SIGINT or SIGTERM ends the process, as is Node's
 * default. A repeated SIGHUP does not, because a closing terminal can cause two, from the shell and from the kernel.
 */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  process.on("SIGHUP", () => stop.abort());
  return stop.signal;
}
