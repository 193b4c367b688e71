// Runs common commands in this process and keeps what V8 compiled for them beside the bundle; bin/compiled.js uses it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
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
  ["fetch", "2026-10-02"],
  ["run", page, "--to", "reader@example.com"],
  ["status"],
];

/** @param {string} bundle the folder of the bundle. */
export async function compileAhead(bundle) {
  const { load, scripts } = openBundle(bundle);
  const { main } = load("cli.js");
  const home = mkdtempSync(path.join(tmpdir(), "paperboy-build-"));
  const site = createServer((_, response) => response.end(readFileSync(page)));
  await new Promise((done) => site.listen(0, "127.0.0.1", done));
  const environment = { PAPERBOY_HOME: home, PAPERBOY_SITE_URL: `http://127.0.0.1:${site.address().port}` };
  try {
    for (const command of COMMANDS) await quietly(main, command, environment);
  } finally {
    site.close();
    rmSync(home, { recursive: true, force: true });
  }
  const folder = cacheFolder(bundle);
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of scripts) writeFileSync(path.join(folder, name), script.createCachedData());
}

/** Runs one command with a home of its own and nobody listening. */
async function quietly(main, command, environment) {
  const told = [];
  const stream = { isTTY: false, write: (text) => (told.push(text), true) };
  const status = await main(["node", "paperboy", ...command], {
    stdin: process.stdin,
    stdout: stream,
    stderr: stream,
    environment,
    directory: environment.PAPERBOY_HOME,
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
  if (status !== 0) throw new Error(`paperboy ${command[0]} ended with ${status}: ${told.join("")}`);
}
