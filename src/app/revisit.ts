import type { Edition, View } from "../core/model.js";
import { readEdition } from "../editions/read-edition.js";
import type { Revisited, PastEdition, RevisitParts } from "../editions/revisit.js";
import { hasRevisit } from "../rank/revisit.js";
import { storeExists } from "../store/store-url.js";
import type { Channel, Store } from "../store/store.js";
import type { App, PartsOptions } from "./app.js";
import { recordsIn } from "./recording.js";
import type { Recording } from "./recording.js";

interface RevisitOptions extends Pick<PartsOptions, "readOnly"> {
  /** Records what is read; null: nothing is recorded. */
  readonly recording: Recording | null;
  /** Compares with editions that the list had only. */
  readonly forList?: boolean;
}

/** Returns the parts of a revisit: it reads through the page cache, with short time-outs, and warns of pages that it cannot read. */
export function revisitParts(
  app: App,
  store: Store,
  { recording, readOnly, forList = false }: RevisitOptions,
): RevisitParts {
  let opened: ReturnType<App["parts"]> | null = null;
  return {
    editions: store.editions,
    past: (channel, since) => pastEditions(app, store, { channel, since, forList }),
    readAgain: async (period) => {
      opened ??= app.parts({ hurried: true, readOnly });
      const source = app.source(period);
      // Parse warnings were printed when the page was first read. The API is not needed: only votes are compared.
      const parts = { ...(await opened), useApi: false, warn: (message: string) => app.terminal.detail(message) };
      const recorded = recording?.record(source, { parts, early: true });
      const read = await readEdition({ source, early: true }, recorded?.parts ?? parts);
      if ("reason" in read) return read;
      recorded?.onFrozen(read.edition);
      return read.edition;
    },
    now: app.clock(),
    warn: (message) => app.terminal.warn(message),
  };
}

interface Past {
  readonly channel: Channel;
  readonly since: Date;
  readonly forList: boolean;
}

/** Returns the editions of the ledger and, with the setting `records`, recorded ones that the ledger does not know. */
async function pastEditions(
  app: App,
  store: Store,
  { channel, since, forList }: Past,
): Promise<readonly PastEdition[]> {
  const all = await store.editions.since(channel, since);
  const saved = forList ? all.filter((edition) => edition.forList) : all;
  if (!app.config.settings.records) return saved;
  const { recordedSince } = await import("../editions/records/folder.js");
  const known = new Set(all.map(({ edition }) => edition.id));
  const recorded = await recordedSince(recordsIn(app.home), since);
  const others = recorded.filter((one) => one.channel === channel && !known.has(one.edition.id));
  return [...others.map(({ edition, at }) => ({ edition, preparedAt: new Date(at) })), ...saved];
}

/**
 * Returns an edition with its revisit, for commands that mail nothing. The edition is unchanged where the view asks for no revisit,
 * or no database exists.
 */
export async function withRevisit(
  app: App,
  edition: Edition,
  { view, readOnly }: Pick<PartsOptions, "readOnly"> & { readonly view: Pick<View, "revisit"> },
): Promise<Pick<Revisited, "edition" | "others">> {
  if (!hasRevisit(view) || !hasStore(app)) return { edition, others: [] };
  const channel: Channel = app.config.settings.smtp === undefined ? "outbox" : "smtp";
  const { revisitEditions } = await import("../editions/revisit.js");
  const parts = revisitParts(app, await app.store({ readOnly }), { recording: null, readOnly });
  const looked = await revisitEditions(edition, channel, parts);
  const { rising } = looked.edition;
  return { edition: rising ? { ...edition, rising } : edition, others: looked.others };
}

/** Whether the database exists; opening it would create it. */
export function hasStore({ config, home }: Pick<App, "config" | "home">): boolean {
  return storeExists(config.settings.store, home);
}
