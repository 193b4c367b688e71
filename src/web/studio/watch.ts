import { existsSync, readdirSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import path from "node:path";

/** A folder to watch. */
export interface Watched {
  readonly folder: string;
  /** Names of the files to watch; by default all files in the folder and its subfolders. */
  readonly files?: readonly string[];
}

/** Saving a file causes several events (truncate, write, rename). Events within this time count as one change. */
const SETTLE_MS = 60;

/**
 * Calls `onChange` when a file in one of the folders changes. Each folder has its own watcher, because recursive watching
 * misses new folders on some systems. `list` is called again after each change and may return other folders.
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
    // Fails if a folder is removed while it is listed. The next change lists it again.
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
  // A removed folder ends its watcher. If the folder returns, the next listing watches it again.
  watcher.on("error", () => forget(watchers, folder, watcher));
  watchers.set(folder, watcher);
}

function forget(watchers: Map<string, FSWatcher>, folder: string, watcher: FSWatcher): void {
  watcher.close();
  watchers.delete(folder);
}
