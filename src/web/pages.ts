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
import type { FeedEntry, NavEntry } from "./context.js";

/** The pages of the site in their languages. */
export interface Pages {
  /** The words of the site in a reader's language, or in the house's where the site does not speak it. */
  words(language?: string): Words;
  /** The languages that letters speak. */
  readonly letterLanguages: readonly string[];
  /** The words of letters in the language in which the site speaks, or in English. */
  letterWords(): Words;
  /**
   * Renders a template below `templates/`, such as `site/info.html.hbs`; HTML is escaped. Every template sees `page` (what
   * the frame shows) beside its own data, the partials of `site/partials`, and the helper `t` for the site's words.
   */
  render(name: string, data: object, words?: Words): string;
  /** The style sheet; `path` changes with its content, so that it can be kept for long. */
  readonly css: { readonly text: string; readonly path: string };
}

interface PagesOptions {
  readonly templatesDir: string | null;
  readonly branding: Branding;
  readonly base: string;
  /** The house's language. */
  readonly language: string;
  readonly nav: readonly NavEntry[];
  /** What feed readers find by looking at any page. */
  readonly feeds?: readonly FeedEntry[];
}

const PARTIALS = "site/partials";

/** Opens the site's templates; they are read once. */
export function openPages({ templatesDir, branding, base, language, nav, feeds = [] }: PagesOptions): Pages {
  const files = openFiles(templatesDir);
  const own = below(files, "site");
  const css = `${own.read("site.css")}\n${coloursOf(branding)}`;
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
  const spoken = tagsIn(own);
  const wordsOf = memoize((tag: string) => openWords(own, tag));
  const letterWordsOf = memoize((tag: string) => openWords(files, tag));
  const words = (wanted = language) => wordsOf([wanted, language].find((tag) => spoken.includes(tag)) ?? "en");
  return {
    words,
    letterLanguages: tagsIn(files),
    letterWords: () => letterWordsOf(tagsIn(files).includes(words().language) ? words().language : "en"),
    css: { text: css, path: cssPath },
    render: (name, data, spokenWords = words()) => {
      const page = pageData({ branding, base, cssPath, nav, feeds }, spokenWords);
      const suffix = name.endsWith(".html.hbs") ? ".html.hbs" : ".text.hbs";
      const options = { partials: partials(suffix), helpers: { ...createHelpers(spokenWords) } };
      return compile(name)(strictData({ page, ...data }), options);
    },
  };
}

interface Frame {
  readonly branding: Branding;
  readonly base: string;
  readonly cssPath: string;
  readonly nav: readonly NavEntry[];
  readonly feeds: readonly FeedEntry[];
}

/** What every page shows around its own content. */
function pageData({ branding, base, cssPath, nav, feeds }: Frame, words: Words) {
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

/** The operator's colour, as it can be read by day and by night. */
function coloursOf(branding: Branding): string {
  const { accent, accentDark } = palette(branding.accent);
  const night = `@media (prefers-color-scheme: dark) { :root { --accent: ${accentDark}; } }`;
  return `:root { --accent: ${accent}; }\n${night}\n`;
}

/** The files of a folder as if there were no others. */
function below(files: TemplateFiles, folder: string): TemplateFiles {
  const inside = (name: string) => `${folder}/${name}`;
  return {
    layers: (name) => files.layers(inside(name)),
    read: (name) => files.read(inside(name)),
    list: (name) => files.list(inside(name)),
    where: (name) => files.where(inside(name)),
  };
}

function tagsIn(files: TemplateFiles): string[] {
  const names = files.list("messages").filter((name) => name.endsWith(".json"));
  return names.map((name) => name.slice(0, -".json".length));
}
