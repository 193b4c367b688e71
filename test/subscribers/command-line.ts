import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Command, CommanderError } from "@commander-js/extra-typings";
import { withApp } from "../../src/app.js";
import type { GlobalFlags, World } from "../../src/app.js";
import type { CommandModule } from "../../src/commands/command.js";
import { store } from "../../src/commands/store.js";
import { subscribers } from "../../src/commands/subscribers.js";
import { showFailure, showOutcome } from "../../src/verdict.js";
import { freshHome } from "../support/paperboy.js";
import type { Run, RunOptions } from "../support/paperboy.js";

const MODULES: Readonly<Record<string, CommandModule>> = { subscribers, store };

/** Runs `subscribers ...` or `store ...` as the cli would, in a home of its own, with a real database. */
export async function command(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const home = options.home ?? freshHome();
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    isTTY: options.isTTY ?? false,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const world: World = {
    stdin: bytesOf(options.stdin ?? ""),
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    environment: { ...options.environment },
    directory: home,
    clock: () => new Date(options.now ?? "2026-10-05T07:00:00Z"),
    signal: options.signal ?? new AbortController().signal,
  };
  const exit = await call(args, world);
  return { exit, ...written, home, json: () => JSON.parse(written.stdout) as Record<string, unknown> };
}

async function call(args: readonly string[], world: World): Promise<number> {
  const asked = { json: args.includes("--json"), verbose: false, quiet: args.includes("--quiet") };
  const program = new Command("paperboy").option("--json").option("--quiet").exitOverride();
  program.configureOutput({
    writeOut: (text) => void world.stdout.write(text),
    writeErr: (text) => void world.stderr.write(text),
  });
  let exit = 0;
  for (const [name, module] of Object.entries(MODULES)) {
    module.define(program.command(name), async (work) => {
      const flags: GlobalFlags = program.opts();
      exit = showOutcome(await withApp({ world, flags, version: "0.0.0" }, work), world, asked);
    });
  }
  try {
    await program.parseAsync(["node", "paperboy", ...args]);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return showFailure(error, world, asked);
  }
  return exit;
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

/** Writes a file into a home and answers with its name there. */
export function put(home: string, name: string, text: string | Buffer): string {
  writeFileSync(path.join(home, name), text);
  return name;
}

/** A file of a home. */
export function take(home: string, name: string): string {
  return readFileSync(path.join(home, name), "utf8");
}
