import { rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { App } from "./app.js";
import { failureOf } from "../core/errors.js";
import type { ErrorCode, ReasonCode } from "../core/errors.js";
import type { Outcome } from "../commands/command.js";
import { tellOperator } from "./alerts.js";

/** An outcome of a run, which always has a reason. */
export type RunOutcome = Outcome & { readonly reason: ReasonCode };

/** Ends that are neither remembered nor told: the other run will be, and a wrong command line is its writer's alone. */
const UNWITNESSED: ReadonlySet<ErrorCode> = new Set(["already-running", "usage"]);

/**
 * Sees a run to its end, also where something is thrown on the way: the end is remembered for `status` and `history`, and the
 * operator is told. What the run warned of is part of its result, but not remembered.
 * @param source what was asked for, as it was written; null: whatever is due.
 */
export async function witnessed(app: App, source: string | null, work: () => Promise<RunOutcome>): Promise<RunOutcome> {
  const startedAt = app.clock();
  try {
    const outcome = await work();
    const { reason, message, hint, result } = outcome;
    const store = await app.store();
    await store.runs.record({ startedAt, endedAt: app.clock(), source, reason, message, result: { ...result, hint } });
    await rm(unrememberedFile(app.home), { force: true });
    await tellOperator(app, store, { reason, message, hint, result });
    return { ...outcome, result: { ...result, warnings: app.terminal.warnings } };
  } catch (error) {
    await tellFailure(app, error, { startedAt, source });
    throw error;
  }
}

interface Begun {
  readonly startedAt: Date;
  readonly source: string | null;
}

async function tellFailure(app: App, error: unknown, begun: Begun): Promise<void> {
  const { code: reason, message, hint } = failureOf(error);
  if (UNWITNESSED.has(reason)) return;
  const store = await app.store().catch(() => null);
  const record = { ...begun, endedAt: app.clock(), reason, message, result: { hint } };
  try {
    if (store === null) throw error;
    await store.runs.record(record);
  } catch {
    await noteUnremembered(app);
  }
  await tellOperator(app, store, { reason, message, hint: hint ?? undefined });
}

function unrememberedFile(home: string): string {
  return path.join(home, "unremembered-run");
}

/** The time of an empty file says when; even a full disk has room for it. Where home is read-only, nothing can be said. */
async function noteUnremembered({ home, clock, terminal }: App): Promise<void> {
  const now = clock();
  try {
    await writeFile(unrememberedFile(home), "");
    await utimes(unrememberedFile(home), now, now);
  } catch (error) {
    terminal.detail(`that this run failed could not be noted: ${failureOf(error).message}`);
  }
}

/** When a run last ended that the database could not remember, unless a later one was; null: none. */
export async function unrememberedRun(home: string): Promise<Date | null> {
  return (await stat(unrememberedFile(home)).catch(() => null))?.mtime ?? null;
}
