#!/usr/bin/env node
// Measures the whole table: each figure and its reference alternately, in rounds, so that a slow moment of the machine affects
// both. README.md explains the output.
//   npm run build && node bench/commands.js [--rounds 5] [--only WORDS] [--quick] [--json]
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openMeasures } from "./measures.js";
import { ROWS, UNITS } from "./rows.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const FULL = { send: 10_000, far: 4_000, pool: 500, source: 10_000, farSource: 800 };
const QUICK_OPTIONS = { send: 1_000, far: 500, pool: 100, source: 1_000, farSource: 200 };

const rows = ROWS.filter(({ work, of }) => `${work} ${of}`.includes(values.only));
assertPrograms();
const folder = mkdtempSync(path.join(tmpdir(), "paperboy-bench-"));
const counts = values.quick ? QUICK_OPTIONS : FULL;
try {
  const { measures, close, letterBytes } = await openMeasures(folder, counts);
  const rounds = await measureAll(measures, Number(values.rounds));
  const results = rows.map((row) => resultOf(row, rounds));
  const machine = `${cpus().length} cores of ${cpus()[0]?.model.trim()}, Linux ${release()}, Node ${process.version}`;
  const letter = rounds.unsigned ? letterBytes() : null;
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, letter, counts, results, rounds }, null, 2)}\n`);
  else process.stdout.write(`${machine}\n${letter ? `message of ${letter} bytes\n` : ""}`);
  close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Ends the process with a message if a reference program of the chosen rows is not installed. */
function assertPrograms() {
  const programs = { source: "smtp-source", farSource: "smtp-source", r2e: "r2e" };
  const needed = rows.flatMap(({ against }) => programs[against.split(".")[0]] ?? []);
  const missing = [...new Set(needed)].filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  process.stderr.write(
    `not installed: ${missing.join(", ")}\nInstall the Debian packages postfix (smtp-source) and rss2email (r2e), or choose rows with --only WORDS.\n`,
  );
  process.exit(2);
}

function isInstalled(name) {
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, name)));
}

/** Returns the figures of every round by measure. */
async function measureAll(measures, count) {
  const named = rows.flatMap(({ of, against }) => [of, against]);
  const needed = new Set(named.map((figure) => figure.split(".")[0]));
  // The start-up cost of a run is subtracted from the cost of its messages.
  if (named.some((figure) => figure.endsWith("cpuPerMessage"))) needed.add("few");
  // smtp-source sends the sink's first message.
  if (needed.has("source") || needed.has("farSource")) needed.add("few");
  const rounds = Object.fromEntries([...needed].map((name) => [name, []]));
  const order = Object.keys(measures).filter((name) => needed.has(name));
  for (let round = 0; round < count; round += 1) {
    for (const name of order) {
      const figures = await measures[name]();
      const few = name.startsWith("pool") ? { cpuMs: 0, accepted: 0 } : rounds.few?.at(-1);
      const cpuPerMessage =
        few && figures.accepted ? (figures.cpuMs - few.cpuMs) / (figures.accepted - few.accepted) : undefined;
      rounds[name].push({ ...figures, cpuPerMessage });
      if (!values.json && round === count - 1) printRowsOf(name, rounds, count);
    }
    process.stderr.write(`round ${round + 1} of ${count}\n`);
  }
  return rounds;
}

/** Prints the rows that this measure completes. */
function printRowsOf(name, rounds, count) {
  for (const row of rows) {
    const names = [row.of, row.against].map((figure) => figure.split(".")[0]);
    if (!names.includes(name) || names.some((each) => rounds[each].length < count)) continue;
    process.stdout.write(`${line(resultOf(row, rounds))}\n`);
  }
}

function resultOf({ of, against, ...row }, rounds) {
  const [own, other] = [of, against].map((figure) => {
    const [name, field] = figure.split(".");
    return { ...spread(rounds[name].map((figures) => figures[field])), unit: UNITS[field] };
  });
  return { ...row, own, referenceFigure: other, ratio: Number((own.median / other.median).toPrecision(3)) };
}

function spread(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return { median: round(sorted[Math.floor(sorted.length / 2)]), least: round(sorted[0]), most: round(sorted.at(-1)) };
}

function round(value) {
  return Number(value.toPrecision(3));
}

function line({ work, own, reference, referenceFigure, ratio, most, least }) {
  const goal = most === undefined ? `at least ${least}` : `at most ${round(most)}`;
  const isMet = most === undefined ? ratio >= least : ratio <= most;
  return `${work.padEnd(29)} ${format(own)}  ${reference.padEnd(32)} ${format(referenceFigure)}  ${ratio} times, goal ${goal}${isMet ? "" : " MISSED"}`;
}

function format({ median, least, most, unit }) {
  return `${median} ${unit} (${least}-${most})`.padEnd(26);
}
