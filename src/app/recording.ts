import { createHash } from "node:crypto";
import type { App } from "./app.js";
import { recordsIn } from "./records.js";
import { messageOf } from "../core/errors.js";
import type { Edition, Source } from "../core/model.js";
import type { ReadParts } from "../editions/read-edition.js";
import { deleteRecord, findRecord, pruneRecords, writeRecord } from "../editions/records/folder.js";
import { createRecorder, recordedLetters } from "../editions/records/recorder.js";
import type { PreparedEdition } from "../editions/prepare.js";
import type { Recorder, SourceRecording } from "../editions/records/recorder.js";
import { RECORD_FORMAT } from "../editions/records/record.js";
import type { EditionRecord, RecordedConfiguration } from "../editions/records/record.js";
import { withoutCredentials } from "../fetch/failures.js";
import { createRedactor, knownSecrets, redactAll } from "../config/redact.js";
import { editionSlug } from "../send/message/names.js";
import { packageVersion } from "../core/project.js";
import { effectiveSettings } from "../config/secrets.js";
import { defaultView } from "../rank/view.js";

/** The recording of a run. */
export interface Recording {
  record(source: Source, options: { readonly parts: ReadParts; readonly early: boolean }): SourceRecording;
  /** Writes the record of an edition. A failure is only a warning: the letters are still sent. */
  write(prepared: PreparedEdition): Promise<void>;
}

type RecordingApp = Pick<App, "clock" | "config" | "environment" | "home" | "terminal">;

/** Records the editions of a run. */
export function openRecording(app: RecordingApp): Recording {
  const recorder = createRecorder();
  return {
    record: (source, options) => recorder.record(source, options),
    write: async (prepared) => {
      try {
        await writeRecordOf(app, recorder, prepared);
      } catch (error) {
        app.terminal.warn(`${prepared.edition.source} could not be recorded: ${messageOf(error)}`);
      }
    },
  };
}

async function writeRecordOf(app: RecordingApp, recorder: Recorder, prepared: PreparedEdition): Promise<void> {
  const { edition, channel, groups, completes } = prepared;
  const folder = recordsIn(app.home);
  // An earlier run for named people froze the edition and recorded its pages. One record then contains the letters of both
  // runs.
  const known = completes ? await findRecord(folder, { editionId: edition.id, channel }) : null;
  const first = known && hasSamePapers(known.edition, edition) ? known : null;
  const reads = first?.reads ?? recorder.readsOf(edition);
  // An earlier run froze the edition, and its record is complete or deleted.
  if (reads.length === 0) return;
  const { letters, leftOut } = recordedLetters(groups);
  const revisit = recorder.revisitOf(prepared) ?? first?.revisit;
  const at = app.clock().toISOString();
  const record: EditionRecord = {
    format: RECORD_FORMAT,
    id: `${at.replaceAll(/[-:]|\.\d+/g, "")}-${editionSlug(edition.id)}`,
    at,
    channel,
    versions: { paperboy: packageVersion(), node: process.version },
    configuration: recordedConfiguration(app),
    reads,
    edition,
    ...(revisit && { revisit }),
    letters: [...(first?.letters ?? []), ...letters],
    lettersLeftOut: leftOut + (first?.lettersLeftOut ?? 0),
  };
  const id = await writeRecord(folder, record);
  if (first) await deleteRecord(folder, first.id);
  app.terminal.detail(`recorded as ${id}`);
  await pruneRecords(folder, app.config.settings.recordKeep);
}

function hasSamePapers(one: Edition, other: Edition): boolean {
  return JSON.stringify(one.papers) === JSON.stringify(other.papers);
}

function recordedConfiguration(app: Pick<App, "config" | "environment" | "home">): RecordedConfiguration {
  const { site, api } = app.config.settings;
  const redact = createRedactor({ secrets: secretsOf(app), folders: [] });
  const settings = effectiveSettings(app.config).map(({ setting, value, from }) => ({
    setting,
    value: redactAll(value, redact),
    from,
  }));
  const values = settings.map(({ setting, value }) => [setting, value]);
  return {
    hash: createHash("sha256").update(JSON.stringify(values)).digest("hex"),
    settings,
    site: withoutCredentials(site),
    api: api ?? null,
    view: defaultView(app.config.settings.view),
  };
}

/** Returns every secret of this installation, even if its configuration is invalid. */
export function secretsOf(app: Pick<App, "config" | "environment" | "home">): readonly string[] {
  const { environment, home } = app;
  return knownSecrets({ settings: () => app.config.settings, variables: environment.env, home });
}
