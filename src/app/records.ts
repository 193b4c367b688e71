import path from "node:path";
import { DEFAULTS } from "../config/defaults.js";
import { readEditionName } from "../editions/edition-name.js";
import type { EditionName } from "../editions/edition-name.js";
import type { EditionRecord } from "../editions/records/record.js";
import type { Replay, ReplayParts } from "../editions/records/replay.js";
import type { App } from "./app.js";

/**
 * Reads the name of an edition that a command got. Works also with an invalid configuration, for `paperboy report`.
 * @throws PaperboyError like `readEditionName`.
 */
export function editionName(app: Pick<App, "clock" | "config">, text: string): EditionName {
  return readEditionName(text, { site: siteOf(app), now: app.clock() });
}

function siteOf(app: Pick<App, "config">): string {
  try {
    return app.config.settings.site;
  } catch {
    return DEFAULTS.site;
  }
}

/**
 * Returns the id of the saved edition that a command names.
 * @throws PaperboyError `usage` with the nearest editions if there is none of this name.
 */
export async function savedEditionId(app: Pick<App, "clock" | "config" | "store">, text: string): Promise<string> {
  const { editionIdOf } = await import("../ops/status/edition.js");
  return editionIdOf(await app.store(), editionName(app, text));
}

/** Returns the folder of the records of a home. */
export function recordsIn(home: string): string {
  return path.join(home, "records");
}

/**
 * Reads the record that a command names by its own id, or by its edition. Reads the newest one for null.
 * @throws PaperboyError like `recordIdOf` and `readRecord`.
 */
export async function recordNamed(
  app: Pick<App, "clock" | "config" | "home">,
  name: string | null,
): Promise<EditionRecord> {
  const { readRecord, recordIdOf } = await import("../editions/records/folder.js");
  const folder = recordsIn(app.home);
  return readRecord(folder, name === null ? null : await recordIdOf(folder, editionName(app, name)));
}

interface ReplayOptions extends Partial<Pick<ReplayParts, "viewOf">> {
  /** A folder of templates that replace the built-in ones of the same name. */
  readonly templates?: string | undefined;
}

/** Replays a record with the current code, templates and branding. Opens neither a connection nor the database. */
export async function replay(
  app: Pick<App, "config" | "renderer" | "terminal">,
  record: EditionRecord,
  { templates, viewOf = (view) => view }: ReplayOptions,
): Promise<Replay> {
  const [{ replayRecord }, { letterOf }] = await Promise.all([
    import("../editions/records/replay.js"),
    import("./letter.js"),
  ]);
  return replayRecord(record, {
    letter: (digest) => letterOf(app, digest, { templates, placeholders: true }),
    viewOf,
    warn: (message) => app.terminal.detail(message),
  });
}
