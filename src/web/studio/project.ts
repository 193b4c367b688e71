import { readFileSync } from "node:fs";
import path from "node:path";
import { withApp } from "../../app/app.js";
import type { App } from "../../app/app.js";
import { editionPeriod } from "../../core/calendar.js";
import { PaperboyError } from "../../core/errors.js";
import type { Edition } from "../../core/model.js";
import { readEdition } from "../../editions/read-edition.js";
import type { ReadParts } from "../../editions/read-edition.js";
import { rank } from "../../rank/digest.js";
import { wantsRevisit } from "../../rank/revisit.js";
import { assertChecksPass, checkLetter } from "../../render/checks/index.js";
import { BUILT_IN, openFiles } from "../../render/files.js";
import { DEFAULT_BRANDING } from "../../render/renderer.js";
import { parseAddress } from "../../send/message/address.js";
import type { SavedPage, StudioParts, Theme } from "./parts.js";
import { withExamples } from "./sample-revisit.js";
import { listSaved } from "./saved-pages.js";
import { checkOptions } from "../../app/letter.js";
import { hasStore, withRevisit } from "../../app/revisit.js";
import { composerOf } from "../../app/recipients.js";
import { viewOf } from "../../commands/options.js";
import type { ViewFlags } from "../../commands/options.js";

/** The flags that say what the studio shows first. */
export interface StudioFlags extends ViewFlags {
  readonly theme?: Theme | undefined;
  readonly templates?: string | undefined;
}

interface Wanted {
  readonly source: string | undefined;
  readonly flags: StudioFlags;
}

/**
 * Builds what the studio needs of the world. Each part opens the app anew, and so works with the configuration as it is now; the
 * site and the page cache are those of the start.
 */
export async function studioParts(app: App, { source, flags }: Wanted): Promise<StudioParts> {
  const editionOf = editionsOnce(app, fetchedOnce(await app.parts()));
  const lookedOf = once(String, async (name: string) => lookedOrExamples(app, await editionOf(name)));
  const saved = () =>
    listSaved({
      directory: app.environment.directory,
      files: [path.join(app.environment.directory, "fixtures", "pages"), path.join(app.home, "pages", "broken")],
      cache: path.join(app.home, "pages"),
    });
  const first = source ?? firstOf(await saved());
  return {
    start: () =>
      afresh(app, async (fresh) => ({
        source: first,
        theme: flags.theme ?? fresh.config.settings.branding.theme ?? DEFAULT_BRANDING.theme,
        view: await viewOf(fresh, flags),
      })),
    saved,
    languages: () =>
      openFiles(null)
        .list("messages")
        .map((name) => path.basename(name, ".json")),
    compose: async (name, view) => {
      if (name !== first && !(await saved()).some((page) => page.source === name)) refuseUnknown(app, name);
      return rank(wantsRevisit(view) ? await lookedOf(name) : await editionOf(name), view);
    },
    renderer: (theme) => afresh(app, (fresh) => fresh.renderer({ templates: flags.templates }), theme),
    check: (letter, digest) =>
      afresh(app, async (fresh) =>
        checkLetter(letter, digest, checkOptions(fresh.config.settings, { readers: fresh.config.settings.to })),
      ),
    message: (letter) =>
      afresh(app, async (fresh) => {
        const [to = "reader@localhost"] = fresh.config.settings.to;
        return (await composerOf(fresh, { readOnly: true })).compose(letter, to);
      }),
    send: (letter, digest, to) =>
      afresh(app, async (fresh) => {
        const address = testAddress(to);
        assertChecksPass(checkLetter(letter, digest, checkOptions(fresh.config.settings, { readers: [address] })));
        const composer = await composerOf(fresh, { test: true });
        return (await fresh.mailer()).send(await composer.compose(letter, address));
      }),
    read: (file) =>
      readText(
        path.resolve(
          app.home,
          file.replace(/^templates\//, () => BUILT_IN),
        ),
      ),
    watched: () => watchedBy(app, flags),
  };
}

/** What is shown when nobody names a source: the invented day, for who works on Paperboy; else the last page fetched. */
function firstOf(saved: readonly SavedPage[]): string {
  const example = path.join("fixtures", "pages", "daily.html");
  const page =
    saved.find((each) => each.source === example) ?? saved.findLast(({ source }) => source.endsWith(".body"));
  return page?.source ?? "yesterday";
}

/** Lends an app with the configuration as it is now; a theme stands over the configured one. */
function afresh<T>({ environment, clock, home }: App, use: (fresh: App) => Promise<T>, theme?: Theme): Promise<T> {
  const env = theme ? { ...environment.env, PAPERBOY_BRANDING_THEME: theme } : environment.env;
  // Nothing is fetched through it, so no site is told a version.
  return withApp({ environment: { ...environment, clock, env }, flags: { home, quiet: true }, version: "" }, use);
}

/** A page is fetched once; one that could not be fetched is tried again when it is asked for again. */
function fetchedOnce(parts: ReadParts): ReadParts {
  return { ...parts, fetch: once((location) => JSON.stringify(location), parts.fetch) };
}

/** An edition is read once; the view is applied to it each time. */
function editionsOnce(app: App, parts: ReadParts): (source: string) => Promise<Edition> {
  return once(String, async (source) => {
    const read = await readEdition({ source: app.source(source), early: true }, parts);
    if ("reason" in read) throw new PaperboyError(read.reason, { message: read.message });
    return read.edition;
  });
}

/** An edition with its revisit, which is taken once; with examples where it cannot have one. */
async function lookedOrExamples(app: App, edition: Edition): Promise<Edition> {
  if (editionPeriod(edition.id) === null || !hasStore(app)) return withExamples(edition);
  return (await withRevisit(app, edition, { view: { revisit: 1 }, readOnly: true })).edition;
}

function once<In, Out>(keyOf: (given: In) => string, work: (given: In) => Promise<Out>): (given: In) => Promise<Out> {
  const done = new Map<string, Promise<Out>>();
  return (given) => {
    const key = keyOf(given);
    const result = done.get(key) ?? work(given);
    done.set(key, result);
    result.catch(() => done.delete(key));
    return result;
  };
}

/**
 * What is typed into the page may name a day, a week, trending or a search of the site; files and other addresses are
 * named on the command line alone.
 */
function refuseUnknown(app: App, name: string): void {
  if (app.source(name).kind !== "page") return;
  throw new PaperboyError("usage", {
    message: `the studio shows saved pages and the site's own: ${JSON.stringify(name)} is neither`,
    hint: `Start it with: paperboy preview ${name}`,
  });
}

function testAddress(text: string): string {
  const parsed = parseAddress(text.trim());
  if (parsed.ok) return parsed.address;
  throw new PaperboyError("usage", { message: `the address ${JSON.stringify(text)} ${parsed.why}` });
}

const CONFIGURATION = ["paperboy.yaml", "paperboy.yml", "paperboy.json", ".env"];

async function watchedBy(app: App, { templates }: StudioFlags) {
  const configuration = { folder: app.home, files: CONFIGURATION };
  const folders = [{ folder: BUILT_IN }, configuration];
  if (templates !== undefined) return [...folders, { folder: path.resolve(app.environment.directory, templates) }];
  // A configuration that is wrong names no folder; it is watched itself, so mending it brings the folder back.
  const named = await afresh(app, async (fresh) => fresh.config.settings.templates).catch(() => undefined);
  return named === undefined ? folders : [...folders, { folder: path.resolve(app.home, named) }];
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
