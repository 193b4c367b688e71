import { storeExists } from "../store/store-url.js";
import type { App, PartsOptions } from "./app.js";
import type { Edition, View } from "../core/model.js";
import { wantsRevisit } from "../rank/revisit.js";
import type { Looked } from "../editions/revisit.js";
import type { Channel } from "../store/store.js";

/**
 * An edition as a run would make it now, for commands that mail nobody: as it was frozen, or after a revisit. It stays as it is
 * where the view asks for none, or no database stands yet.
 */
export async function withRevisit(
  app: App,
  edition: Edition,
  { view, readOnly }: Pick<PartsOptions, "readOnly"> & { readonly view: Pick<View, "revisit"> },
): Promise<Pick<Looked, "edition" | "others">> {
  const plain = { edition, others: [] };
  if (!wantsRevisit(view) || !hasStore(app)) return plain;
  const channel: Channel = app.config.settings.smtp === undefined ? "outbox" : "smtp";
  const [{ revisitEditions }, { revisitParts }] = await Promise.all([
    import("../editions/revisit.js"),
    import("./revisit-parts.js"),
  ]);
  const parts = revisitParts(app, await app.store({ readOnly }), { recording: null, readOnly });
  const looked = await revisitEditions(edition, channel, parts);
  const { rising } = looked.edition;
  return { edition: rising ? { ...edition, rising } : edition, others: looked.others };
}

/** Whether a database stands: asking one that does not would make it. */
export function hasStore(app: App): boolean {
  return storeExists(app.config.settings.store, app.home);
}
