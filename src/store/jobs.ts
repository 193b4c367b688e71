/**
 * So many jobs share one edition: at most so many workers deliver it at once. A job is a seat, not a part of the readers:
 * whoever has one takes from the ledger whatever is due, so a seat that nobody takes leaves nobody waiting.
 */
const SHARDS = 16;

/**
 * What a job says: which edition, on which seat. Everything else is in the ledger, the only truth: a job too many or too few
 * changes nothing but when somebody looks.
 */
export interface DrainJob {
  readonly edition: string;
  readonly shard: number;
}

/** What workers do, by name: deliver an edition; find what is due and put jobs for it; fetch and prepare as `run` does. */
export type TaskName = "drain" | "sweep" | "round";

/** A job that failed is tried again so often by the engine; a sweep brings it back in any case. */
export const JOB_ATTEMPTS = 3;

/** A task as the engine knows it. Its name begins with our schema, so that two Paperboys may share one database. */
export function taskOf(schema: string, name: TaskName): string {
  return `${schema}:${name}`;
}

/** The jobs of an edition. Each stands in line once: by its key a later one stands in for one that waits. */
export function drainJobs(
  schema: string,
  edition: string,
): readonly { readonly key: string; readonly job: DrainJob }[] {
  return Array.from({ length: SHARDS }, (_, shard) => ({
    key: `${taskOf(schema, "drain")}:${edition}:${shard}`,
    job: { edition, shard },
  }));
}

/** A job as the engine hands it over, read without trust; null when it is none of ours. */
export function readDrainJob(payload: unknown): DrainJob | null {
  if (typeof payload !== "object" || payload === null) return null;
  const { edition, shard } = payload as Partial<Record<keyof DrainJob, unknown>>;
  return typeof edition === "string" && typeof shard === "number" ? { edition, shard } : null;
}

/** A database for the engine, and the schema that tells one Paperboy in it from another. */
export interface QueueAddress {
  readonly url: string;
  readonly schema: string;
}
