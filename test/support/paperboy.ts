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
  /** The folder that was home. */
  readonly home: string;
  /** What `--json` printed. */
  readonly json: () => Record<string, unknown>;
}

export interface RunOptions {
  readonly home?: string;
  readonly environment?: Record<string, string>;
  readonly stdin?: string;
  readonly isTTY?: boolean;
  /** How wide the terminal is. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** What time it is; the day after the fixtures' day unless a test says otherwise. */
  readonly now?: string;
  /** Told what is written to stderr, as it is written. */
  readonly onStderr?: (text: string) => void;
  /** A clock that moves, or that does something when it is asked; instead of `now`. */
  readonly clock?: () => Date;
}

/** The folder of the project, from which fixtures are named as the README names them. */
export const projectRoot = path.resolve(import.meta.dirname, "../..");

/** A fixture's path, such as `fixture("pages/daily.html")`. */
export function fixture(name: string): string {
  return path.join(projectRoot, "fixtures", name);
}

/** A fresh home that nobody else uses. */
export function freshHome(): string {
  return mkdtempSync(path.join(tmpdir(), "paperboy-home-"));
}

/** Runs one command line as the process would, in a home of its own, with real files and sockets. */
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

/** Opens the database of a home, with the home's own key. */
export async function openHomeStore(home: string): Promise<Store> {
  const { home: key } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
  return openStore({ target: path.join(home, "paperboy.db"), key });
}
