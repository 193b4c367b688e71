import type { EditionRecord } from "../editions/records/record.js";
import { replayRecord } from "../editions/records/replay.js";
import type { Replay, ReplayParts } from "../editions/records/replay.js";
import type { App } from "./app.js";
import { letterOf } from "./letter.js";

interface ReplayOptions extends Partial<Pick<ReplayParts, "viewOf">> {
  /** A folder of templates that replace the built-in ones of the same name. */
  readonly templates?: string | undefined;
}

/** Replays a record with the current code, templates and branding. Opens neither a connection nor the database. */
export function replay(
  app: Pick<App, "config" | "renderer" | "terminal">,
  record: EditionRecord,
  { templates, viewOf = (view) => view }: ReplayOptions,
): Promise<Replay> {
  return replayRecord(record, {
    letter: (digest) => letterOf(app, digest, { templates, placeholders: true }),
    viewOf,
    warn: (message) => app.terminal.detail(message),
  });
}
