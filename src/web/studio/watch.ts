import { existsSync, readdirSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import path from "node:path";

/** A folder in which a change matters. */
export interface Watched {
  readonly folder: string;
  /** Which files in it matter; all of them, and those in folders below, when nothing is said. */
  readonly files?: readonly string[];
}

/** A saved file comes as several events (truncated, written, renamed): what happens within this time is one change. */
const SETTLE_MS = 60;

/**
 * Calls `onChange` when a file in one of the folders changes. Folders are watched one by one and listed again after each
 * change, since watching a whole tree misses new folders on some systems. `list` may answer differently each time.
 */
export async function watchFolders(
  list: () => Promise<readonly Watched[]>,
  onChange: () => void,
): Promise<{ readonly close: () => void }> {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void renew(), SETTLE_MS);
  };
  const renew = async (): Promise<void> => {
    // A folder that went while it was listed is listed again at the next change.
    await rewatch().catch(() => undefined);
    if (!closed) onChange();
  };
  const rewatch = async (): Promise<void> => {
    const wanted = new Map((await list()).flatMap(withSubfolders).map((each) => [each.folder, each]));
    if (closed) return;
    for (const [folder, watcher] of watchers) if (!wanted.has(folder)) forget(watchers, folder, watcher);
    for (const each of wanted.values()) if (!watchers.has(each.folder)) begin(watchers, each, settle);
  };
  await rewatch();
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const [folder, watcher] of watchers) forget(watchers, folder, watcher);
    },
  };
}

function withSubfolders({ folder, files }: Watched): Watched[] {
  if (!existsSync(folder)) return [];
  if (files) return [{ folder, files }];
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [{ folder }, ...below.flatMap(({ name }) => withSubfolders({ folder: path.join(folder, name) }))];
}

function begin(watchers: Map<string, FSWatcher>, { folder, files }: Watched, onChange: () => void): void {
  const watcher = watch(folder, (_event, name) => {
    if (!files || name === null || files.includes(name)) onChange();
  });
  // A folder that goes away takes its watcher along; the next listing finds it again if it comes back.
  watcher.on("error", () => forget(watchers, folder, watcher));
  watchers.set(folder, watcher);
}

function forget(watchers: Map<string, FSWatcher>, folder: string, watcher: FSWatcher): void {
  watcher.close();
  watchers.delete(folder);
}
