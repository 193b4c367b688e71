import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { valueAt } from "../../core/json.js";
import type { SavedPage } from "./parts.js";

/** Folders with saved pages. */
export interface SavedFolders {
  /** Folder to which the returned paths are relative. */
  readonly directory: string;
  /** Folders with HTML or JSON files, such as `fixtures/pages`. */
  readonly files: readonly string[];
  /** The page cache: pairs of `NAME.body` and `NAME.json`, which contains the URL. */
  readonly cache: string;
}

/** Lists the pages that can be previewed without network access. Missing folders are treated as empty. */
export async function listSaved({ directory, files, cache }: SavedFolders): Promise<SavedPage[]> {
  const named = (folder: string, name: string) => path.relative(directory, path.join(folder, name));
  const pageFiles = files.map(async (folder) =>
    (await listFolder(folder))
      .filter((name) => /\.(?:html?|json)$/.test(name))
      .map((name) => ({ source: named(folder, name), label: named(folder, name) })),
  );
  const bodies = (await listFolder(cache)).filter((name) => name.endsWith(".body"));
  const cached = bodies.map(async (name) => ({
    source: named(cache, name),
    label: (await addressOf(path.join(cache, name.replace(/\.body$/, ".json")))) ?? named(cache, name),
  }));
  return [...(await Promise.all(pageFiles)).flat(), ...(await Promise.all(cached))];
}

async function listFolder(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return names.toSorted();
}

/** Returns the URL of a cached page, or null if it is unknown. */
async function addressOf(file: string): Promise<string | null> {
  try {
    const url = valueAt(JSON.parse(await readFile(file, "utf8")), "url");
    return typeof url === "string" ? url.replace(/^https?:\/\//, "") : null;
  } catch {
    return null;
  }
}
