import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { withoutCredentials } from "./failures.js";

/** A page as it was saved: the unpacked bytes, and what the site said to recognise them by. */
export interface SavedPage {
  /** The final address; only there may the validators be sent. */
  readonly url: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly contentType: string | null;
  readonly body: Buffer;
}

export interface PageCache {
  /** The page saved for an address; null when there is none, or it is damaged. Never throws. */
  load(url: string): Promise<SavedPage | null>;
  /** Saves a page for an address, whole or not at all. Throws what the file system throws. */
  save(url: string, page: SavedPage, fetchedAt: Date): Promise<void>;
}

/** A cache that remembers nothing. */
export const NO_CACHE: PageCache = { load: async () => null, save: async () => {} };

/**
 * A cache in a folder, which is made when it is missing. A page is two files: `NAME.body`, the bytes, and `NAME.json`,
 * what is known about them, their digest included; so two runs that write at once leave a pair that fits, or one that
 * is seen not to and is fetched anew.
 */
export function folderCache(folder: string): PageCache {
  return {
    load: async (url) => {
      const file = path.join(folder, fileNameFor(url));
      try {
        return readSaved(await readFile(`${file}.json`, "utf8"), await readFile(`${file}.body`));
      } catch {
        // Missing, unreadable or damaged: all mean that the page must be fetched.
        return null;
      }
    },
    save: async (url, { body, ...about }, fetchedAt) => {
      const file = path.join(folder, fileNameFor(url));
      const meta = { ...about, url: withoutCredentials(about.url), fetchedAt, sha256: sha256(body) };
      await mkdir(folder, { recursive: true });
      await writeWhole(`${file}.body`, body);
      await writeWhole(`${file}.json`, `${JSON.stringify(meta, null, 2)}\n`);
    },
  };
}

/** The files' name without ending: a stem that says which page it is, and a hash that makes it the only one. */
export function fileNameFor(url: string): string {
  const stem = withoutCredentials(url)
    .replace(/^https?:\/\//i, "")
    .replaceAll(/[^a-z0-9.]+/gi, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "")
    .slice(0, 80);
  return `${stem}-${sha256(url).slice(0, 16)}`;
}

function readSaved(json: string, body: Buffer): SavedPage | null {
  const meta: unknown = JSON.parse(json);
  if (typeof meta !== "object" || meta === null) return null;
  const text = (key: string): string | null => {
    const value: unknown = Reflect.get(meta, key);
    return typeof value === "string" && isHeaderText(value) ? value : null;
  };
  const url = text("url");
  if (url === null || text("sha256") !== sha256(body)) return null;
  return { url, etag: text("etag"), lastModified: text("lastModified"), contentType: text("contentType"), body };
}

/** Whether a text may stand in a header line as it is. */
function isHeaderText(value: string): boolean {
  return /^[\t\x20-\x7e]{1,2000}$/.test(value);
}

async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
