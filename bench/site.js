// Measures the public site under load during a run on the same database: rates, p50, p99, errors and lost writes. Usage: npm run
// build && node bench/site.js [readers] [seconds per page] [part of a page's name] (needs wrk, and smtp-sink of Postfix)
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addDays } from "../dist/core/calendar.js";
import { DEFAULT_VIEW } from "../dist/rank/view.js";
import { readSecrets } from "../dist/config/keys.js";
import { openStore } from "../dist/app/open-store.js";
import { signToken } from "../dist/core/tokens.js";

const [readers = 70_000, seconds = 8] = process.argv.slice(2, 4).map(Number);
const [only = ""] = process.argv.slice(4);
/** The load generator. */
const LOADER = "wrk";
const CONNECTIONS = 16;
const EDITIONS = 400;
const PER_SECOND = 600;
const DAY = "2026-10-02";
/** The reader of the archived editions. Editions that were not sent are not public. */
const ARCHIVIST = "archivist@example.org";
const NOW = "2026-10-05T07:00:00Z";

const root = path.resolve(import.meta.dirname, "..");
const home = mkdtempSync(path.join(tmpdir(), "paperboy-site-"));
const children = [];
const page = readFileSync(path.join(root, "fixtures/pages/daily.html"));
const source = createHttp((_, response) => response.setHeader("content-type", "text/html").end(page)).listen(0);
await once(source, "listening");
const [sinkPort, port] = [await freePort(), await freePort()];
writeFileSync(
  path.join(home, "paperboy.json"),
  JSON.stringify({
    site: `http://127.0.0.1:${source.address().port}`,
    publicUrl: "https://papers.example.org",
    from: "digest@example.org",
    smtp: { host: "127.0.0.1", port: sinkPort, allowPlaintext: true },
    serve: { port },
    delivery: { perSecond: PER_SECOND },
  }),
);

const keys = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
const store = await openStore({ target: path.join(home, "paperboy.db"), key: keys.home });
const ids = await fill();
const tokens = shuffled(ids).map((subscriberId) => signToken({ purpose: "unsubscribe", subscriberId }, keys.links));
writeFileSync(path.join(home, "tokens"), `${tokens.join("\n")}\n`);

const PAGES = [
  { name: "archive, all days", path: "/archive" },
  { name: "archive, one day", path: `/archive/${addDays(DAY, -100)}` },
  { name: "a paper", path: "/paper/2501.00100" },
  { name: "search", path: "/search?q=lantern" },
  { name: "feed of editions", path: "/feed/editions.atom" },
  { name: "feed of papers", path: "/feed/papers.rss" },
  { name: "page to subscribe", path: "/" },
  { name: "one-click POST", path: "/u/TOKEN", posts: true },
];

let offset = 0;
let completed = 0;
let failed = 0;
try {
  // smtp-sink refuses to run as root.
  start("smtp-sink", [...(process.getuid() === 0 ? ["-u", "nobody"] : []), `127.0.0.1:${sinkPort}`, "1000"]);
  start(process.execPath, [path.join(root, "bin/paperboy.js"), "serve"]);
  await until(async () => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null))?.ok);
  console.log(`${readers} readers, ${EDITIONS} editions in the archive, ${CONNECTIONS} connections, ${seconds} s each`);
  await measure("quiet");
  const run = start(process.execPath, [path.join(root, "bin/paperboy.js"), "run", DAY, "--now", NOW, "--json"]);
  const startedAt = performance.now();
  await until(async () => (await counts()).sent > 0);
  await measure("while a run sends", run);
  if (run.exitCode !== null) reportProblem("the run was over before the last measurement: give it more readers");
  const [exit] = run.exitCode === null ? await once(run, "close") : [run.exitCode];
  const took = Math.round((performance.now() - startedAt) / 1000);
  if (exit !== 0)
    reportProblem(`the run ended with ${exit}: ${readFileSync(path.join(home, "run.log"), "utf8").slice(0, 500)}`);
  await checkLedger(took);
} finally {
  for (const child of children) child.kill();
  await store.close();
  source.close();
}
if (failed > 0) process.exitCode = 1;
else rmSync(home, { recursive: true });

/** Returns the number of the run's letters by state. */
function counts() {
  return store.ledger.counts({ editionId: `day:${DAY}`, channel: "smtp" });
}

/** Adds daily readers and an archive of days with papers like those of the fixture. Returns the ids of the readers. */
async function fill() {
  const parsed = await outputOf(["parse", path.join(root, "fixtures/pages/daily.html")]);
  const { papers } = JSON.parse(parsed);
  const subscriber = { state: "active", frequency: "daily", view: DEFAULT_VIEW, origin: "operator" };
  const now = new Date(`${addDays(DAY, -30)}T00:00:00Z`);
  await store.subscribers.add([{ ...subscriber, address: ARCHIVIST, origin: "named" }], { now });
  for (let at = 0; at < EDITIONS; at += 1) await prepare(addDays(DAY, -1 - at), at, papers);
  for (let from = 0; from < readers; from += 2000) {
    const batch = Array.from({ length: Math.min(2000, readers - from) }, (_, at) => ({
      address: `reader${from + at}@example${at % 50}.com`,
      ...subscriber,
    }));
    await store.subscribers.add(batch, { now });
  }
  // The first id belongs to the reader of the archive.
  return Array.from({ length: readers }, (_, at) => at + 2);
}

