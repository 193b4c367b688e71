import { memoize } from "../../core/memoize.js";
import type { Edition, Paper } from "../../core/model.js";
import { searchFieldsOf } from "../../rank/fields.js";
import { contains, readPhrase } from "../../rank/phrase.js";
import { clip } from "../../render/clip.js";
import { href } from "../../render/href.js";
import type { ArchivedEdition, ArchivedPaper } from "../../store/store.js";
import { editionLabel, editionPath, paperPath } from "./document.js";
import type { ArchiveDocument, ArchiveContext, Topic } from "./document.js";
import { FEED_WRITERS, updatedOf, FORMATS } from "./feed-formats.js";
import type { Feed, FeedItem, FeedKind, NamedFeed } from "./feed-formats.js";

/** A paper feed shows up to `MAX_PAPERS` matches among the `PAPERS_SEARCHED` newest papers. */
const PAPERS_SEARCHED = 400;
const MAX_PAPERS = 50;
const MAX_EDITIONS = 20;
const MAX_TITLE_LENGTH = 300;

/** The data of all feeds. It changes only when the archive changes. */
export interface FeedData {
  readonly papers: readonly ArchivedPaper[];
  readonly editions: readonly EditionPapers[];
  /** Returns a filter for papers about a topic. */
  readonly about: (topic: string) => (paper: Paper) => boolean;
}

interface EditionPapers extends ArchivedEdition {
  readonly edition: Pick<Edition, "papers">;
}

/** Reads the newest papers and editions from the archive. */
export async function readFeedData({ archive }: ArchiveContext): Promise<FeedData> {
  const papers = await archive.recent({ limit: PAPERS_SEARCHED, offset: 0 });
  const { editions: newest } = await archive.editions({ kind: null, limit: MAX_EDITIONS, offset: 0 });
  const editions: EditionPapers[] = [];
  for (const { date } of newest) {
    const found = await archive.edition(date);
    if (found) editions.push(found);
  }
  // Each paper's text is normalised once, because that costs more than matching.
  const fieldsOf = memoize(searchFieldsOf);
  const about = (topic: string) => {
    const phrase = readPhrase(topic);
    return (paper: Paper) => fieldsOf(paper).some(({ spelling }) => contains(spelling, phrase));
  };
  return { papers, editions, about };
}

/**
 * Renders a feed. `topic` limits it to papers that contain a word or phrase, matched like a subscriber's topics
 * (src/rank/phrase.ts); null includes all papers.
 */
export function feedDocument(
  context: ArchiveContext,
  data: FeedData,
  { topic, ...named }: NamedFeed & { readonly topic: Pick<Topic, "slug" | "word"> | null },
): ArchiveDocument {
  const { pages, branding } = context;
  const { kind, format, path } = named;
  const words = pages.words();
  const about = words.say(`feed.${kind}.title`, { name: branding.name });
  const feed: Feed = {
    title: topic === null ? about : `${about}: ${topic.word}`,
    language: words.language,
    homeUrl: context.url("/archive"),
    selfUrl: context.url(context.feedPath({ path, format }, topic)),
    author: branding.name,
    items: ITEMS[kind](context, data, topic === null ? () => true : data.about(topic.word)),
  };
  return { body: FEED_WRITERS[format](feed), type: `${FORMATS[format]}; charset=utf-8`, changedAt: updatedOf(feed) };
}

type MakeItems = (context: ArchiveContext, data: FeedData, isWanted: (paper: Paper) => boolean) => readonly FeedItem[];

const ITEMS: Readonly<Record<FeedKind, MakeItems>> = {
  papers: (context, { papers }, isWanted) =>
    papers
      .filter(({ paper }) => isWanted(paper))
      .slice(0, MAX_PAPERS)
      .map((found) => paperItem(context, found)),
  editions: (context, { editions }, isWanted) =>
    editions.flatMap((found) => {
      const wanted = found.edition.papers.filter(isWanted);
      return wanted.length === 0 ? [] : [editionItem(context, found, wanted)];
    }),
};

function paperItem(context: ArchiveContext, { paper, editions }: ArchivedPaper): FeedItem {
  const at = editions.at(-1)?.at ?? new Date(0);
  const data = {
    summary: paper.summary,
    abstract: paper.abstract,
    links: [paper.url, paper.pdfUrl, paper.codeUrl, paper.projectUrl]
      .map((url) => href(url))
      .filter((url) => url !== null),
  };
  return {
    url: context.url(paperPath(paper)),
    title: clip(paper.title, MAX_TITLE_LENGTH),
    publishedAt: at,
    updatedAt: at,
    summary: paper.summary,
    html: context.pages.render("site/feed/paper.html.hbs", data).trim(),
    authors: paper.authors.map(({ name }) => clip(name, 100)),
    tags: paper.keywords.map((word) => clip(word, 50)),
  };
}

function editionItem(context: ArchiveContext, edition: ArchivedEdition, papers: readonly Paper[]): FeedItem {
  const label = editionLabel(edition, context);
  const data = {
    papers: papers.map((paper) => ({ url: context.url(paperPath(paper)), label: clip(paper.title, MAX_TITLE_LENGTH) })),
  };
  return {
    url: context.url(editionPath(edition)),
    title: `${label}: ${context.pages.letterWords().say("papers", { count: papers.length })}`,
    publishedAt: edition.at,
    updatedAt: edition.at,
    summary: papers
      .slice(0, 3)
      .map(({ title }) => clip(title, 110))
      .join(" · "),
    html: context.pages.render("site/feed/edition.html.hbs", data).trim(),
    authors: [],
    tags: [],
  };
}
