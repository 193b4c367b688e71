import type { Digest, Kept } from "../core/model.js";
import { clip } from "./clip.js";
import { atPlace, compileTemplate } from "./compile.js";
import { openFiles } from "./files.js";
import { chromeData } from "./chrome.js";
import type { LetterChrome } from "./chrome.js";
import { href } from "./href.js";
import type { Branding } from "./branding.js";
import { memoize } from "../core/memoize.js";
import type { PaperData } from "./paper-data.js";
import { paperData } from "./paper-data.js";
import { strictData } from "./strict-data.js";
import { readPrecompiled, templateSource } from "./templates.js";
import { openWords } from "./words.js";
import type { Words } from "./words.js";

/** A paper as the templates of pushes see it: what letters say of it, and beside that what programs want to know. */
interface NoticePaper extends Omit<PaperData, "keywords" | "authors" | "anchor" | "day" | "thumbnail" | "links"> {
  readonly id: string;
  /** The first authors, in one line; `names` has them all. */
  readonly authors: string | null;
  readonly names: readonly string[];
  readonly keywords: readonly string[];
  readonly upvotes: number | null;
  readonly featuredOn: string | null;
  readonly arxivUrl: string | null;
  readonly pdfUrl: string | null;
  readonly codeUrl: string | null;
  readonly projectUrl: string | null;
}

/** Everything that the templates of pushes may use. Nothing is ever undefined. */
interface NoticeData extends Pick<
  LetterChrome,
  "language" | "period" | "count" | "notices" | "sourceUrl" | "archiveUrl" | "total"
> {
  readonly name: string;
  readonly isTest: boolean;
  readonly edition: { readonly id: string; readonly kind: string; readonly date: string | null };
  readonly papers: readonly NoticePaper[];
  /** How many papers found no room, in words and as a number; null when all are there. */
  readonly left: { readonly count: number; readonly note: string; readonly url: string | null } | null;
}

/** How much of a digest a notice tells, and for which form its values are made safe. */
export interface NoticeWish {
  /** A template file, such as `push/slack.json.hbs`. */
  readonly template: string;
  /** How many papers are told. */
  readonly shown: number;
  /** Makes a text safe for the place where the template puts it: every text goes through it, whoever wrote the template. */
  readonly escape: (text: string) => string;
}

/** What stands around the papers of one notice. */
export interface NoticeOptions {
  /** Where the edition stands on the web. */
  readonly archiveUrl?: string | null;
  /** Whether it is marked as a test. */
  readonly isTest?: boolean;
}

/** Writes short messages about digests, for places that are no mailbox. */
export type NoticeWriter = (digest: Digest, chrome?: NoticeOptions) => (wish: NoticeWish) => string;

/**
 * Opens the templates of pushes.
 * @throws PaperboyError `config-invalid`, also when a notice is written, for a mistake in a template or messages file.
 */
export function openNotices(given: {
  readonly templatesDir: string | null;
  readonly branding: Branding;
}): NoticeWriter {
  const files = openFiles(given.templatesDir);
  const precompiled = readPrecompiled();
  const template = memoize((name: string) => {
    const source = templateSource(name, files, null);
    return { source, render: compileTemplate(source, precompiled) };
  });
  return (digest, { archiveUrl = null, isTest = false } = {}) => {
    const words = openWords(files, digest.view.language);
    const branding = {
      ...given.branding,
      name: isTest ? `[test] ${given.branding.name}` : given.branding.name,
      archiveUrl,
    };
    const chrome = chromeData({ digest, branding, words });
    const papers = digest.kept.map((entry) => noticePaper(entry, digest, words));
    return ({ template: name, shown, escape }) => {
      const { source, render } = template(name);
      const data = noticeData({ digest, chrome, words, papers }, { isTest, shown });
      return atPlace(source, () => render(strictData(escapedIn(data, escape))));
    };
  };
}

/** Real papers stay below, but for a few with thousands of authors; the rest is somebody's attempt to fill the message. */
const MOST_NAMES = 200;
const MOST_KEYWORDS = 30;
const LONGEST_WORD = 100;

interface Gathered {
  readonly digest: Digest;
  readonly chrome: LetterChrome;
  readonly words: Words;
  readonly papers: readonly NoticePaper[];
}

function noticeData(
  { digest, chrome, words, papers }: Gathered,
  { isTest, shown }: { readonly isTest: boolean; readonly shown: number },
): NoticeData {
  const { language, period, count, notices, sourceUrl, archiveUrl, total } = chrome;
  const { id, kind, date } = digest.edition;
  const left = papers.length - shown;
  return {
    language,
    period,
    count,
    notices,
    sourceUrl,
    archiveUrl,
    total,
    name: chrome.branding.name,
    isTest,
    edition: { id, kind, date },
    papers: papers.slice(0, shown),
    left: left > 0 ? { count: left, note: words.say("left", { count: left }), url: archiveUrl ?? sourceUrl } : null,
  };
}

function noticePaper(entry: Kept, { view }: Digest, words: Words): NoticePaper {
  const {
    anchor: _,
    day: __,
    thumbnail: ___,
    links: ____,
    ...told
  } = paperData({ ...entry, form: "full" }, { view, words, extent: "whole" });
  const { id, authors, keywords, upvotes, featuredOn, arxivUrl, pdfUrl, codeUrl, projectUrl } = entry.paper;
  return {
    ...told,
    id,
    upvotes,
    featuredOn,
    names: authors.slice(0, MOST_NAMES).map(({ name }) => clip(name, LONGEST_WORD)),
    keywords: keywords.slice(0, MOST_KEYWORDS).map((word) => clip(word, LONGEST_WORD)),
    arxivUrl: href(arxivUrl),
    pdfUrl: href(pdfUrl),
    codeUrl: href(codeUrl),
    projectUrl: href(projectUrl),
  };
}

/** The same data with every text made safe, keys left as they are. */
function escapedIn<T extends object>(data: T, escape: (text: string) => string): T {
  const safe = (value: unknown): unknown => {
    if (typeof value === "string") return escape(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(safe);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, safe(inner)]));
  };
  return safe(data) as T;
}
