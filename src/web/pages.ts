import { createHash } from "node:crypto";
import { clip } from "../render/clip.js";
import { openFiles } from "../render/files.js";
import type { TemplateFiles } from "../render/files.js";
import { createHelpers } from "../render/helpers.js";
import { palette } from "../render/branding.js";
import { memoize } from "../core/memoize.js";
import type { Branding } from "../render/renderer.js";
import { openTemplates } from "../render/templates.js";
import { openWords } from "../render/words.js";
import type { Words } from "../render/words.js";

/** The site's templates, messages and style sheet. */
export interface Pages {
  /** The language of pages that are not for a certain reader. */
  readonly language: string;
  /** Languages in which the site is available. */
  readonly languages: readonly string[];
  /** Returns the same pages in another language: one of `languages`, or by default the site's own. */
  in(language?: string): Pages;
  /** Returns the site's messages in `language`, or in the language of the pages if there is no translation. */
  words(language?: string): Words;
  /** Languages in which letters are available. */
  readonly letterLanguages: readonly string[];
  /** Returns the letter's messages in the site's language, or in English. */
  letterWords(): Words;
  /**
   * Renders a template below `templates/`, such as `site/info.html.hbs`; values are HTML-escaped. In addition to `data`,
   * templates can use `page` (header and footer data), the partials in `site/partials` and the helper `t` for messages.
   */
  render(name: string, data: object & { readonly meta?: PageMeta }, words?: Words): string;
  /** The style sheet. `path` contains a hash of the content, so browsers may cache it permanently. */
  readonly css: { readonly text: string; readonly path: string };
  /** Returns the script of the static archive's search. */
  readonly searchScript: () => string;
  /** A PNG file for previews of links; `path` is below the base. */
  readonly picture: { readonly bytes: Buffer; readonly path: string };
}

/** What search engines and previews of links read of a public page. */
export interface PageMeta {
  /** The page in a sentence or two. */
  readonly description: string | null;
  /** The permanent URL of the page. */
  readonly canonical: string | null;
  /** The URL of a picture with 1200 x 630 pixels. */
  readonly picture: string | null;
  /** Further feeds that the page announces. */
  readonly feeds?: readonly { readonly url: string; readonly type: string; readonly label: string }[];
}

/** An entry of the navigation that every page shows. */
export interface NavEntry {
  /** Path below the site's base, such as `/archive`. */
  readonly path: string;
  /** Message key of the label, such as `nav.archive`. */
  readonly message: string;
}

/** A feed that every page announces with `<link rel="alternate">`. */
export interface FeedEntry extends NavEntry {
  /** Media type. */
  readonly type: string;
}

interface PagesOptions {
  readonly templatesDir: string | null;
  readonly branding: Branding;
  readonly base: string;
  /** Default language. */
  readonly language: string;
  readonly nav: readonly NavEntry[];
  /** Feeds that every page announces. */
  readonly feeds?: readonly FeedEntry[];
}

const NO_META: PageMeta = { description: null, canonical: null, picture: null };
/** The maximum length of a description in characters. Search engines show no more. */
const MAX_DESCRIPTION = 160;

/** Loads the site's templates and messages. Reads each file once. */
export function openPages({ templatesDir, branding, base, language, nav, feeds = [] }: PagesOptions): Pages {
  const files = openFiles(templatesDir);
  const own = inFolder(files, "site");
  const css = `${own.read("site.css")}\n${accentStyles(branding)}`;
  const cssPath = `${base}/site.css?v=${versionOf(css)}`;
  const bytes = own.bytes("card.png");
  const picture = { bytes, path: `/card.png?v=${versionOf(bytes)}` };
  const templates = openTemplates(files, { partials: "site/partials" });
  const [languages, letterLanguages] = [languagesIn(own), languagesIn(files)];
  const wordsOf = memoize((tag: string) => openWords(own, tag));
  const letterWordsOf = memoize((tag: string) => openWords(files, tag));
  const pagesIn = memoize((tag: string): Pages => {
    const words = (wanted = tag) => wordsOf(languages.includes(wanted) ? wanted : tag);
    return {
      language: tag,
      languages,
      in: (other) => pagesIn(inOneOf(languages, other ?? language)),
      words,
      letterLanguages,
      letterWords: () => letterWordsOf(inOneOf(letterLanguages, tag)),
      css: { text: css, path: cssPath },
      picture,
      searchScript: () => own.read("search.js"),
      render: (name, { meta, ...data }, pageWords = words()) => {
        const page = pageData({ branding, base, cssPath, nav, feeds, meta: metaOf(meta) }, pageWords);
        return templates.render(name, { page, ...data }, createHelpers(pageWords));
      },
    };
  });
  return pagesIn(inOneOf(languages, language));
}

function versionOf(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

function inOneOf(languages: readonly string[], wanted: string): string {
  return languages.includes(wanted) ? wanted : "en";
}

function metaOf({ description, canonical, picture, feeds = [] } = NO_META): Required<PageMeta> {
  return { description: description === null ? null : clip(description, MAX_DESCRIPTION), canonical, picture, feeds };
}

interface PageDefaults {
  readonly branding: Branding;
  readonly base: string;
  readonly cssPath: string;
  readonly nav: readonly NavEntry[];
  readonly feeds: readonly FeedEntry[];
  readonly meta: Required<PageMeta>;
}

/** Returns the data of the header, footer and `<head>` of every page. */
function pageData({ branding, base, cssPath, nav, feeds, meta }: PageDefaults, words: Words) {
  const { accent, accentDark } = palette(branding.accent);
  return {
    language: words.language,
    dir: words.dir,
    name: branding.name,
    logoUrl: branding.logoUrl,
    footer: branding.footer,
    postal: branding.postal,
    css: cssPath,
    meta,
    home: `${base}/`,
    accent,
    accentDark,
    nav: nav.map(({ path, message }) => ({ url: base + path, label: words.say(message) })),
    feeds: feeds.map(({ path, type, message }) => ({ url: base + path, type, label: words.say(message) })),
  };
}

/** Returns CSS that sets the accent colour, with enough contrast in the light and the dark scheme. */
function accentStyles(branding: Branding): string {
  const { accent, accentDark } = palette(branding.accent);
  const night = `@media (prefers-color-scheme: dark) { :root { --accent: ${accentDark}; } }`;
  return `:root { --accent: ${accent}; }\n${night}\n`;
}

/** Returns the template files of one folder, with names relative to it. */
function inFolder(files: TemplateFiles, folder: string): TemplateFiles {
  const inside = (name: string) => `${folder}/${name}`;
  return {
    layers: (name) => files.layers(inside(name)),
    read: (name) => files.read(inside(name)),
    bytes: (name) => files.bytes(inside(name)),
    list: (name) => files.list(inside(name)),
    where: (name) => files.where(inside(name)),
  };
}

function languagesIn(files: TemplateFiles): string[] {
  const names = files.list("messages").filter((name) => name.endsWith(".json"));
  return names.map((name) => name.slice(0, -".json".length));
}
