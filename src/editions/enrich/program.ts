import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/** A program to run, without a shell. */
export interface ProgramCall {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly directory: string;
  /** All environment variables of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly input: string;
  readonly timeoutMs: number;
  /** Stops the program. */
  readonly signal: AbortSignal;
}

/**
 * The output of a program that exited with status 0, or the reason of its failure, such as "exited with status 3: out of tokens".
 */
export type ProgramResult =
  { readonly ok: true; readonly output: string } | { readonly ok: false; readonly why: string };

/** The maximum size of an answer in bytes, far above the texts of the largest page. */
const MAX_OUTPUT = 5_000_000;

/** The number of bytes that are kept from the end of stderr. */
const MAX_ERRORS = 4_000;

/** How long the output may stay open after the program ended, in ms. A process that left its group can keep it open. */
const MAX_LINGER_MS = 1_000;

/**
 * Runs a program with an input and returns its output. Kills its whole process group when it ends, at the time-out and after too
 * much output. A program that does not read its input can still succeed.
 */
export function runProgram(call: ProgramCall): Promise<ProgramResult> {
  const { command, directory, environment, input, timeoutMs, signal } = call;
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: directory,
      env: environment,
      detached: process.platform !== "win32",
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    let size = 0;
    let errors = Buffer.alloc(0);
    let failure: string | null = null;
    let linger: NodeJS.Timeout | null = null;
    const closeOutput = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const stop = (why: string) => {
      failure ??= why;
      killGroup(child);
      closeOutput();
    };
    const timer = setTimeout(() => stop(`did not end within ${timeoutMs / 1000} s`), timeoutMs);
    const onAbort = () => stop("was stopped, because Paperboy was asked to stop");
    signal.addEventListener("abort", onAbort, { once: true });
    const settle = (result: ProgramResult) => {
      clearTimeout(timer);
      if (linger) clearTimeout(linger);
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) stop(`wrote more than ${MAX_OUTPUT / 1_000_000} MB`);
      else output.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors = Buffer.concat([errors, chunk]).subarray(-MAX_ERRORS);
    });
    // EPIPE: the program ended, or closed its input, before it read everything.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.on("error", (error) => {
      failure ??= `cannot be run: ${error.message}`;
      if (child.pid === undefined) settle({ ok: false, why: failure });
    });
    child.on("exit", () => {
      // Processes that the program left in its group would keep its output open.
      killGroup(child);
      linger = setTimeout(closeOutput, MAX_LINGER_MS);
    });
    child.on("close", (status, killedBy) => {
      const why = failure ?? endOf(status, killedBy, errors.toString("utf8"));
      settle(why === null ? { ok: true, output: Buffer.concat(output).toString("utf8") } : { ok: false, why });
    });
    if (signal.aborted) onAbort();
  });
}

/** Returns why a program that ended without a signal from Paperboy failed, with its last line on stderr; null if it succeeded. */
function endOf(status: number | null, killedBy: NodeJS.Signals | null, errors: string): string | null {
  if (status === 0) return null;
  const last =
    errors
      .trim()
      .split(/\r\n|\n|\r/)
      .at(-1) ?? "";
  const end = killedBy === null ? `exited with status ${status ?? "unknown"}` : `was ended by ${killedBy}`;
  return last === "" ? end : `${end}: ${last}`;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}