async function prepare(date, at, papers) {
  const id = `day:${date}`;
  const own = Array.from({ length: 30 }, (_, index) => {
    const paper = papers[index % papers.length];
    const number = `25${String(1 + Math.floor(at / 100)).padStart(2, "0")}.${String((at % 100) * 100 + index).padStart(5, "0")}`;
    return { ...paper, id: number, title: `${paper.title} ${number}`, featuredOn: date };
  });
  const shell = { id, source: date, kind: "day", date, url: `https://example.org/papers/date/${date}`, format: "data" };
  const edition = { ...shell, early: false, papers: own };
  const now = new Date(`${addDays(date, 1)}T08:00:00Z`);
  const query = { frequency: null, named: [ARCHIVIST], edition, channel: "smtp", now, hadSince: now, days: [] };
  const words = { subject: date, preheader: "", html: "<p>.</p>", text: ".", language: "en" };
  const letters = (await store.editions.audience(query)).map(({ key }) => ({
    key,
    letter: { editionId: id, ...words },
    papers: [],
  }));
  const sendBefore = new Date(Number(now) + 60_000);
  const plan = { edition, channel: "smtp", query, letters, now, sendBefore, days: [date] };
  const result = await store.editions.prepare(plan);
  if (result !== "prepared") throw new Error(`${id}: ${result}`);
  const claims = await store.ledger.claim({ channel: "smtp", editionIds: [id], limit: 1, now, leaseMs: 60_000 });
  await store.ledger.gate(claims, now);
  await store.ledger.settle(
    claims.map((claim) => ({ claim, state: "sent", detail: "250 ok" })),
    now,
  );
}

/** Measures each page and prints the result. */
async function measure(when, run) {
  for (const { name, path: at, posts } of PAGES.filter((one) => one.name.includes(only))) {
    const before = run && (await counts()).sent;
    const seen = await wrk(at, posts);
    const sent = run && (await counts()).sent - before;
    if (posts) {
      offset += seen.sent;
      completed += seen.requests - seen.status;
    }
    const errors = seen.connect + seen.read + seen.write + seen.status + seen.timeout;
    if (errors > 0) reportProblem(`${name}: ${JSON.stringify(seen)}`);
    const sending = run ? `, ${Math.round(sent / seconds)} letters a second at the same time` : "";
    const [rate, p50, p99] = [seen.requests / seen.seconds, seen.p50, seen.p99].map((value) => value.toFixed(1));
    console.log(`${when}: ${name}: ${rate} a second, p50 ${p50} ms, p99 ${p99} ms, ${errors} errors${sending}`);
  }
}

/** Runs one measurement with one thread, so that its count shows which tokens were used. */
async function wrk(at, posts) {
  const script = path.join(root, "bench/site.lua");
  const url = `http://127.0.0.1:${port}${at}`;
  const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "10s", "-s", script, url];
  const taking = { TOKENS: path.join(home, "tokens"), OFFSET: String(offset) };
  const env = { ...process.env, ...(posts && taking) };
  const child = spawn(LOADER, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const output = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  await once(child, "close");
  return JSON.parse(
    Buffer.concat(output)
      .toString("utf8")
      .split("\n")
      .find((line) => line.startsWith("{")),
  );
}

/** Checks that every answered POST ended a subscription and that the counts of the ledger add up. */
async function checkLedger(took) {
  const { gone } = await store.subscribers.count();
  // The last request of wrk and that of its set-up may have had no effect.
  if (gone < completed || gone > offset) reportProblem(`${completed} answered POSTs, and ${gone} readers gone`);
  const { prepared, ...states } = await counts();
  const sum = Object.values(states).reduce((total, count) => total + count, 0);
  if (sum !== prepared || states.sent + states.suppressed !== prepared)
    reportProblem(`the ledger: ${JSON.stringify(states)}`);
  const problems = await store.check();
  if (problems.length > 0) reportProblem(problems.join("; "));
  console.log(`${completed} POSTs were answered, ${gone} readers are gone, ${offset} tokens were used`);
  console.log(
    `${prepared} prepared = ${states.sent} sent + ${states.suppressed} who left before, in ${took} s; the database is sound`,
  );
}

/** Starts a process that ends with this one. Its output goes to a file. */
function start(program, args) {
  const log = openSync(path.join(home, `${args[1] ?? program}.log`), "a");
  const child = spawn(program, args, { env: { ...process.env, PAPERBOY_HOME: home }, stdio: ["ignore", log, log] });
  children.push(child);
  return child;
}

async function outputOf(args) {
  const child = spawn(process.execPath, [path.join(root, "bin/paperboy.js"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  await once(child, "close");
  return Buffer.concat(output).toString("utf8");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address();
  server.close();
  await once(server, "close");
  return free;
}

async function until(isSo) {
  const deadline = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it took too long; see the logs in ${home}`);
    await sleep(100);
  }
}

function shuffled(values) {
  const mixed = [...values];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
  }
  return mixed;
}

function reportProblem(problem) {
  failed += 1;
  console.log(`INVALID: ${problem}`);
}
