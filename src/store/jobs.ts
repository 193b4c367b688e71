/**
 * Jobs per edition: the most workers that deliver it at once. A job is not tied to certain readers: each claims whatever is due,
 * so a job without a worker delays no reader.
 */
const SHARDS = 16;

/** The payload of a job. The ledger alone says what is due; an extra or missing job only changes when a worker looks. */
export interface DrainJob {
  readonly edition: string;
  readonly shard: number;
}

/** The tasks of workers: deliver an edition; queue jobs for due editions; fetch and prepare as `paperboy run` does. */
export type TaskName = "drain" | "sweep" | "run";

/** How often the engine tries a failing job; a sweep queues it again in any case. */
export const JOB_ATTEMPTS = 3;

/** A task's name in the engine. It begins with the schema, so two installations can share one database. */
export function taskOf(schema: string, name: TaskName): string {
  return `${schema}:${name}`;
}

/** The jobs of an edition. A new job replaces a waiting one with the same key. */
export function drainJobs(
  schema: string,
  edition: string,
): readonly { readonly key: string; readonly job: DrainJob }[] {
  return Array.from({ length: SHARDS }, (_, shard) => ({
    key: `${taskOf(schema, "drain")}:${edition}:${shard}`,
    job: { edition, shard },
  }));
}

/** Validates a payload from the engine; null when it is not a job of Paperboy. */
export function readDrainJob(payload: unknown): DrainJob | null {
  if (typeof payload !== "object" || payload === null) return null;
  const { edition, shard } = payload as Partial<Record<keyof DrainJob, unknown>>;
  return typeof edition === "string" && typeof shard === "number" ? { edition, shard } : null;
}

/** The engine's database, and the schema of this installation in it. */
export interface QueueAddress {
  readonly url: string;
  readonly schema: string;
}
