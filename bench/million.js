// A million subscribers in 40 views: time and memory of import, prepare and the first 20,000 messages, as whole processes.
// Usage: npm run build && node bench/million.js [subscribers] [sends]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";

const [subscribers = 1_000_000, sends = 20_000] = process.argv.slice(2).map(Number);
const root = path.resolve(import.meta.dirname, "..");
const home = mkdtempSync(path.join(tmpdir(), "paperboy-million-"));
const list = path.join(home, "readers.csv");

await writeList();
const sink = await startSink();
report("import", await paperboy(["subscribers", "import", list]));
const run = await paperboy(["run", path.join(root, "fixtures/pages/daily.html"), "--json"], sink);
report("prepare and send", run);
console.log(`prepared after ${seconds(run.preparedAt - run.startedAt)}, ${sink.accepted} accepted`);
console.log(`first message ${seconds(sink.firstAt - run.preparedAt)} after the end of prepare`);
console.log(run.stdout.trim().slice(0, 400));
sink.server.close();

/** Writes one row per subscriber. The limits of papers make 40 views. */
async function writeList() {
  const out = createWriteStream(list);
  out.write("email,limit\n");
  for (let index = 0; index < subscribers; index += 1) {
    const isFull = !out.write(`reader${index}@example${index % 100}.com,${(index % 40) + 1}\n`);
    if (isFull) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

/** Starts a mail server that accepts everything and stops the sender after enough messages. */
async function startSink() {
  const state = { accepted: 0, firstAt: 0, port: 0, server: null, child: null };
  state.server = createServer((socket) => {
    let inData = false;
    let tail = "";
    socket.on("error", () => undefined);
    socket.write("220 sink\r\n");
    socket.on("data", (chunk) => {
      tail = (inData ? tail.slice(-4) : "") + chunk.toString("latin1");
      if (inData) {
        if (!tail.endsWith("\r\n.\r\n")) return;
        inData = false;
        state.accepted += 1;
        state.firstAt ||= performance.now();
        if (state.accepted === sends) state.child?.kill("SIGTERM");
        socket.write("250 accepted\r\n");
        return;
      }
      for (const line of tail.split("\r\n").filter(Boolean)) {
        inData = /^DATA/i.test(line);
        socket.write(inData ? "354 go on\r\n" : /^QUIT/i.test(line) ? "221 bye\r\n" : "250 fine\r\n");
      }
    });
  });
  state.server.listen(0, "127.0.0.1");
  await once(state.server, "listening");
  state.port = state.server.address().port;
  return state;
}

/** Runs the built program and records its memory. */
async function paperboy(args, mail) {
  const startedAt = performance.now();
  const env = {
    ...process.env,
    PAPERBOY_HOME: home,
    ...(mail && {
      PAPERBOY_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      PAPERBOY_FROM: "digest@example.org",
      PAPERBOY_PUBLIC_URL: "https://papers.example.org",
    }),
  };
  const child = spawn(process.execPath, [path.join(root, "bin/paperboy.js"), ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (mail) mail.child = child;
  let stdout = "";
  let peak = 0;
  let preparedAt = 0;
  child.stdout.on("data", (chunk) => (stdout += chunk));
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
    if (mail && isPrepared()) preparedAt ||= performance.now();
  }, 20);
  await once(child, "close");
  clearInterval(watch);
  return { startedAt, preparedAt, wall: performance.now() - startedAt, peak, stdout };
}

/** Whether the deliveries are visible, which they are after the transaction that prepares them. */
function isPrepared() {
  const database = new Database(path.join(home, "paperboy.db"), { readonly: true });
  try {
    return database.prepare("SELECT 1 FROM deliveries LIMIT 1").get() !== undefined;
  } finally {
    database.close();
  }
}

/** Returns the peak memory of a process in MB (Linux). */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function report(what, { wall, peak }) {
  console.log(`${what}: ${seconds(wall)}, at most ${Math.round(peak)} MB`);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
