import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readSecrets } from "../../src/config/keys.js";
import { openStore } from "../../src/app/open-store.js";
import type { Store } from "../../src/store/store.js";
import type { Environment } from "../../src/app/app.js";
import { main } from "../../src/cli/cli.js";

export interface Run {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The home folder of the run. */
  readonly home: string;
  /** Parses the output of `--json`. */
  readonly json: () => Record<string, unknown>;
}

export interface RunOptions {
  readonly home?: string;
  readonly environment?: Record<string, string>;
  readonly stdin?: string;
  readonly isTTY?: boolean;
  /** The width of the terminal in columns. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** The time of the run. The default is the first Monday after the fixtures' day. */
  readonly now?: string;
  /** Called with each write to stderr. */
  readonly onStderr?: (text: string) => void;
  /** A clock in place of `now`, for example one that moves. */
  readonly clock?: () => Date;
}

/** The root folder of the project. */
export const projectRoot = path.resolve(import.meta.dirname, "../..");

/** Returns the path of a fixture: `fixture("pages/daily.html")`. */
export function fixture(name: string): string {
  return path.join(projectRoot, "fixtures", name);
}

/** Creates an empty home folder. */
export function freshHome(): string {
  return mkdtempSync(path.join(tmpdir(), "paperboy-home-"));
}

/** Runs a command in this process with its own home folder, real files and real sockets. */
export async function paperboy(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const home = options.home ?? freshHome();
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    isTTY: options.isTTY ?? false,
    columns: options.columns,
    write: (text: string) => {
      written[name] += text;
      if (name === "stderr") options.onStderr?.(text);
    },
  });
  const environment: Environment = {
    stdin: bytesOf(options.stdin ?? ""),
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env: { ...options.environment },
    directory: home,
    clock: options.clock ?? (() => new Date(options.now ?? "2026-10-05T07:00:00Z")),
    signal: options.signal ?? new AbortController().signal,
  };
  const exit = await main(["node", "paperboy", ...args], environment);
  return { exit, ...written, home, json: () => JSON.parse(written.stdout) as Record<string, unknown> };
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

/** Opens the database of a home with its key. */
export async function openHomeStore(home: string): Promise<Store> {
  const { home: key } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
  return openStore({ target: path.join(home, "paperboy.db"), key });
}
