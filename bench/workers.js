#!/usr/bin/env node
// Measures how delivery scales with workers: one, two and three processes of `paperboy work` deliver one edition from PostgreSQL to
// a mail server that delays each reply, so that the machine is not the limit. Also measures whether the workers keep a shared
// limit. Needs the PostgreSQL server and `npm run build`.
//   node bench/workers.js [--readers 3000] [--delay 20] [--limit 1200] [--json]
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const root = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    readers: { type: "string", default: "3000" },
    delay: { type: "string", default: "20" },
    limit: { type: "string", default: "1200" },
    json: { type: "boolean", default: false },
  },
});
const [readers, delay, limit] = [values.readers, values.delay, values.limit].map(Number);
/** The mail server's reply to each command. */
const REPLIES = {
  EHLO: "250-bench\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 10000000\r\n",
  DATA: "354 go on\r\n",
  QUIT: "221 2.0.0 bye\r\n",
};

const folder = mkdtempSync(path.join(tmpdir(), "paperboy-workers-"));
const closers = [async () => rmSync(folder, { recursive: true, force: true })];

try {
  const database = await startDatabase();
  const growth = [];
  for (const workers of [1, 2, 3]) growth.push(await deliver({ database, workers, name: `grow${workers}` }));
  const limited = await deliver({ database, workers: 3, name: "limited", perMinute: limit });
  const rows = growth.map(({ workers, perSecond }) => ({ workers, perSecond, ratio: perSecond / growth[0].perSecond }));
  const result = {
    readers,
    delayMs: delay,
    growth: rows,
    limit: { perMinute: limit, ...byMinutes(limited.times) },
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else print(result);
} finally {
  for (const close of closers.toReversed()) await close();
}

function print({ growth, limit: { perMinute, most, minutes } }) {
  console.log(`${readers} readers, answers after ${delay} ms, 5 connections a worker`);
  for (const row of growth) {
    console.log(
      `  ${row.workers} workers  ${row.perSecond.toFixed(0).padStart(5)}/s  ${row.ratio.toFixed(2)} times one`,
    );
  }
  console.log(
    `limit ${perMinute} a minute, 3 workers: at most ${most} in any minute; minute by minute ${minutes.join(", ")}`,
  );
}

/** Returns the maximum number of messages in any minute, and the number in each whole minute since the first message. */
function byMinutes(times) {
  const within = (from) => times.filter((at) => at >= from && at < from + 60_000).length;
  const whole = Math.floor((times.at(-1) - times[0]) / 60_000);
  return {
    most: Math.max(...times.map(within)),
    minutes: Array.from({ length: whole }, (_, n) => within(times[0] + n * 60_000)),
  };
}

async function deliver({ database, workers, name, perMinute }) {
  const sink = await startSink();
  const env = {
    ...process.env,
    PAPERBOY_STORE: `${database}&schema=${name}`,
    PAPERBOY_SECRET: "a secret for the bench of workers",
    PAPERBOY_SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    PAPERBOY_FROM: "Paperboy <digest@example.org>",
    PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org",
    ...(perMinute === undefined ? {} : { PAPERBOY_DELIVERY_PER_MINUTE: String(perMinute) }),
  };
  const home = mkdtempSync(path.join(folder, "home-"));
  const list = path.join(home, "readers.csv");
  // Each reader has a different domain, so that no limit per domain applies.
  writeFileSync(
    list,
    `email\n${Array.from({ length: readers }, (_, n) => `r${n}@d${n % 500}.example.com\n`).join("")}`,
  );
  const paperboy = (exit, ...args) => run([...args, "--home", home, "--quiet"], { env, exit });
  await paperboy(0, "subscribers", "import", list, "--now", "2026-10-01");
  await paperboy(0, "pause");
  // Exit status 7: the letters are prepared, and none is sent.
  await paperboy(7, "run", path.join(root, "fixtures/pages/daily.html"));
  const members = Array.from({ length: workers }, () => start(["work", "--home", home], env));
  await Promise.all(members.map(({ stderr }) => once(stderr, "data")));
  await paperboy(0, "resume");
  await sink.has(readers);
  await Promise.all(members.map((member) => (member.kill("SIGTERM"), once(member, "exit"))));
  sink.close();
  const { times } = sink;
  const [from, to] = [times[Math.floor(readers * 0.1)], times[Math.floor(readers * 0.9)]];
  return { workers, perSecond: (readers * 0.8 * 1000) / (to - from), times };
}

function start(args, env) {
  return spawn(process.execPath, [path.join(root, "bin/paperboy.js"), ...args], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function run(args, { env, exit }) {
  const child = start(args, env);
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
  const [code] = await once(child, "close");
  if (code !== exit) throw new Error(`paperboy ${args[0]} ended with ${code}: ${output}`);
}

/** Starts a mail server that replies to each chunk after the delay, like a server with that round trip. */
async function startSink() {
  const times = [];
  const waiting = [];
  const server = createServer((socket) => {
    let inData = false;
    let kept = "";
    const answer = (text) => setTimeout(() => socket.writable && socket.write(text), delay);
    socket.on("error", () => undefined);
    answer("220 bench\r\n");
    socket.on("data", (chunk) => {
      kept += chunk.toString("latin1");
      let replies = "";
      for (;;) {
        const mark = inData ? "\r\n.\r\n" : "\r\n";
        const end = kept.indexOf(mark);
        if (end < 0) break;
        const line = kept.slice(0, end).slice(0, 4).toUpperCase();
        kept = kept.slice(end + mark.length);
        replies += inData ? "250 2.0.0 accepted\r\n" : (REPLIES[line] ?? "250 2.1.0 fine\r\n");
        if (inData) {
          times.push(performance.now());
          for (const { count, resolve } of waiting) if (times.length >= count) resolve();
        }
        inData = !inData && line === "DATA";
      }
      // Within the data, only its end matters.
      if (inData) kept = kept.slice(-4);
      if (replies !== "") answer(replies);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    times,
    port: server.address().port,
    has: (count) => new Promise((resolve) => (times.length >= count ? resolve() : waiting.push({ count, resolve }))),
    close: () => server.close(),
  };
}

/** Returns the id of the user or group `postgres`, since the server refuses to run as root. */
function id(flag) {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

async function startDatabase() {
  const debian = "/usr/lib/postgresql";
  const [version] = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const programs = version === undefined ? "/usr/bin" : path.join(debian, version, "bin");
  const data = mkdtempSync(path.join(tmpdir(), "paperboy-pg-"));
  const owner = process.getuid() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  if (owner.uid !== undefined) chownSync(data, owner.uid, owner.gid);
  const options = { ...owner, cwd: data, stdio: "ignore" };
  execFileSync(path.join(programs, "initdb"), ["-D", `${data}/db`, "--auth=trust", "--username=paperboy"], options);
  const settings = ["-c", `unix_socket_directories=${data}`, "-c", "listen_addresses="];
  const server = spawn(path.join(programs, "postgres"), ["-D", `${data}/db`, ...settings], options);
  closers.push(async () => {
    server.kill("SIGINT");
    await once(server, "exit");
    rmSync(data, { recursive: true, force: true });
  });
  while (!existsSync(path.join(data, ".s.PGSQL.5432"))) await new Promise((resolve) => setTimeout(resolve, 50));
  return `postgres:///postgres?host=${data}&user=paperboy`;
}
