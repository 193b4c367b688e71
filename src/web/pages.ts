import { createHash } from "node:crypto";
import { compileTemplate } from "../render/compile.js";
import { openFiles } from "../render/files.js";
import type { TemplateFiles } from "../render/files.js";
import { createHelpers } from "../render/helpers.js";
import { palette } from "../render/branding.js";
import { memoize } from "../core/memoize.js";
import type { Branding } from "../render/renderer.js";
import { strictData } from "../render/strict-data.js";
import { readPrecompiled, templateSource } from "../render/templates.js";
import { openWords } from "../render/words.js";
import type { Words } from "../render/words.js";

/** The site's templates, messages and style sheet. */
export interface Pages {
  /** Returns the site's messages in `language`, or in the default language if there is no translation. */
  words(language?: string): Words;
  /** Languages in which letters are available. */
  readonly letterLanguages: readonly string[];
  /** Returns the letter's messages in the site's language, or in English. */
  letterWords(): Words;
  /**
   * Renders a template below `templates/`, such as `site/info.html.hbs`; values are HTML-escaped. In addition to `data`,
   * templates can use `page` (header and footer data), the partials in `site/partials` and the helper `t` for messages.
   */
  render(name: string, data: object, words?: Words): string;
  /** The style sheet. `path` contains a hash of the content, so browsers may cache it permanently. */
  readonly css: { readonly text: string; readonly path: string };
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

const PARTIALS = "site/partials";

/** Loads the site's templates and messages; each file is read once. */
export function openPages({ templatesDir, branding, base, language, nav, feeds = [] }: PagesOptions): Pages {
  const files = openFiles(templatesDir);
  const own = inFolder(files, "site");
  const css = `${own.read("site.css")}\n${accentStyles(branding)}`;
  const cssPath = `${base}/site.css?v=${createHash("sha256").update(css).digest("hex").slice(0, 12)}`;
  const compile = memoize((name: string) => compileTemplate(templateSource(name, files, null), readPrecompiled()));
  const partials = memoize((suffix: string) =>
    Object.fromEntries(
      files
        .list(PARTIALS)
        .filter((name) => name.endsWith(suffix))
        .map((name) => [name.slice(0, -suffix.length), compile(`${PARTIALS}/${name}`)]),
    ),
  );
  const available = languagesIn(own);
  const wordsOf = memoize((tag: string) => openWords(own, tag));
  const letterWordsOf = memoize((tag: string) => openWords(files, tag));
  const words = (wanted = language) => wordsOf([wanted, language].find((tag) => available.includes(tag)) ?? "en");
  return {
    words,
    letterLanguages: languagesIn(files),
    letterWords: () => letterWordsOf(languagesIn(files).includes(words().language) ? words().language : "en"),
    css: { text: css, path: cssPath },
    render: (name, data, pageWords = words()) => {
      const page = pageData({ branding, base, cssPath, nav, feeds }, pageWords);
      const suffix = name.endsWith(".html.hbs") ? ".html.hbs" : ".text.hbs";
      const options = { partials: partials(suffix), helpers: { ...createHelpers(pageWords) } };
      return compile(name)(strictData({ page, ...data }), options);
    },
  };
}

interface PageDefaults {
  readonly branding: Branding;
  readonly base: string;
  readonly cssPath: string;
  readonly nav: readonly NavEntry[];
  readonly feeds: readonly FeedEntry[];
}

/** Returns the data of the header, footer and `<head>` of every page. */
function pageData({ branding, base, cssPath, nav, feeds }: PageDefaults, words: Words) {
  return {
    language: words.language,
    dir: words.dir,
    name: branding.name,
    logoUrl: branding.logoUrl,
    footer: branding.footer,
    postal: branding.postal,
    css: cssPath,
    home: `${base}/`,
    accent: palette(branding.accent).accent,
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
    list: (name) => files.list(inside(name)),
    where: (name) => files.where(inside(name)),
  };
}

function languagesIn(files: TemplateFiles): string[] {
  const names = files.list("messages").filter((name) => name.endsWith(".json"));
  return names.map((name) => name.slice(0, -".json".length));
}
