import type { Edition, Paper } from "../../core/model.js";
import { spellFields } from "../../rank/fields.js";
import { holds, readPhrase } from "../../rank/phrase.js";
import { clip } from "../../render/clip.js";
import { href } from "../../render/href.js";
import type { ArchivedEdition, ArchivedPaper } from "../../store/store.js";
import { editionLabel, editionPath, paperPath } from "./document.js";
import type { ArchiveDocument, ArchiveParts } from "./document.js";
import { FEED_WRITERS, updatedOf } from "./feed-formats.js";
import type { Feed, FeedItem } from "./feed-formats.js";
import { FORMATS } from "./feed-names.js";
import type { FEEDS, FeedKind } from "./feed-names.js";

/** How many items a feed brings, and among how many of the newest papers it looks for them. */
const PAPERS_LOOKED_AT = 400;
const PAPERS_SHOWN = 50;
const EDITIONS_SHOWN = 20;
const LONGEST_TITLE = 300;

/** What feeds are made from; it stays the same for as long as the archive does. */
export interface FeedStock {
  readonly papers: readonly ArchivedPaper[];
  readonly editions: readonly EditionPapers[];
  /** Says of a paper whether it is about a topic. */
  readonly about: (topic: string) => (paper: Paper) => boolean;
}

interface EditionPapers extends ArchivedEdition {
  readonly edition: Pick<Edition, "papers">;
}

/** Reads the newest papers and editions. */
export async function readStock({ archive }: ArchiveParts): Promise<FeedStock> {
  const papers = await archive.recent({ limit: PAPERS_LOOKED_AT, offset: 0 });
  const { editions: newest } = await archive.editions({ kind: null, limit: EDITIONS_SHOWN, offset: 0 });
  const editions: EditionPapers[] = [];
  for (const { date } of newest) {
    const found = await archive.edition(date);
    if (found) editions.push(found);
  }
  return { papers, editions, about: openTopics() };
}

/** Texts are made ready when the first topic is asked for, each paper's once: that takes longer than looking. */
function openTopics(): FeedStock["about"] {
  const spelled = new Map<string, ReturnType<typeof spellFields>>();
  return (topic) => {
    const phrase = readPhrase(topic);
    return (paper) => {
      const fields = spelled.get(paper.id) ?? spellFields(paper);
      spelled.set(paper.id, fields);
      return fields.some(({ spelling }) => holds(spelling, phrase));
    };
  };
}

/**
 * One of the feeds.
 * @param topic a word or phrase, looked for as in the topics of a reader (src/rank/phrase.ts); null: everything.
 */
export function feedDocument(
  parts: ArchiveParts,
  stock: FeedStock,
  { kind, format, path, topic }: (typeof FEEDS)[number] & { readonly topic: string | null },
): ArchiveDocument {
  const { pages, branding } = parts;
  const words = pages.words();
  const about = words.say(`feed.${kind}.title`, { name: branding.name });
  const feed: Feed = {
    title: topic === null ? about : `${about}: ${topic}`,
    language: words.language,
    homeUrl: parts.url("/archive"),
    selfUrl: parts.url(path) + (topic === null ? "" : `?${new URLSearchParams({ topic }).toString()}`),
    author: branding.name,
    items: ITEMS[kind](parts, stock, topic === null ? () => true : stock.about(topic)),
  };
  return { body: FEED_WRITERS[format](feed), type: `${FORMATS[format]}; charset=utf-8`, changedAt: updatedOf(feed) };
}

type MakeItems = (parts: ArchiveParts, stock: FeedStock, isWanted: (paper: Paper) => boolean) => readonly FeedItem[];

const ITEMS: Readonly<Record<FeedKind, MakeItems>> = {
  papers: (parts, { papers }, isWanted) =>
    papers
      .filter(({ paper }) => isWanted(paper))
      .slice(0, PAPERS_SHOWN)
      .map((found) => paperItem(parts, found)),
  editions: (parts, { editions }, isWanted) =>
    editions.flatMap((found) => {
      const wanted = found.edition.papers.filter(isWanted);
      return wanted.length === 0 ? [] : [editionItem(parts, found, wanted)];
    }),
};

function paperItem(parts: ArchiveParts, { paper, editions }: ArchivedPaper): FeedItem {
  const at = editions.at(-1)?.at ?? new Date(0);
  const data = {
    summary: paper.summary,
    abstract: paper.abstract,
    links: [paper.url, paper.pdfUrl, paper.codeUrl, paper.projectUrl]
      .map((url) => href(url))
      .filter((url) => url !== null),
  };
  return {
    url: parts.url(paperPath(paper)),
    title: clip(paper.title, LONGEST_TITLE),
    publishedAt: at,
    updatedAt: at,
    summary: paper.summary,
    html: parts.pages.render("site/feed/paper.html.hbs", data).trim(),
    authors: paper.authors.map(({ name }) => clip(name, 100)),
    tags: paper.keywords.map((word) => clip(word, 50)),
  };
}

function editionItem(parts: ArchiveParts, edition: ArchivedEdition, papers: readonly Paper[]): FeedItem {
  const label = editionLabel(edition, parts);
  const data = {
    papers: papers.map((paper) => ({ url: parts.url(paperPath(paper)), label: clip(paper.title, LONGEST_TITLE) })),
  };
  return {
    url: parts.url(editionPath(edition)),
    title: `${label}: ${parts.pages.letterWords().say("papers", { count: papers.length })}`,
    publishedAt: edition.at,
    updatedAt: edition.at,
    summary: papers
      .slice(0, 3)
      .map(({ title }) => clip(title, 110))
      .join(" · "),
    html: parts.pages.render("site/feed/edition.html.hbs", data).trim(),
    authors: [],
    tags: [],
  };
}
