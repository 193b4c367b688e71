import { PaperboyError } from "../core/errors.js";
import type { RunOutcome } from "../core/outcome.js";
import { findDue, MAX_DAYS_BACK, readJob } from "../editions/job.js";
import type { EditionJob } from "../editions/job.js";
import { prepareEdition, previewEdition, readersOf, writeLetters } from "../editions/prepare.js";
import { lettersTo } from "../editions/recipients.js";
import type { JobResult } from "../editions/results.js";
import { prepareWelcomes, previewWelcomes } from "../editions/welcome.js";
import { defaultView } from "../rank/view.js";
import type { SavedEdition } from "../store/store.js";
import type { App } from "./app.js";
import { pushContext, sendPushes, withPushes } from "./pushes.js";
import { report } from "./report.js";
import { recordRun } from "./run-log.js";
import { openRunParts } from "./run-parts.js";
import type { RunParts, RunRequest } from "./run-parts.js";
import { sendTransactional, transactionalSender } from "./transactional.js";
import { warnUnmatched } from "./unmatched.js";

/**
 * The whole trip of a run: finds what is due, fetches, parses, freezes, ranks, renders and prepares each edition, delivers the
 * letters, and reports. A dry run stops before `prepare`, with the same editions, audience and counts.
 */
export async function runEditions({ source, dryRun = false }: Trip, parts: RunParts): Promise<RunOutcome> {
  if (!dryRun) await settleEarlierRuns(parts);
  const results: JobResult[] = [];
  for (const job of await findDue(source, parts.jobs)) results.push(...(await runJob(job, dryRun, parts)));
  results.push(...(await welcomeNewcomers(results, dryRun, parts)));
  const open = await openEditions(parts);
  const stopped = dryRun || open.length === 0 ? null : await parts.deliver(open);
  const news = source === null && parts.recipients === null ? results.filter(isNews) : results;
  return report({ results: news, open, stopped, dryRun }, parts);
}

type Trip = Pick<RunRequest, "source" | "dryRun">;

/** Takes one edition from its page to its letters. An error ends this job and no other. */
async function runJob(job: EditionJob, dryRun: boolean, parts: RunParts): Promise<readonly JobResult[]> {
  const result = await orFailure(job.name, async () => {
    const ready = await readJob(job, parts.jobs); // fetch, parse, freeze
    if ("reason" in ready) return ready;
    const readers = await readersOf(ready, dryRun, parts.prepare);
    const letters = await writeLetters(ready, readers, parts.prepare); // rank, render
    return (dryRun ? previewEdition : prepareEdition)(ready, letters, parts.prepare);
  });
  return [result, ...skippedDays(job, result, parts)];
}

/** Runs `paperboy run`. Records the run and alerts the operator, except for a dry run, which writes nothing. */
export async function run(app: App, request: RunRequest): Promise<RunOutcome> {
  const outcome = request.dryRun
    ? await runOnce(app.readOnly, request)
    : await recordRun(app, request.source?.name ?? null, () => runOnce(app, request));
  return { ...outcome, result: { ...outcome.result, warnings: app.terminal.warnings } };
}

/** Runs the due editions for all readers, for cron and the worker's schedule. */
export async function runDue(app: App): Promise<RunOutcome> {
  return run(app, { source: null, view: defaultView(app.config.settings.view) });
}

/** Runs once, then sends what else is due: mails about subscriptions, and pushes to webhooks and chats. */
async function runOnce(app: App, request: RunRequest): Promise<RunOutcome> {
  const parts = await openRunParts(app, request);
  if ("reason" in parts) return parts;
  const outcome = await runEditions(request, parts);
  if (request.dryRun) return outcome;
  const { store, channel, unmatched, warn } = parts;
  const forList = parts.recipients === null;
  if (forList) await warnUnmatched(app, store, unmatched);
  // Sends confirmations that no site process has sent.
  await sendTransactional(transactionalSender(app, store));
  const { wait = false } = request;
  return withPushes(outcome, await sendPushes(pushContext(app), store, { channel, forList, wait, warn }));
}

/**
 * Settles the claims of dead processes and the letters past their deadline. A run for named people leaves expired letters and
 * their report to the next run for the list.
 */
async function settleEarlierRuns({ store, clock, recipients }: RunParts): Promise<void> {
  await store.ledger.recover(clock());
  if (recipients === null) await store.ledger.expire(clock());
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
  const planned = results.flatMap(({ preview }) => preview?.edition ?? []);
  const ended = await orFailure("first letters", async () =>
    dryRun ? previewWelcomes(planned, parts) : prepareWelcomes(parts).then(() => []),
  );
  return [ended].flat();
}

/** Returns the result of `work`, or its failure, so that the run goes on. */
async function orFailure<T>(name: string, work: () => Promise<T>): Promise<T | JobResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    const { code, message, hint } = error;
    return { name, editionId: null, reason: code, message, hint };
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
 * Whether a run without a source reports a result. Weeks and months that an earlier run sent are always among its jobs; their letters
 * that are still to be sent are reported with the open editions.
 */
function isNews({ reason }: JobResult): boolean {
  return reason !== "already-sent";
}
