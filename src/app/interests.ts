import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ioFailed } from "../core/errors.js";
import { distinctInterests, libraryOf, paperIdOf, readInterest, writeInterest } from "../core/interests.js";
import type { Interest } from "../core/interests.js";
import type { Digest, Edition, LikedText, View } from "../core/model.js";
import { readPage } from "../editions/read-page.js";
import { readLibraryFile } from "../parse/library.js";
import { rank } from "../rank/digest.js";
import type { Store } from "../store/store.js";
import type { App, PartsOptions } from "./app.js";
import { hasStore } from "./revisit.js";

/** The maximum number of paper pages that a run reads for their texts. Other papers count by their title until a later run reads them. */
const MOST_PAGES = 30;

/** Returns the liked texts of views. Each paper is looked up once, however many views like it. */
export interface LikedTexts {
  of(view: Pick<View, "interests">): Promise<readonly LikedText[]>;
}

interface LikedParts extends Pick<PartsOptions, "readOnly"> {
  /** If absent, the database of the home is opened if it exists. */
  readonly store?: Pick<Store, "archive">;
  /** Whether to read the pages of papers that the archive does not have; true by default. */
  readonly readsPages?: boolean;
}

/**
 * Opens the lookup of liked texts. The text of an entry is its abstract: its own, or that of the archive, or that of the paper's
 * cached page. Without one, it is the title. Omits an entry without a title.
 */
export function openLikedTexts(app: App, { store, readOnly = false, readsPages = true }: LikedParts): LikedTexts {
  const libraries = new Map<string, Promise<readonly Interest[]>>();
  const papers = new Map<string, Promise<LikedText | null>>();
  const archive = store ?? (hasStore(app) ? app.store({ readOnly }) : null);
  const pages = openPages(app, readOnly);
  const lookUp = async (id: string): Promise<LikedText | null> => {
    const archived = await (await archive)?.archive.paper(id);
    return archived?.paper ?? (readsPages ? pages.paper(id) : null);
  };
  const textOf = async ({ id, title, abstract }: Interest): Promise<LikedText | null> => {
    if (id === null || abstract !== null) return title === null ? null : { title, abstract };
    const known = papers.get(id) ?? lookUp(id);
    papers.set(id, known);
    const paper = await known;
    if (paper) return { title: paper.title, abstract: paper.abstract };
    return title === null ? null : { title, abstract };
  };
  const interestsIn = async (entry: string): Promise<readonly Interest[]> => {
    const file = libraryOf(entry);
    if (file === null) return [readInterest(entry)];
    const read = libraries.get(file) ?? readLibraryOf(app, file);
    libraries.set(file, read);
    return read;
  };
  return {
    of: async ({ interests = [] }) => {
      const texts: LikedText[] = [];
      for (const entry of interests) {
        for (const interest of await interestsIn(entry)) texts.push(...((await textOf(interest).then(listed)) ?? []));
      }
      return texts;
    },
  };
}

/** Ranks an edition for a view whose liked texts are looked up, for commands that mail no list. */
export async function rankLiked(
  app: App,
  edition: Edition,
  { view, readOnly = false }: { readonly view: View; readonly readOnly?: boolean | undefined },
): Promise<Digest> {
  if (view.interests === undefined) return rank(edition, view);
  return rank(edition, view, { liked: await openLikedTexts(app, { readOnly }).of(view) });
}

function listed<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}

/** Reads up to `MOST_PAGES` pages of papers. Reports a page that cannot be read once, and omits it. */
function openPages(app: App, readOnly: boolean) {
  let opened: ReturnType<App["parts"]> | null = null;
  let left = MOST_PAGES;
  return {
    paper: async (id: string): Promise<LikedText | null> => {
      if (left === 0) return null;
      left -= 1;
      opened ??= app.parts({ quick: true, readOnly });
      const parts = { ...(await opened), useApi: false, warn: (message: string) => app.terminal.detail(message) };
      const source = app.source(`${app.config.settings.site}/papers/${id}`);
      try {
        const { papers } = await readPage(source, { ...parts, keepPage: () => Promise.resolve(null) });
        return papers.find((paper) => paper.id === id) ?? null;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        app.terminal.detail(`the text of the liked paper ${id} could not be read: ${why}`);
        return null;
      }
    },
  };
}

/** Reads a file of the configuration. The letter is sent without it if it cannot be read. */
async function readLibraryOf(app: App, file: string): Promise<readonly Interest[]> {
  try {
    return await readLibraryFile(file, await readText(path.resolve(app.home, file)));
  } catch (error) {
    app.terminal.warn(`view.interests: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: unknown) => {
    throw ioFailed("read", file, { cause, hint: "Give a .bib, .ris, .json (CSL) or .txt file." });
  });
}

/**
 * Returns a value of `--interests` as entries of a view: a file with papers, or the id or URL of one.
 * @throws PaperboyError `usage` for a broken file, `io-failed` for one that cannot be read.
 */
export async function interestsFrom(app: App, named: readonly string[]): Promise<readonly string[]> {
  const entries: string[] = [];
  for (const name of named) {
    const file = path.resolve(app.environment.directory, name);
    const id = existsSync(file) ? null : paperIdOf(name);
    if (id !== null) entries.push(id);
    else entries.push(...(await readLibraryFile(name, await readText(file))).map(writeInterest));
  }
  return distinctInterests(entries);
}

/**
 * Returns ids, addresses and files as entries of the configuration, which names files by their path. Reads each file once, so that a
 * broken one is found before a run.
 * @throws PaperboyError `usage` for a broken file, `io-failed` for one that cannot be read.
 */
export async function interestsToName(app: App, named: readonly string[]): Promise<readonly string[]> {
  const { directory, env } = app.environment;
  const entries: string[] = [];
  for (const name of named) {
    const file = path.resolve(directory, name.replace(/^~(?=\/)/, env["HOME"] ?? "~"));
    const id = existsSync(file) ? null : paperIdOf(name);
    if (id === null) await readLibraryFile(name, await readText(file));
    const below = path.relative(app.home, file);
    entries.push(id ?? (below.startsWith("..") ? file : below));
  }
  return distinctInterests(entries);
}
