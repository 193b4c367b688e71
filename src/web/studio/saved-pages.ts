import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { SavedPage } from "./parts.js";

/** Where saved pages may be. */
export interface SavedFolders {
  /** The folder that paths are named from. */
  readonly directory: string;
  /** Pages as files, such as `fixtures/pages`. */
  readonly files: readonly string[];
  /** The page cache: pairs of `NAME.body` and `NAME.json`, which knows the address. */
  readonly cache: string;
}

/** Lists the pages that can be looked at without fetching anything; a folder that is missing has none. */
export async function listSaved({ directory, files, cache }: SavedFolders): Promise<SavedPage[]> {
  const named = (folder: string, name: string) => path.relative(directory, path.join(folder, name));
  const loose = files.map(async (folder) =>
    (await listFolder(folder))
      .filter((name) => /\.(?:html?|json)$/.test(name))
      .map((name) => ({ source: named(folder, name), label: named(folder, name) })),
  );
  const bodies = (await listFolder(cache)).filter((name) => name.endsWith(".body"));
  const cached = bodies.map(async (name) => ({
    source: named(cache, name),
    label: (await addressOf(path.join(cache, name.replace(/\.body$/, ".json")))) ?? named(cache, name),
  }));
  return [...(await Promise.all(loose)).flat(), ...(await Promise.all(cached))];
}

async function listFolder(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return names.toSorted();
}

/** The address that a page in the cache came from; null when that is not known. */
async function addressOf(file: string): Promise<string | null> {
  try {
    const meta: unknown = JSON.parse(await readFile(file, "utf8"));
    const url: unknown = typeof meta === "object" && meta !== null ? Reflect.get(meta, "url") : null;
    return typeof url === "string" ? url.replace(/^https?:\/\//, "") : null;
  } catch {
    return null;
  }
}
