import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { valueAt } from "../core/json.js";
import type { Page } from "../core/model.js";
import { withoutCredentials } from "./failures.js";

/** A saved page: its body, without content encoding, and the validators of the response (RFC 9110 section 8.8). */
export interface SavedPage {
  /** The final address, after redirects. Validators are sent only to it. */
  readonly url: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly contentType: string | null;
  /** When the site generated the page (src/fetch/page.ts). */
  readonly generatedAt: Date;
  readonly body: Buffer;
}

export interface PageCache {
  /** Returns the saved page of an address; null if it is missing or damaged. Never throws. */
  load(url: string): Promise<SavedPage | null>;
  /** Saves the page of an address atomically. Throws file system errors. */
  save(url: string, page: SavedPage, fetchedAt: Date): Promise<void>;
}

/** A cache that saves nothing. */
export const NO_CACHE: PageCache = { load: async () => null, save: async () => {} };

/**
 * Opens a cache in a folder; the first save creates the folder. A page has two files: `NAME.body`, and `NAME.json` with the
 * metadata and the SHA-256 of the body. If two runs write at the same time and the files do not match, `load` returns null.
 */
export function folderCache(folder: string): PageCache {
  return {
    load: async (url) => {
      const file = path.join(folder, fileNameFor(url));
      try {
        return readSaved(await readFile(`${file}.json`, "utf8"), await readFile(`${file}.body`));
      } catch {
        // A missing, unreadable or damaged page is fetched again.
        return null;
      }
    },
    save: async (url, { body, ...about }, fetchedAt) => {
      const file = path.join(folder, fileNameFor(url));
      const meta = { ...about, url: withoutCredentials(about.url), fetchedAt, sha256: sha256(body) };
      await mkdir(folder, { recursive: true });
      await writeAtomically(`${file}.body`, body);
      await writeAtomically(`${file}.json`, `${JSON.stringify(meta, null, 2)}\n`);
    },
  };
}

/**
 * Saves a page that could not be parsed, for a bug report. The same page is saved only once.
 * @returns the path of the file; null when it cannot be written: the parse error matters more.
 */
export async function keepBrokenPage(folder: string, page: Page, now: Date): Promise<string | null> {
  const fingerprint = sha256(page.body).slice(0, 12);
  const ending = page.mediaType === "application/json" ? "json" : "html";
  const file = path.join(folder, `${now.toISOString().slice(0, 10)}-${fingerprint}.${ending}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, page.body);
    return file;
  } catch {
    return null;
  }
}

/** Returns the file name without extension: a readable stem and a hash that makes it unique. */
export function fileNameFor(url: string): string {
  const stem = withoutCredentials(url)
    .replace(/^https?:\/\//i, "")
    .replaceAll(/[^a-z0-9.]+/gi, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "")
    .slice(0, 80);
  return `${stem}-${sha256(withoutCredentials(url)).slice(0, 16)}`;
}

function readSaved(json: string, body: Buffer): SavedPage | null {
  const meta: unknown = JSON.parse(json);
  const text = (key: string): string | null => {
    const value = valueAt(meta, key);
    return typeof value === "string" && isHeaderText(value) ? value : null;
  };
  const url = text("url");
  const generatedAt = new Date(text("generatedAt") ?? "");
  if (url === null || Number.isNaN(Number(generatedAt)) || text("sha256") !== sha256(body)) return null;
  const [etag, lastModified, contentType] = [text("etag"), text("lastModified"), text("contentType")];
  return { url, etag, lastModified, contentType, generatedAt, body };
}

/** Whether a text is valid in a header line. */
function isHeaderText(value: string): boolean {
  return /^[\t\x20-\x7e]{1,2000}$/.test(value);
}

async function writeAtomically(file: string, content: string | Buffer): Promise<void> {
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
