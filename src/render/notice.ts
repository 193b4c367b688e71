import type { Digest, Kept } from "../core/model.js";
import { clip } from "./clip.js";
import { openFiles } from "./files.js";
import { chromeData } from "./chrome.js";
import type { LetterChrome } from "./chrome.js";
import { href } from "./href.js";
import type { Branding } from "./branding.js";
import type { PaperData } from "./paper-data.js";
import { paperData } from "./paper-data.js";
import { openTemplates } from "./templates.js";
import { openWords } from "./words.js";
import type { Words } from "./words.js";

/** The texts of letters that notices have as well. `authors` are the first authors in one line. */
const LETTER_TEXTS = [
  "rank",
  "title",
  "url",
  "votes",
  "comments",
  "counts",
  "authors",
  "organization",
  "summary",
  "abstract",
  "note",
  "credit",
  "why",
] as const satisfies readonly (keyof PaperData)[];

type LetterTexts = Pick<PaperData, (typeof LETTER_TEXTS)[number]>;

/** A paper in the data of push templates, with the texts of letters and plain values for programs. */
interface NoticePaper extends LetterTexts {
  readonly id: string;
  readonly names: readonly string[];
  readonly keywords: readonly string[];
  readonly upvotes: number | null;
  readonly featuredOn: string | null;
  readonly arxivUrl: string | null;
  readonly pdfUrl: string | null;
  readonly codeUrl: string | null;
  readonly projectUrl: string | null;
}

/** The data of push templates. No value is undefined. */
interface NoticeData extends Pick<
  LetterChrome,
  "language" | "period" | "count" | "notices" | "sourceUrl" | "archiveUrl" | "total"
> {
  readonly name: string;
  readonly isTest: boolean;
  readonly edition: { readonly id: string; readonly kind: string; readonly date: string | null };
  readonly papers: readonly NoticePaper[];
  /** The papers that the notice does not show; null if it shows all. */
  readonly left: { readonly count: number; readonly note: string; readonly url: string | null } | null;
}

/** The form of a notice: its template, its length and its escaping. */
export interface NoticeForm {
  /** A template file, such as `push/slack.json.hbs`. */
  readonly template: string;
  /** The number of papers to show. */
  readonly shown: number;
  /** Escapes every text for the format of the template. */
  readonly escape: (text: string) => string;
}

/** Options of one notice. */
export interface NoticeOptions {
  /** The address of the edition on the web. */
  readonly archiveUrl?: string | null;
  /** Marks the notice as a test. */
  readonly isTest?: boolean;
}

/** Renders short messages about a digest for chats and webhooks. */
export type NoticeWriter = (digest: Digest, chrome?: NoticeOptions) => (form: NoticeForm) => string;

/**
 * Opens the push templates.
 * @throws PaperboyError `config-invalid` for a mistake in a template or messages file, now or when a notice is rendered.
 */
export function openNotices(given: {
  readonly templatesDir: string | null;
  readonly branding: Branding;
}): NoticeWriter {
  const files = openFiles(given.templatesDir);
  const templates = openTemplates(files);
  return (digest, { archiveUrl = null, isTest = false } = {}) => {
    const words = openWords(files, digest.view.language);
    const branding = {
      ...given.branding,
      name: isTest ? `[test] ${given.branding.name}` : given.branding.name,
      archiveUrl,
    };
    const chrome = chromeData({ digest, branding, words });
    const papers = digest.kept.map((entry) => noticePaper(entry, digest, words));
    return ({ template, shown, escape }) => {
      const data = noticeData({ digest, chrome, words, papers }, { isTest, shown });
      return templates.render(template, escapedIn(data, escape));
    };
  };
}

/** Limits against hostile pages. Real papers are below them, except a few with thousands of authors. */
const MAX_NAMES = 200;
const MAX_KEYWORDS = 30;
const MAX_WORD_LENGTH = 100;

interface NoticeParts {
  readonly digest: Digest;
  readonly chrome: LetterChrome;
  readonly words: Words;
  readonly papers: readonly NoticePaper[];
}

function noticeData(
  { digest, chrome, words, papers }: NoticeParts,
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
  const shown = paperData({ ...entry, form: "full" }, { view, words, extent: "whole" });
  const { id, authors, keywords, upvotes, featuredOn, arxivUrl, pdfUrl, codeUrl, projectUrl } = entry.paper;
  return {
    ...(Object.fromEntries(LETTER_TEXTS.map((name) => [name, shown[name]])) as unknown as LetterTexts),
    id,
    upvotes,
    featuredOn,
    names: authors.slice(0, MAX_NAMES).map(({ name }) => clip(name, MAX_WORD_LENGTH)),
    keywords: keywords.slice(0, MAX_KEYWORDS).map((word) => clip(word, MAX_WORD_LENGTH)),
    arxivUrl: href(arxivUrl),
    pdfUrl: href(pdfUrl),
    codeUrl: href(codeUrl),
    projectUrl: href(projectUrl),
  };
}

/** Escapes every text in the data, but no keys. */
function escapedIn<T extends object>(data: T, escape: (text: string) => string): T {
  const safe = (value: unknown): unknown => {
    if (typeof value === "string") return escape(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(safe);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, safe(inner)]));
  };
  return safe(data) as T;
}
