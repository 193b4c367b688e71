import type { App } from "../../app/app.js";
import type { EditionRecord } from "./record.js";
import type { Replayed, ReplayParts } from "./replay.js";
import { letterOf } from "../../app/letter.js";

/** How a record is made again. */
export interface ReplayFlags {
  readonly templates?: string | undefined;
}

/**
 * Makes a record again with today's code, templates and look, as a run would: no socket is opened, no database, nothing is
 * written.
 */
export async function replayed(
  app: App,
  record: EditionRecord,
  { templates, viewOf = (view) => view }: ReplayFlags & Partial<Pick<ReplayParts, "viewOf">>,
): Promise<Replayed> {
  const { replayRecord } = await import("./replay.js");
  return replayRecord(record, {
    letter: (digest) => letterOf(app, digest, { templates, placeholders: true }),
    viewOf,
    warn: (message) => app.terminal.detail(message),
  });
}

/** A count with its noun: `1 letter`, `3 letters`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
