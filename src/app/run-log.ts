import { rm } from "node:fs/promises";
import path from "node:path";
import type { App } from "./app.js";
import { failureOf, messageOf } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import { alertOperator, timeFile } from "./alerts.js";
import type { AlertApp } from "./alerts.js";
import type { RunOutcome } from "../core/outcome.js";

/**
 * Reasons that are neither recorded nor alerted. The other run records itself, and the author of a wrong command line sees the
 * error.
 */
const UNRECORDED: ReadonlySet<ReasonCode> = new Set(["already-running", "usage"]);

type RunLogApp = AlertApp & Pick<App, "store">;

/**
 * Runs `work`, records its outcome for `status` and `history`, and alerts the operator, even if `work` throws.
 * @param source the source as it was given; null for the due editions.
 */
export async function recordRun(
  app: RunLogApp,
  source: string | null,
  work: () => Promise<RunOutcome>,
): Promise<RunOutcome> {
  const { mask } = app;
  const startedAt = app.clock();
  try {
    const outcome = await work();
    const { reason, message, hint, result } = outcome;
    if (UNRECORDED.has(reason)) return outcome;
    const store = await app.store();
    await store.runs.record({
      startedAt,
      endedAt: app.clock(),
      source,
      reason,
      message: mask.message(message),
      result: mask.value({ ...result, hint }),
    });
    await rm(unrecordedFile(app.home), { force: true });
    await alertOperator(app, store, outcome);
    return outcome;
  } catch (error) {
    await recordFailure(app, error, { startedAt, source });
    throw error;
  }
}

interface Started {
  readonly startedAt: Date;
  readonly source: string | null;
}

async function recordFailure(app: RunLogApp, error: unknown, started: Started): Promise<void> {
  const { clock, home, mask, terminal } = app;
  const { code: reason, message, hint } = failureOf(error);
  if (UNRECORDED.has(reason)) return;
  const store = await app.store().catch(() => null);
  try {
    if (store === null) throw error;
    await store.runs.record({
      ...started,
      endedAt: clock(),
      reason,
      message: mask.message(message),
      result: mask.value({ hint }),
    });
  } catch {
    await timeFile(unrecordedFile(home))
      .set(clock())
      .catch((cause: unknown) => {
        terminal.detail(`cannot record the failure of this run: ${messageOf(cause)}`);
      });
  }
  await alertOperator(app, store, { reason, message, hint: hint ?? undefined });
}

function unrecordedFile(home: string): string {
  return path.join(home, "unrecorded-run");
}

/**
 * Returns the end of the last run that could not be recorded in the database; null if there is none or a later run was
 * recorded.
 */
export async function unrecordedRun(home: string): Promise<Date | null> {
  return timeFile(unrecordedFile(home)).get();
}
