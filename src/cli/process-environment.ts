import type { Environment } from "../app/app.js";
import { ioFailed, REASONS } from "../core/errors.js";

/** Returns the streams, variables and signals of this process. */
export function processEnvironment(): Environment {
  const { stdout, stderr } = process;
  stdout.once("error", reportFailedOutput).on("error", () => undefined);
  // A log that cannot be written must not stop a run.
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

/** Reports the first failed write to stdout and sets the exit status. A reader such as `head` that closes the pipe is no failure. */
function reportFailedOutput(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  const hint = "Free some space, or write the output elsewhere. The command did everything else.";
  const { code, message } = ioFailed("write", "standard output", { cause: error, hint });
  process.stderr.write(`${hint}\n${code}: ${message}\n`);
  process.exitCode = REASONS[code].exit;
}

/**
 * The first SIGINT or SIGTERM asks the command to stop; the second ends the process, as Node does by default. A terminal that closes
 * can send SIGHUP twice, by the shell and by the kernel, so a repeated one changes nothing.
 */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  process.on("SIGHUP", () => stop.abort());
  return stop.signal;
}
