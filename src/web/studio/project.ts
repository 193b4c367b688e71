import { readFileSync } from "node:fs";
import path from "node:path";
import { PaperboyError } from "../../core/errors.js";
import type { Delivery, Edition, Letter, LikedText, Source, View, Paper, RisingPaper } from "../../core/model.js";
import { rank } from "../../rank/digest.js";
import { hasRevisit } from "../../rank/revisit.js";
import { assertChecksPass, checkLetter } from "../../render/checks/index.js";
import type { CheckOptions } from "../../render/checks/index.js";
import { BUILT_IN, openFiles } from "../../render/files.js";
import { DEFAULT_BRANDING } from "../../render/renderer.js";
import type { Renderer } from "../../render/renderer.js";
import { themesIn } from "../../render/templates.js";
import type { ParsedAddress } from "../../send/message/address.js";
import type { Message } from "../../send/message/body.js";
import type { SavedPage, StudioParts } from "./parts.js";
import { listSaved } from "./saved-pages.js";
import type { Watched } from "./watch.js";

/** The project that the studio shows: a home folder with its configuration, pages and mail settings. */
export interface StudioProject {
  readonly home: string;
  /** Folder to which paths on the command line are relative. */
  readonly directory: string;
  /** Parses a SOURCE. */
  readonly source: (text: string) => Source;
  /** Fetches and parses a source. */
  readonly readEdition: (source: Source) => Promise<Edition>;
  /** Adds rising papers from the database. Returns null if the edition cannot have a revisit. */
  readonly withRevisit: (edition: Edition) => Promise<Edition | null>;
  /** Returns the liked texts of a view. */
  readonly likedBy: (view: View) => Promise<readonly LikedText[]>;
  /** Reads the configuration again and calls `use` with it; `theme` overrides the configured theme. */
  readonly withConfig: <T>(use: (config: CurrentConfig) => Promise<T>, theme?: string) => Promise<T>;
}

/** The current configuration and the functions that depend on it. */
export interface CurrentConfig {
  readonly theme: string | undefined;
  /** Recipients of the configuration (`to`). */
  readonly to: readonly string[];
  /** The `templates` setting: a folder, relative to the home folder. */
  readonly templates: string | undefined;
  /** The configured view, overridden by the command line's flags. */
  readonly view: () => Promise<View>;
  readonly renderer: () => Promise<Renderer>;
  readonly checkOptions: (readers: readonly string[]) => CheckOptions;
  readonly parseAddress: (text: string) => ParsedAddress;
  /** Composes the message of a letter. A test message is marked as such; other messages are never sent. */
  readonly compose: (letter: Letter, to: string, options: { readonly isTest: boolean }) => Promise<Message>;
  readonly send: (message: Message) => Promise<Delivery>;
}

/** The arguments of `paperboy preview`. */
export interface StudioOptions {
  readonly source?: string | undefined;
  readonly theme?: string | undefined;
  /** Template folder, relative to the current directory. */
  readonly templates?: string | undefined;
}

