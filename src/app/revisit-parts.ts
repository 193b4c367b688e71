import type { App, PartsOptions } from "./app.js";
import { readEdition } from "../editions/read-edition.js";
import type { PastEdition, RevisitParts } from "../editions/revisit.js";
import type { Channel, Store } from "../store/store.js";
import { recordsIn } from "./recording.js";
import type { Recording } from "./recording.js";

/** What a revisit of a run is made with. */
export interface RevisitOptions extends Pick<PartsOptions, "readOnly"> {
  /** Hears what is read; null where nothing is kept. */
  readonly recording: Recording | null;
}

/** What looks again for a run: through the page cache, in a hurry, with a warning for what cannot be read. */
export function revisitParts(app: App, store: Store, { recording, readOnly }: RevisitOptions): RevisitParts {
  let opened: ReturnType<App["parts"]> | null = null;
  return {
    editions: store.editions,
    past: (channel, since) => pastOf(app, store, { channel, since }),
    readAgain: async (period) => {
      opened ??= app.parts({ hurried: true, readOnly });
      const source = app.source(period);
      // What is odd about a page was told when it was mailed; and the API is not asked for what only votes are wanted of.
      const parts = { ...(await opened), useApi: false, warn: (message: string) => app.terminal.detail(message) };
      const recorded = recording?.record(source, { parts, early: true });
      const read = await readEdition({ source, early: true }, recorded?.parts ?? parts);
      if ("reason" in read) return read;
      recorded?.froze(read.edition);
      return read.edition;
    },
    now: app.clock(),
    warn: (message) => app.terminal.warn(message),
  };
}

interface Past {
  readonly channel: Channel;
  readonly since: Date;
}

/** The editions of the ledger; where runs are recorded, also those of records that the ledger does not know. */
async function pastOf(app: App, store: Store, { channel, since }: Past): Promise<readonly PastEdition[]> {
  const saved = await store.editions.since(channel, since);
  if (!app.config.settings.records) return saved;
  const { recordedSince } = await import("../editions/records/folder.js");
  const known = new Set(saved.map(({ edition }) => edition.id));
  const recorded = await recordedSince(recordsIn(app.home), since);
  const others = recorded.filter((one) => one.channel === channel && !known.has(one.edition.id));
  return [...others.map(({ edition, at }) => ({ edition, preparedAt: new Date(at) })), ...saved];
}
