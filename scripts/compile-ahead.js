// Runs common commands in this process and keeps what V8 compiled for them beside the bundle; bin/compiled.js uses it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { createServer as createMailServer } from "node:net";
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

/** The same with a mail server. */
const BY_MAIL = [["run", "2026-10-02", "--to", "reader@example.com"]];

/** @param {string} bundle the folder of the bundle. */
export async function compileAhead(bundle) {
  const { load, scripts } = openBundle(bundle);
  const { main } = load("cli.js");
  const home = mkdtempSync(path.join(tmpdir(), "paperboy-build-"));
  const site = createServer((_, response) => response.end(readFileSync(page)));
  const mail = createMailServer(takeMail);
  for (const server of [site, mail]) await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const environment = { PAPERBOY_HOME: home, PAPERBOY_SITE_URL: `http://127.0.0.1:${site.address().port}` };
  const byMail = { PAPERBOY_SMTP_URL: `smtp://127.0.0.1:${mail.address().port}`, PAPERBOY_FROM: "digest@example.org" };
  try {
    for (const command of COMMANDS) await quietly(main, command, environment);
    for (const command of BY_MAIL) await quietly(main, command, { ...environment, ...byMail });
  } finally {
    site.close();
    mail.close();
    rmSync(home, { recursive: true, force: true });
  }
  const folder = cacheFolder(bundle);
  mkdirSync(folder, { recursive: true });
  const { index, code } = packOf(scripts);
  writeFileSync(path.join(folder, "index.json"), index);
  writeFileSync(path.join(folder, "code"), code);
}

/**
 * What V8 made of each script and the script's text behind it, in one file, and where each stands: its place, and the length of
 * both. The texts are ASCII, which V8 keeps in half of the memory.
 */
function packOf(scripts) {
  const files = {};
  const parts = [];
  let [size, longest] = [0, 0];
  for (const [name, { script, text }] of scripts) {
    const both = [script.createCachedData(), Buffer.from(text, "latin1")];
    const [code, source] = both.map(({ length }) => length);
    files[name] = [size, code, source];
    parts.push(...both);
    size += code + source;
    longest = Math.max(longest, code + source);
  }
  return { index: JSON.stringify({ longest, files }), code: Buffer.concat(parts) };
}

/** A mail server that says yes to everything. */
function takeMail(socket) {
  let isLetter = false;
  let rest = "";
  socket.write("220 mail.example.org\r\n");
  socket.setEncoding("latin1").on("data", (text) => {
    const lines = (rest + text).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (isLetter && line !== ".") continue;
      isLetter = /^DATA/i.test(line);
      socket.write(answerTo(line));
    }
  });
}

function answerTo(line) {
  if (/^EHLO/i.test(line)) return "250-mail.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
  if (/^DATA/i.test(line)) return "354 go on\r\n";
  return /^QUIT/i.test(line) ? "221 goodbye\r\n" : "250 fine\r\n";
}

/** Runs one command with a home of its own and nobody listening. */
async function quietly(main, command, environment) {
  const told = [];
  const stream = { isTTY: false, write: (text) => (told.push(text), true) };
  const status = await main(["node", "paperboy", ...command], {
    stdin: process.stdin,
    stdout: stream,
    stderr: stream,
    env: environment,
    directory: environment.PAPERBOY_HOME,
    clock: () => new Date(),
    signal: new AbortController().signal,
  });
  if (status !== 0) throw new Error(`paperboy ${command[0]} ended with ${status}: ${told.join("")}`);
}
