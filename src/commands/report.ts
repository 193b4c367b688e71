import { homedir } from "node:os";
import path from "node:path";
import type { App } from "../app/app.js";
import { isAbsent } from "../ops/doctor/check.js";
import { runChecks } from "../ops/doctor/check.js";
import { checksOf } from "../ops/doctor/table.js";
import type { DoctorContext } from "../ops/doctor/table.js";
import { failureOf } from "../core/errors.js";
import { openOutput } from "../core/files.js";
import { listRecords } from "../editions/records/folder.js";
import { createRedactor, redactAll } from "../config/redact.js";
import type { Redactor } from "../config/redact.js";
import { packageVersion } from "../core/project.js";
import type { CommandModule, Outcome } from "./command.js";
import { RECORD } from "./options.js";
import { effectiveSettings } from "../config/secrets.js";
import { doctorParts } from "../app/doctor.js";
import { doctorContext } from "../ops/doctor/context.js";
import { secretsOf } from "../app/recording.js";
import { recordNamed, recordsIn } from "../app/records.js";

/** The number of runs in the report. */
const RUNS = 20;

/** The checks of `paperboy doctor` that use no network. */
const LOCAL_CHECKS = /^(?:machine\.(?:node|home|disk)|config\.\w+|store\.\w+|schedule\.\w+)$/;

const ABOUT =
  "A bug report of Paperboy. Mail addresses, passwords, keys and tokens were removed. Titles and authors of papers, and the " +
  "preferences of readers (views), were not. Review it before you share it.";

/** `paperboy report [ID] -o FILE`: writes a bug report as one file. */
export const report: CommandModule = {
  description:
    "Write a bug report as one JSON file: versions, the checks of `paperboy doctor` that need no network, the configuration, the last " +
    "runs, and one record with its pages and letters. Removes addresses and secrets.",
  examples: ["paperboy report -o report.json", "paperboy report 2026-10-02 -o report.json"],
  define: (command, run) =>
    command
      .argument("[id]", RECORD)
      .option("-o, --output <file>", "write to this file, readable only by its owner, instead of stdout")
      .action((id, { output }) => run((app) => write(app, id ?? null, output), { allowInvalidConfig: true })),
};

async function write(app: App, id: string | null, output: string | undefined): Promise<Outcome> {
  const report = redactAll(await collect(app, id), redactorFor(app));
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (output === undefined) return { message: "a bug report", data: text, result: { report } };
  const file = await openOutput(path.resolve(app.environment.directory, output));
  await file.write(text);
  await file.close();
  return {
    message: `${Buffer.byteLength(text)} bytes written to ${output}`,
    hint: "Addresses and secrets were removed. Review the file before you share it.",
    result: { file: output, bytes: Buffer.byteLength(text) },
  };
}

function redactorFor(app: App): Redactor {
  const folders = [
    { path: app.home, name: "HOME" },
    { path: app.environment.directory, name: "DIRECTORY" },
    { path: homedir(), name: "~" },
  ];
  return createRedactor({ secrets: secretsOf(app), folders: folders.filter((folder) => folder.path.length > 1) });
}

async function collect(app: App, id: string | null) {
  const context = await doctorContext(doctorParts(app));
  return {
    report: 1,
    about: ABOUT,
    at: app.clock().toISOString(),
    versions: { paperboy: packageVersion(), node: process.version, platform: process.platform, arch: process.arch },
    configuration: configurationOf(app),
    checks: await runChecks(checksOf(context).filter((check) => LOCAL_CHECKS.test(check.id))),
    runs: await orProblem(() => lastRuns(context)),
    record: id === null && (await listRecords(recordsIn(app.home))).length === 0 ? null : await recordOf(app, id),
  };
}

/** Returns the record to include. Throws if a named record is damaged; if the newest one is, returns the problem instead. */
function recordOf(app: App, id: string | null) {
  const read = () => recordNamed(app, id);
  return id === null ? orProblem(read) : read();
}

function configurationOf(app: App) {
  try {
    return { settings: effectiveSettings(app.config) };
  } catch (error) {
    return problemOf(error);
  }
}

async function lastRuns({ storeAccess }: DoctorContext) {
  if (isAbsent(storeAccess)) return { missing: storeAccess.absent };
  const store = await storeAccess.store();
  return isAbsent(store) ? { missing: store.absent } : store.runs.recent(RUNS);
}

/** Returns the result of `read`, or the error as a problem. */
async function orProblem<T>(read: () => Promise<T>) {
  try {
    return await read();
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown) {
  const { code: reason, message, hint } = failureOf(error);
  return { problem: { reason, message, hint } };
}
