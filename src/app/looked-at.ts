import { existsSync } from "node:fs";
import path from "node:path";
import type { App, PartsOptions } from "./app.js";
import type { Edition, View } from "../core/model.js";
import { wantsSecondLook } from "../rank/revisit.js";
import type { Looked } from "../editions/revisit.js";
import type { Channel } from "../store/store.js";

/**
 * An edition as a run would make it now, for commands that mail nobody: as it was frozen, or after a second look. It stays as it is
 * where the view asks for none, or no database stands yet.
 */
export async function lookedAt(
  app: App,
  edition: Edition,
  { view, readOnly }: Pick<PartsOptions, "readOnly"> & { readonly view: Pick<View, "secondLook"> },
): Promise<Pick<Looked, "edition" | "others">> {
  const plain = { edition, others: [] };
  if (!wantsSecondLook(view) || !hasStore(app)) return plain;
  const channel: Channel = app.config.settings.smtp === undefined ? "outbox" : "smtp";
  const [{ lookAgain }, { secondLookParts }] = await Promise.all([
    import("../editions/revisit.js"),
    import("./revisit.js"),
  ]);
  const parts = secondLookParts(app, await app.store(), { recording: null, readOnly });
  const looked = await lookAgain(edition, channel, parts);
  const { risen } = looked.edition;
  return { edition: risen ? { ...edition, risen } : edition, others: looked.others };
}

/** Whether a database stands: asking one that does not would make it. */
export function hasStore(app: App): boolean {
  const { store } = app.config.settings;
  const isServer = /^[a-z]+:\/\//i.test(store);
  return isServer || existsSync(path.resolve(app.home, store));
}
