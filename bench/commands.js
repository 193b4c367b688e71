#!/usr/bin/env node
// How long small commands take, as whole cold processes, beside what a user would otherwise use. All of them run in turn,
// round after round, so that a slow moment of the machine hits them alike.
//   node bench/commands.js [--rounds 9] [--json]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pageOf } from "./pages.js";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" }, json: { type: "boolean" } } });

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "paperboy-bench-"));
const page = (papers) => {
  const file = path.join(folder, `${papers}.html`);
  writeFileSync(file, pageOf(papers));
  return file;
};
const [fifty, seventyOne] = [page(50), page(71)];
const bin = here("../bin/paperboy.js");

const PROCESSES = {
  empty: [here("references/empty.js")],
  help: [bin, "--help"],
  render: [bin, "render", fifty, "--as", "html"],
  digest: [here("references/digest.js"), fifty],
  parse: [bin, "parse", seventyOne],
  papers: [here("references/papers.js"), seventyOne],
};

const ROWS = [
  { work: "paperboy --help", of: "help", against: "empty", reference: "node on an empty file", goal: 1.3 },
  { work: "render 50 papers as HTML", of: "render", against: "empty", reference: "node on an empty file", goal: 2 },
  {
    work: "render 50 papers as HTML",
    of: "render",
    against: "digest",
    reference: "ten lines of three READMEs",
    goal: 0.5,
  },
  {
    work: "page to papers, 71 papers",
    of: "parse",
    against: "papers",
    reference: "the same with cheerio.load",
    goal: 0.4,
  },
];

try {
  const times = Object.fromEntries(Object.keys(PROCESSES).map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, args] of Object.entries(PROCESSES)) times[name].push(timed(name, args));
  }
  const results = ROWS.map(({ of, against, ...row }) => ({
    ...row,
    ms: spread(times[of]),
    referenceMs: spread(times[against]),
    ratio: Number((median(times[of]) / median(times[against])).toFixed(2)),
  }));
  process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : shown(results));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function timed(name, args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

function spread(list) {
  const [least, most] = [Math.min(...list), Math.max(...list)];
  return { median: Math.round(median(list)), least: Math.round(least), most: Math.round(most) };
}

function shown(results) {
  return `${results.map(line).join("\n")}\n`;
}

function line({ work, ms, reference, referenceMs, ratio, goal }) {
  const beside = `${reference.padEnd(28)} ${told(referenceMs)}`;
  return `${work.padEnd(28)} ${told(ms)}   ${beside}   ${ratio} times, goal ${goal}`;
}

function told({ median: middle, least, most }) {
  return `${String(middle).padStart(5)} ms (${least}-${most})`;
}
