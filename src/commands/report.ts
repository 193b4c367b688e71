import { homedir } from "node:os";
import path from "node:path";
import type { App } from "../app/app.js";
import { isAbsent } from "../ops/doctor/check.js";
import { examine } from "../ops/doctor/examine.js";
import { checksOf } from "../ops/doctor/table.js";
import type { Patient } from "../ops/doctor/table.js";
import { failureOf } from "../core/errors.js";
import { openOutput } from "../core/files.js";
import { listRecords, readRecord } from "../editions/records/folder.js";
import { createScrub, scrubAll } from "../editions/records/scrub.js";
import type { Scrub } from "../editions/records/scrub.js";
import { packageVersion } from "../app/version.js";
import type { CommandModule, Outcome } from "./command.js";
import { effectiveSettings } from "../config/effective.js";
import { patientOf } from "../ops/doctor/patient.js";
import { recordsIn } from "../app/recording.js";
import { secretsOf } from "./secrets.js";

const RUNS = 20;

/** What the doctor can see without asking anybody else's machine. */
const LOCAL_CHECKS = /^(?:machine\.(?:node|home|disk)|config\.\w+|store\.\w+|schedule\.\w+)$/;

const READ_ME =
  "A bug report of Paperboy. Mail addresses, passwords, keys and tokens were taken out of all of it; names of papers and of their " +
  "authors were not, nor what readers asked for (views). Look through it before you send it to anybody.";

/** `paperboy report [ID] -o FILE`: what whoever mends a bug needs, as one file. */
export const report: CommandModule = {
  description:
    "Write a bug report as one file (JSON): versions, the checks of the doctor that need no network, the configuration, the last " +
    "runs, and one record with its pages and letters. Addresses and secrets are taken out of all of it.",
  examples: ["paperboy report -o report.json", "paperboy report 20261005T070000Z-day-2026-10-02 -o report.json"],
  define: (command, run) =>
    command
      .argument("[id]", "which record to put in; the newest one unless you say")
      .option("-o, --output <file>", "the file, readable by you alone; without it standard output")
      .action((id, { output }) => run((app) => write(app, id ?? null, output), { evenMisconfigured: true })),
};

async function write(app: App, id: string | null, output: string | undefined): Promise<Outcome> {
  const scrub = scrubFor(app);
  const written = scrubAll(await collect(app, id), scrub);
  const text = `${JSON.stringify(written, null, 2)}\n`;
  if (output === undefined) return { message: "a bug report", data: text, result: { report: written } };
  const file = await openOutput(path.resolve(app.environment.directory, output));
  await file.write(text);
  await file.close();
  return {
    message: `${Buffer.byteLength(text)} bytes written to ${output}`,
    hint: "Addresses and secrets were taken out. Look through it all the same before you send it.",
    result: { file: output, bytes: Buffer.byteLength(text) },
  };
}

function scrubFor(app: App): Scrub {
  const folders = [
    { path: app.home, name: "HOME" },
    { path: app.environment.directory, name: "DIRECTORY" },
    { path: homedir(), name: "~" },
  ];
  return createScrub({ secrets: secretsOf(app), folders: folders.filter((folder) => folder.path.length > 1) });
}

async function collect(app: App, id: string | null) {
  const patient = await patientOf(app);
  return {
    report: 1,
    about: READ_ME,
    at: app.clock().toISOString(),
    versions: { paperboy: packageVersion(), node: process.version, platform: process.platform, arch: process.arch },
    configuration: configurationOf(app),
    checks: await examine(checksOf(patient).filter((check) => LOCAL_CHECKS.test(check.id))),
    runs: await orWhy(() => lastRuns(patient)),
    record: id === null && (await listRecords(recordsIn(app.home))).length === 0 ? null : await recordOf(app, id),
  };
}

/** A record that is asked for by its name must be there; that the newest is damaged is a finding of the report. */
function recordOf(app: App, id: string | null) {
  const read = () => readRecord(recordsIn(app.home), id);
  return id === null ? orWhy(read) : read();
}

function configurationOf(app: App) {
  try {
    return { settings: effectiveSettings(app.config) };
  } catch (error) {
    return told(error);
  }
}

async function lastRuns({ remembered }: Patient) {
  if (isAbsent(remembered)) return { missing: remembered.absent };
  const store = await remembered.store();
  return isAbsent(store) ? { missing: store.absent } : store.runs.recent(RUNS);
}

/** What could not be read is part of a report, too. */
async function orWhy<T>(read: () => Promise<T>) {
  try {
    return await read();
  } catch (error) {
    return told(error);
  }
}

function told(error: unknown) {
  const { code: reason, message, hint } = failureOf(error);
  return { problem: { reason, message, hint } };
}
