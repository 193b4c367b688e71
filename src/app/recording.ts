import { createHash } from "node:crypto";
import path from "node:path";
import type { App } from "./app.js";
import type { Source } from "../core/model.js";
import type { ReadParts } from "../editions/read-edition.js";
import type { Recorder, Listening, Prepared } from "../editions/records/recorder.js";
import type { EditionRecord, RecordedConfiguration } from "../editions/records/record.js";
import { createScrub, scrubAll } from "../editions/records/scrub.js";
import { editionSlug } from "../send/message/names.js";
import { packageVersion } from "./version.js";
import { effectiveSettings } from "../config/effective.js";
import { defaultView } from "../rank/view.js";
import { secretsOf } from "../commands/secrets.js";

/** What a run keeps of itself while it is under way. */
export interface Recording {
  listen(source: Source, options: { readonly parts: ReadParts; readonly early: boolean }): Listening;
  /** Writes the record of an edition. A record that cannot be written is a warning: the letters count. */
  keep(prepared: Prepared): Promise<void>;
}

const NOTHING: Recording = {
  listen: (_, { parts }) => ({ parts, froze: () => undefined }),
  keep: () => Promise.resolve(),
};

/** Where the records of a home are. */
export function recordsIn(home: string): string {
  return path.join(home, "records");
}

/** Keeps the run's editions where `record` asks for it; else nothing. */
export async function openRecording(app: App): Promise<Recording> {
  if (!app.config.settings.records) return NOTHING;
  const { createRecorder } = await import("../editions/records/recorder.js");
  const recorder = createRecorder();
  return {
    listen: (source, options) => recorder.listen(source, options),
    keep: async (prepared) => {
      try {
        await keepRecord(app, recorder, prepared);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        app.terminal.warn(`${prepared.edition.source} could not be recorded: ${why}`);
      }
    },
  };
}

async function keepRecord(app: App, recorder: Recorder, prepared: Prepared): Promise<void> {
  const { edition, channel, groups } = prepared;
  const reads = recorder.readsOf(edition);
  // People who were named late join an edition that an earlier run froze, and recorded.
  if (reads.length === 0) return;
  const { recordedLetters } = await import("../editions/records/recorder.js");
  const { pruneRecords, writeRecord } = await import("../editions/records/folder.js");
  const { letters, leftOut } = recordedLetters(groups);
  const revisit = recorder.revisitOf(prepared);
  const at = app.clock().toISOString();
  const record: EditionRecord = {
    form: 1,
    id: `${at.replaceAll(/[-:]|\.\d+/g, "")}-${editionSlug(edition.id)}`,
    at,
    channel,
    versions: { paperboy: packageVersion(), node: process.version },
    configuration: recordedConfiguration(app),
    reads,
    edition,
    ...(revisit && { revisit }),
    letters,
    lettersLeftOut: leftOut,
  };
  const id = await writeRecord(recordsIn(app.home), record);
  app.terminal.detail(`recorded as ${id}`);
  await pruneRecords(recordsIn(app.home), app.config.settings.recordKeep);
}

function recordedConfiguration(app: App): RecordedConfiguration {
  const { site, api } = app.config.settings;
  const scrub = createScrub({ secrets: secretsOf(app), folders: [] });
  const settings = effectiveSettings(app.config).map(({ setting, value, from }) => ({
    setting,
    value: scrubAll(value, scrub),
    from,
  }));
  const said = settings.map(({ setting, value }) => [setting, value]);
  return {
    hash: createHash("sha256").update(JSON.stringify(said)).digest("hex"),
    settings,
    site: site.replace(/^([a-z]+:\/\/)[^/?#@]*@/i, "$1"),
    api,
    view: defaultView(app.config.settings.view),
  };
}
