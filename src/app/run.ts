import { PaperboyError } from "../core/errors.js";
import { findDue, MAX_DAYS_BACK, readJob } from "../editions/job.js";
import type { EditionJob } from "../editions/job.js";
import { prepareEdition, previewEdition, readersOf, writeLetters } from "../editions/prepare.js";
import { lettersTo } from "../editions/recipients.js";
import type { JobResult } from "../editions/results.js";
import { prepareWelcomes, previewWelcomes } from "../editions/welcome.js";
import type { SavedEdition } from "../store/store.js";
import { defaultView } from "../rank/view.js";
import type { App } from "./app.js";
import type { RunOutcome } from "../core/outcome.js";
import { pushContext, sendPushes, withPushes } from "./pushes.js";
import { report } from "./report.js";
import { recordRun } from "./run-log.js";
import { openRunParts } from "./run-parts.js";
import type { RunParts, RunRequest } from "./run-parts.js";
import { sendTransactional, transactionalSender } from "./transactional.js";
import { warnUnmatched } from "./unmatched.js";

/**
 * Runs once: finds the due editions, fetches, parses, freezes, ranks, renders and prepares each of them, delivers the letters
 * and reports. With `dryRun` it stops before `prepare`, with the same editions, audience and counts.
 */
export async function runEditions(
  { source, dryRun }: Pick<RunRequest, "source" | "dryRun">,
  parts: RunParts,
): Promise<RunOutcome> {
  const { deliver } = parts;
  if (!dryRun) await settleEarlierRuns(parts);
  const results: JobResult[] = [];
  for (const job of await findDue(source, parts.jobs)) {
    const result = await runJob(job, dryRun, parts);
    results.push(result, ...skippedDays(job, result, parts));
  }
  results.push(...(await welcomeNewcomers(results, dryRun, parts)));
  const open = await openEditions(parts);
  const told = source === null && parts.recipients === null ? results.filter(isNews) : results;
  const stopped = dryRun || open.length === 0 ? null : await deliver(open);
  return report({ results: told, open, stopped, dryRun }, parts);
}

/**
 * Prepares the newest edition for readers who confirmed since the list had it. Returns the failure, if there is one. A dry run
 * returns the editions as they would be prepared.
 */
async function welcomeNewcomers(
  results: readonly JobResult[],
  dryRun: boolean,
  { store, channel, recipients, prepare }: RunParts,
): Promise<readonly JobResult[]> {
  if (recipients !== null) return [];
  const parts = { ...prepare, store, channel };
  try {
    if (dryRun)
      return await previewWelcomes(
        results.flatMap(({ preview }) => preview?.edition ?? []),
        parts,
      );
    await prepareWelcomes(parts);
    return [];
  } catch (error) {
    return [failureOf("first letters", error)];
  }
}

function failureOf(name: string, error: unknown): JobResult {
  if (!(error instanceof PaperboyError)) throw error;
  const { code, message, hint } = error;
  return { name, editionId: null, reason: code, message, hint };
}

/**
 * Whether a run without a source reports a result. Weeks and months that an earlier run sent are always among its jobs; their letters
 * that are still to be sent are reported with the open editions.
 */
function isNews({ reason }: JobResult): boolean {
  return reason !== "already-sent";
}

/** Runs one job. An error ends this job and no other. */
async function runJob(job: EditionJob, dryRun: boolean, parts: RunParts): Promise<JobResult> {
  try {
    const ready = await readJob(job, parts.jobs); // fetch, parse, freeze
    if ("reason" in ready) return ready;
    const readers = await readersOf(ready, dryRun, parts.prepare);
    const letters = await writeLetters(ready, readers, parts.prepare); // rank, render
    return await (dryRun ? previewEdition : prepareEdition)(ready, letters, parts.prepare);
  } catch (error) {
    return failureOf(job.name, error);
  }
}

/** Reports the days that are too old for a catch-up, after the later days are settled. */
function skippedDays(job: EditionJob, { reason }: JobResult, { warn }: RunParts): JobResult[] {
  if (job.leftOut === null || !SETTLED.has(reason)) return [];
  const { first, last } = job.leftOut;
  const name = first === last ? first : `${first}..${last}`;
  const [are, them] = first === last ? ["is", "it"] : ["are", "them day by day"];
  const message =
    `${name} ${are} skipped, because a run catches up on at most ${MAX_DAYS_BACK} days: ` +
    `send ${them} with \`paperboy run ${first}\``;
  warn(message);
  return [{ name, editionId: null, reason: "nothing-due", message, hint: null, isNotice: true }];
}

const SETTLED: ReadonlySet<JobResult["reason"]> = new Set(["sent", "already-sent", "no-papers"]);

/** Returns the editions with letters to send; in a run for named people, only those with letters to them. */
async function openEditions({ store, channel, recipients, clock }: RunParts): Promise<SavedEdition[]> {
  const found: SavedEdition[] = [];
  for (const saved of await store.editions.open(channel)) {
    const key = { editionId: saved.edition.id, channel, now: clock() };
    const counts = recipients && (await lettersTo(recipients, key, store)).counts;
    if (counts === null || counts.pending + counts.deferred > 0) found.push(saved);
  }
  return found;
}

/**
 * Settles the claims of dead processes and the letters past their deadline. A run for named people leaves expired letters and
 * their report to the next run for the list.
 */
async function settleEarlierRuns({ store, clock, recipients }: RunParts): Promise<void> {
  await store.ledger.recover(clock());
  if (recipients === null) await store.ledger.expire(clock());
}

/** Runs once with the parts of an app. Records the run and alerts the operator, except in a dry run. */
export async function run(app: App, request: RunRequest): Promise<RunOutcome> {
  const work = async (): Promise<RunOutcome> => {
    const parts = await openRunParts(app, request);
    if ("reason" in parts) return parts;
    const outcome = await runEditions(request, parts);
    if (request.dryRun) return { ...outcome, result: { dryRun: true, ...outcome.result } };
    if (request.to === null) await warnUnmatched(app, parts.store, parts.unmatched);
    // Sends confirmations that no site process has sent.
    await sendTransactional(transactionalSender(app, parts.store));
    const { channel, store } = parts;
    const { to, wait } = request;
    return withPushes(
      outcome,
      await sendPushes(pushContext(app), store, {
        channel,
        forList: to === null,
        wait,
        warn: (message) => app.terminal.warn(message),
      }),
    );
  };
  const outcome = request.dryRun ? await work() : await recordRun(app, request.source?.name ?? null, work);
  return { ...outcome, result: { ...outcome.result, warnings: app.terminal.warnings } };
}

/** Runs the due editions for all readers, for cron and the worker's schedule. */
export async function runDue(app: App): Promise<RunOutcome> {
  return run(app, {
    source: null,
    to: null,
    view: defaultView(app.config.settings.view),
    early: false,
    dryRun: false,
    wait: false,
    onUncertain: "hold",
    acceptRestored: false,
    templates: undefined,
  });
}
