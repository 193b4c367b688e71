import type { Edition, View } from "../core/model.js";
import { readEdition } from "../editions/read-edition.js";
import type { Revisited, PastEdition, RevisitParts } from "../editions/revisit.js";
import { hasRevisit } from "../rank/revisit.js";
import { storeExists } from "../store/store-url.js";
import type { Channel, Store } from "../store/store.js";
import { once } from "../core/memoize.js";
import type { App } from "./app.js";
import { recordsIn } from "./records.js";
import type { Recording } from "./recording.js";

/** The parts of an app that compare earlier editions. */
export type RevisitApp = Pick<App, "clock" | "config" | "home" | "parts" | "source" | "store" | "terminal">;

interface RevisitOptions {
  /** Records the pages that are read; null to record nothing. */
  readonly recording: Recording | null;
  /** Whether to compare only with editions for the list. */
  readonly forList?: boolean;
}

/** Returns the parts of a revisit. It reads pages through the cache with short time-outs, and warns if it cannot read one. */
export function revisitParts(
  app: Omit<RevisitApp, "store">,
  store: Pick<Store, "editions">,
  { recording, forList = false }: RevisitOptions,
): RevisitParts {
  const open = once(() => app.parts({ quick: true }));
  return {
    editions: store.editions,
    past: (channel, since) => pastEditions(app, store, { channel, since, forList }),
    readAgain: async (period) => {
      const source = app.source(period);
      // Parse warnings were printed when the page was first read. The API is not needed, because only votes are compared.
      const parts = { ...(await open()), useApi: false, warn: (message: string) => app.terminal.detail(message) };
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

/** Returns the editions of the ledger and, with the setting `records`, recorded editions that are not in the ledger. */
async function pastEditions(
  { config, home }: Pick<App, "config" | "home">,
  store: Pick<Store, "editions">,
  { channel, since, forList }: Past,
): Promise<readonly PastEdition[]> {
  const all = await store.editions.since(channel, since);
  const saved = forList ? all.filter((edition) => edition.forList) : all;
  if (!config.settings.records) return saved;
  const { recordedSince } = await import("../editions/records/folder.js");
  const known = new Set(all.map(({ edition }) => edition.id));
  const recorded = await recordedSince(recordsIn(home), since);
  const others = recorded.filter((one) => one.channel === channel && !known.has(one.edition.id));
  return [...others.map(({ edition, at }) => ({ edition, preparedAt: new Date(at) })), ...saved];
}

/**
 * Adds the revisit to an edition, for commands that mail nothing. Returns the edition unchanged if the view has no revisit or
 * there is no database.
 */
export async function withRevisit(
  app: RevisitApp,
  edition: Edition,
  view: Pick<View, "revisit">,
): Promise<Pick<Revisited, "edition" | "others">> {
  if (!hasRevisit(view) || !hasStore(app)) return { edition, others: [] };
  const channel: Channel = app.config.settings.smtp === undefined ? "outbox" : "smtp";
  const { revisitEditions } = await import("../editions/revisit.js");
  const parts = revisitParts(app, await app.store(), { recording: null });
  const revisited = await revisitEditions(edition, channel, parts);
  const { rising } = revisited.edition;
  return { edition: rising ? { ...edition, rising } : edition, others: revisited.others };
}

/** Whether the database exists. Opening a missing one would create it. */
export function hasStore({ config, home }: Pick<App, "config" | "home">): boolean {
  return storeExists(config.settings.store, home);
}
