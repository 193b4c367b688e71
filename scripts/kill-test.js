#!/usr/bin/env node
// The long kill test. Kills a sender repeatedly and compares its ledger with the messages that a mail server accepted.
//   node scripts/kill-test.js [--kills 1000] [--readers 60000] [--connections 5] [--policy hold|resend] [--store postgres://...]
// --workers N: N processes deliver from PostgreSQL, which the test crashes halfway. Needs `npm run build`:
//   node scripts/kill-test.js --workers 3 --readers 20000 --kills 20
// --namespaces: each worker has its own network namespace, like a separate machine. Needs root and iproute2.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";

const root = path.resolve(import.meta.dirname, "..");

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    readers: { type: "string", default: "60000" },
    connections: { type: "string", default: "5" },
    policy: { type: "string", default: "hold" },
    workers: { type: "string" },
    namespaces: { type: "boolean", default: false },
    // The URL of an empty PostgreSQL database. The default is a SQLite file.
    store: { type: "string" },
  },
});

/** Compiles the programs of test/kill to a temporary folder. */
function build() {
  const cache = path.join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(path.join(cache, "paperboy-kill-"));
  writeFileSync(path.join(out, "package.json"), '{ "type": "module" }\n');
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [compiler, "-p", path.join(root, "test", "kill"), "--outDir", out], {
    stdio: "inherit",
  });
  return out;
}

function print(step) {
  process.stderr.write(`${step}\n`);
}

function printKill(kill) {
  if (kill % 50 === 0) print(`${kill} kills`);
}

async function killRuns(programs, plan) {
  const { killRepeatedly } = await import(path.join(programs, "harness.js"));
  const server = values.store === undefined ? {} : { database: values.store, leaseMs: 3000 };
  return killRepeatedly({
    ...plan,
    ...server,
    connections: Number(values.connections),
    policy: values.policy,
    onKill: printKill,
  });
}

async function killWorkers(programs, plan) {
  const { killWorkers } = await import(path.join(programs, "workers.js"));
  const paperboy = path.join(root, "bin", "paperboy.js");
  if (!values.namespaces) return killWorkers({ ...plan, paperboy, onStep: print });
  const networks = buildNetworks(plan.workers);
  try {
    return await killWorkers({ ...plan, ...networks, paperboy, onStep: print });
  } finally {
    networks.remove();
  }
}

function ip(words) {
  execFileSync("ip", words.split(" "), { stdio: "inherit" });
}

/** Creates a network namespace for each worker, connected by a bridge to the mail server. */
function buildNetworks(workers) {
  const all = Array.from({ length: workers }, (_, index) => ({
    index,
    name: `paperboy${index}`,
    host: `pbhost${index}`,
  }));
  ip("link add pbbridge type bridge");
  ip("addr add 10.99.0.1/24 dev pbbridge");
  ip("link set pbbridge up");
  for (const { index, name, host } of all) {
    ip(`netns add ${name}`);
    ip(`link add ${host} type veth peer name pbworker netns ${name}`);
    ip(`link set ${host} master pbbridge up`);
    ip(`-n ${name} addr add 10.99.0.${index + 2}/24 dev pbworker`);
    ip(`-n ${name} link set pbworker up`);
  }
  return {
    sinkHost: "10.99.0.1",
    wrapped: (index, command) => ["ip", "netns", "exec", `paperboy${index}`, ...command],
    remove: () => {
      for (const { name } of all) ip(`netns delete ${name}`);
      ip("link delete pbbridge");
    },
  };
}

const out = build();
const folder = await mkdtemp(path.join(tmpdir(), "paperboy-kill-"));
try {
  const programs = path.join(out, "test", "kill");
  const plan = {
    programs,
    folder,
    readers: Number(values.readers),
    kills: Number(values.kills),
    mostBetweenKills: Math.max(1, Math.floor((2 * 0.9 * Number(values.readers)) / Number(values.kills))),
    random: Math.random,
  };
  const workers = Number(values.workers ?? 0);
  const figures = workers > 0 ? await killWorkers(programs, { ...plan, workers }) : await killRuns(programs, plan);
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  const hasNoExtraCopies = values.policy === "resend" || figures.extraCopies === 0;
  // The restart of the database and the cut connections each interrupt every worker once more.
  const isUncertainBounded = figures.counts.uncertain <= Number(values.connections) * (figures.kills + 2 * workers);
  process.exitCode = hasNoExtraCopies && isUncertainBounded && figures.lost === 0 && figures.unaccounted === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await rm(out, { recursive: true, force: true });
}
