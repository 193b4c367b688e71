// Runs common commands in this process and keeps what V8 compiled for them beside the bundle; bin/compiled.js uses it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const { cacheFolder, openBundle } = createRequire(import.meta.url)("../bin/compiled.js");

const page = fileURLToPath(new URL("../fixtures/pages/daily.html", import.meta.url));

/** What a user waits for. Code that none of them runs is compiled when it is needed, as ever. */
const COMMANDS = [
  ["--help"],
  ["parse", page],
  ["render", page, "--as", "html"],
  ["render", page, "--as", "text"],
  ["run", page, "--to", "reader@example.com"],
  ["status"],
];

/** @param {string} bundle the folder of the bundle. */
export async function compileAhead(bundle) {
  const { load, scripts } = openBundle(bundle);
  const { main } = load("cli.js");
  const home = mkdtempSync(path.join(tmpdir(), "paperboy-build-"));
  try {
    for (const command of COMMANDS) await quietly(main, command, home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const folder = cacheFolder(bundle);
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of scripts) writeFileSync(path.join(folder, name), script.createCachedData());
}

/** Runs one command with a home of its own and nobody listening. */
async function quietly(main, command, home) {
  const told = [];
  const stream = { isTTY: false, write: (text) => (told.push(text), true) };
  const status = await main(["node", "paperboy", ...command], {
    stdin: process.stdin,
    stdout: stream,
    stderr: stream,
    environment: { PAPERBOY_HOME: home },
    directory: home,
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
  if (status !== 0) throw new Error(`paperboy ${command[0]} ended with ${status}: ${told.join("")}`);
}
