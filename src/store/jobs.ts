/**
 * The number of jobs per edition, and so the maximum number of workers that deliver it at once. A job is not tied to certain
 * readers but claims any due delivery, so a job without a worker delays no reader.
 */
const SHARDS = 16;

/**
 * The payload of a job. The ledger determines what is due, so an extra or a missing job only changes when a worker looks for
 * it.
 */
export interface DrainJob {
  readonly edition: string;
  readonly shard: number;
}

/**
 * The tasks of workers. `drain` delivers an edition; `sweep` queues jobs for due editions; `run` fetches and prepares editions
 * as `paperboy run` does.
 */
export type TaskName = "drain" | "sweep" | "run";

/** How often graphile-worker tries a failing job. A sweep queues it again in any case. */
export const JOB_ATTEMPTS = 3;

/**
 * Returns the name of a task in graphile-worker. It begins with the schema, so that several installations can share a database.
 */
export function taskOf(schema: string, name: TaskName): string {
  return `${schema}:${name}`;
}

/** Returns the jobs of an edition. A new job replaces a waiting one with the same key. */
export function drainJobs(
  schema: string,
  edition: string,
): readonly { readonly key: string; readonly job: DrainJob }[] {
  return Array.from({ length: SHARDS }, (_, shard) => ({
    key: `${taskOf(schema, "drain")}:${edition}:${shard}`,
    job: { edition, shard },
  }));
}

/** Validates a payload from graphile-worker; returns null if it is not a job of Paperboy. */
export function readDrainJob(payload: unknown): DrainJob | null {
  if (typeof payload !== "object" || payload === null) return null;
  const { edition, shard } = payload as Partial<Record<keyof DrainJob, unknown>>;
  return typeof edition === "string" && typeof shard === "number" ? { edition, shard } : null;
}

/** The database of graphile-worker, and the schema of this installation in it. */
export interface QueueAddress {
  readonly url: string;
  readonly schema: string;
}
