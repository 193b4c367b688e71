import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ioFailed, messageOf } from "../core/errors.js";
import { distinctInterests, libraryOf, paperIdOf, readInterest, writeInterest } from "../core/interests.js";
import type { Interest } from "../core/interests.js";
import type { LikedText, View } from "../core/model.js";
import { memoize, once } from "../core/memoize.js";
import { readPage } from "../editions/read-edition.js";
import { readLibraryFile } from "../parse/library.js";
import type { App } from "./app.js";
import { hasStore } from "./revisit.js";

/** The maximum number of paper pages that a run reads for their texts. Other papers count by their title until a later run reads them. */
const MOST_PAGES = 30;

/** Returns the texts that a view likes. */
export type LikedBy = (view: Pick<View, "interests">) => Promise<readonly LikedText[]>;

/** The parts of an app that look up liked texts. */
export type LikedApp = Pick<App, "config" | "home" | "parts" | "source" | "store" | "terminal">;

/**
 * Returns the lookup of liked texts, which looks up each paper once, however many views like it. The text of an entry is its
 * abstract: its own, or that of the archive, or that of the paper's cached page. Without one, it is the title. Omits an entry
 * without a title.
 */
export function openLikedTexts(app: LikedApp, { readsPages } = { readsPages: true }): LikedBy {
  const archive = once(async () => (hasStore(app) ? (await app.store()).archive : null));
  const paperOnPage = openPages(app);
  const libraryIn = memoize((file: string) => readLibraryOf(app, file));
  const paperOf = memoize(async (id: string): Promise<LikedText | null> => {
    const archived = await (await archive())?.paper(id);
    return archived?.paper ?? (readsPages ? paperOnPage(id) : null);
  });
  const textsOf = async ({ id, title, abstract }: Interest): Promise<readonly LikedText[]> => {
    const paper = id === null || abstract !== null ? null : await paperOf(id);
    if (paper) return [{ title: paper.title, abstract: paper.abstract }];
    return title === null ? [] : [{ title, abstract }];
  };
  return async ({ interests = [] }) => {
    const texts: LikedText[] = [];
    for (const entry of interests) {
      const file = libraryOf(entry);
      for (const interest of file === null ? [readInterest(entry)] : await libraryIn(file)) {
        texts.push(...(await textsOf(interest)));
      }
    }
    return texts;
  };
}

/** Returns a function that reads up to `MOST_PAGES` pages of papers. Reports a page that cannot be read, and omits it. */
function openPages(app: Pick<App, "config" | "parts" | "source" | "terminal">) {
  const open = once(() => app.parts({ quick: true }));
  const warn = (message: string): void => app.terminal.detail(message);
  let left = MOST_PAGES;
  return async (id: string): Promise<LikedText | null> => {
    if (left === 0) return null;
    left -= 1;
    const parts = { ...(await open()), useApi: false, warn, keepPage: () => Promise.resolve(null) };
    try {
      const { papers } = await readPage(app.source(`${app.config.settings.site}/papers/${id}`), parts);
      return papers.find((paper) => paper.id === id) ?? null;
    } catch (error) {
      warn(`the text of the liked paper ${id} could not be read: ${messageOf(error)}`);
      return null;
    }
  };
}

/** Reads a file of the configuration. The letter is sent without it if it cannot be read. */
async function readLibraryOf(app: Pick<App, "home" | "terminal">, file: string): Promise<readonly Interest[]> {
  try {
    return await readLibraryFile(file, await readText(path.resolve(app.home, file)));
  } catch (error) {
    app.terminal.warn(`view.interests: ${messageOf(error)}`);
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
export async function interestsFrom(
  app: Pick<App, "environment">,
  named: readonly string[],
): Promise<readonly string[]> {
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
export async function interestsToName(
  app: Pick<App, "environment" | "home">,
  named: readonly string[],
): Promise<readonly string[]> {
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