/** Builds the studio's parts. They read the configuration at every call, and each page once. */
export async function createStudioParts(project: StudioProject, options: StudioOptions): Promise<StudioParts> {
  const { home, directory, withConfig } = project;
  const files = () => openFiles(options.templates === undefined ? null : path.resolve(directory, options.templates));
  const editionOf = memoizeAsync(String, (name: string) => project.readEdition(project.source(name)));
  const revisitedOf = memoizeAsync(String, async (name: string) => {
    const edition = await editionOf(name);
    return (await project.withRevisit(edition)) ?? withSampleRevisit(edition);
  });
  const saved = () =>
    listSaved({
      directory,
      files: [path.join(directory, "fixtures", "pages"), path.join(home, "pages", "broken")],
      cache: path.join(home, "pages"),
    });
  const initialSource = options.source ?? defaultSource(await saved());
  return {
    start: () =>
      withConfig(async ({ theme, view }) => ({
        source: initialSource,
        theme: options.theme ?? theme ?? DEFAULT_BRANDING.theme,
        view: await view(),
      })),
    saved,
    themes: () => themesIn(files()),
    languages: () =>
      files()
        .list("messages")
        .map((name) => path.basename(name, ".json")),
    compose: async (name, view) => {
      const isKnown = name === initialSource || (await saved()).some((page) => page.source === name);
      if (!isKnown) assertOnSite(project.source(name), name);
      const edition = hasRevisit(view) ? await revisitedOf(name) : await editionOf(name);
      return rank(edition, view, { liked: await project.likedBy(view) });
    },
    renderer: (theme) => withConfig(({ renderer }) => renderer(), theme),
    check: (letter, digest) =>
      withConfig(({ checkOptions, to }) => Promise.resolve(checkLetter(letter, digest, checkOptions(to)))),
    message: (letter) =>
      withConfig(({ compose, to: [to = "reader@localhost"] }) => compose(letter, to, { isTest: false })),
    send: (letter, digest, to) =>
      withConfig(async ({ checkOptions, compose, parseAddress, send }) => {
        const address = testAddress(to, parseAddress);
        assertChecksPass(checkLetter(letter, digest, checkOptions([address])));
        return send(await compose(letter, address, { isTest: true }));
      }),
    read: (file) =>
      readText(
        path.resolve(
          home,
          file.replace(/^templates\//, () => BUILT_IN),
        ),
      ),
    watched: () => watchedFolders(project, options),
  };
}

/** Returns the default source: the example page of this repository, or the last cached page, or yesterday. */
function defaultSource(saved: readonly SavedPage[]): string {
  const example = path.join("fixtures", "pages", "daily.html");
  const page =
    saved.find((each) => each.source === example) ?? saved.findLast(({ source }) => source.endsWith(".body"));
  return page?.source ?? "yesterday";
}

/** Calls `work` once per key. Does not keep a rejected result, so that the next call tries again. */
export function memoizeAsync<In, Out>(
  keyOf: (input: In) => string,
  work: (input: In) => Promise<Out>,
): (input: In) => Promise<Out> {
  const results = new Map<string, Promise<Out>>();
  return (input) => {
    const key = keyOf(input);
    const result = results.get(key) ?? work(input);
    results.set(key, result);
    result.catch(() => results.delete(key));
    return result;
  };
}

/** Throws PaperboyError `usage` for files and other URLs: a web page may request only pages of the configured site. */
function assertOnSite({ kind }: Source, name: string): void {
  if (kind !== "page") return;
  throw new PaperboyError("usage", {
    message: `the studio cannot open ${JSON.stringify(name)}: it is neither a saved page nor a page of the site`,
    hint: `Start the studio with it: paperboy preview ${name}`,
  });
}

function testAddress(text: string, parse: CurrentConfig["parseAddress"]): string {
  const parsed = parse(text.trim());
  if (parsed.ok) return parsed.address;
  throw new PaperboyError("usage", { message: `the address ${JSON.stringify(text)} ${parsed.why}` });
}

const CONFIG_FILES = ["paperboy.yaml", "paperboy.yml", "paperboy.json", ".env"];

async function watchedFolders(
  { home, directory, withConfig }: StudioProject,
  { templates }: StudioOptions,
): Promise<readonly Watched[]> {
  const folders = [{ folder: BUILT_IN }, { folder: home, files: CONFIG_FILES }];
  if (templates !== undefined) return [...folders, { folder: path.resolve(directory, templates) }];
  // The template folder is unknown while the configuration is invalid. Fixing it changes a watched file.
  const configured = await withConfig((config) => Promise.resolve(config.templates)).catch(() => undefined);
  return configured === undefined ? folders : [...folders, { folder: path.resolve(home, configured) }];
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

const EXAMPLES = [
  { title: "Studio Example: Papers That Rise Again", before: 12, now: 164 },
  { title: "Studio Example: Short", before: 31, now: 75 },
  {
    title: "Studio Example: A Paper Whose Long Title Takes Two Lines on a Phone, as Titles of Papers Often Do",
    before: 0,
    now: 40,
  },
] as const;

/**
 * Adds a revisit with invented papers to an edition that cannot have its own, such as that of a saved page, so that template
 * authors can see the section.
 */
function withSampleRevisit(edition: Edition): Edition {
  const rising = EXAMPLES.map(({ title, before, now }, place): RisingPaper => {
    const paper: Paper = { ...EMPTY, id: `example-${place + 1}`, title, upvotes: now, raw: { ...EMPTY.raw, title } };
    return { paper, since: "2026-03-02", before, now };
  });
  return { ...edition, rising };
}

/** `example.org` is reserved for examples (RFC 2606). */
const EMPTY: Paper = {
  id: "",
  title: "",
  abstract: null,
  authors: [],
  upvotes: null,
  comments: null,
  url: "https://example.org/",
  arxivUrl: "https://example.org/",
  pdfUrl: "https://example.org/",
  codeUrl: null,
  stars: null,
  projectUrl: null,
  organization: null,
  submittedBy: null,
  publishedAt: null,
  featuredOn: null,
  thumbnailUrl: null,
  mediaUrls: [],
  summary: "The one-line summary of the paper appears here.",
  keywords: [],
  raw: { title: "", abstract: null, summary: null },
};
