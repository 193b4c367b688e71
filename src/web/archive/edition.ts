import type { Digest } from "../../core/model.js";
import { rank } from "../../rank/digest.js";
import { clip } from "../../render/clip.js";
import { letterWriter } from "../../render/letter-data.js";
import type { LetterData } from "../../render/letter-data.js";
import type { PaperData } from "../../render/paper-data.js";
import type { ArchivedEdition, ArchiveStore } from "../../store/store.js";
import type { LatestIssue } from "../context.js";
import { editionLabel, editionPath, HTML, metaOf, paperPath, allEditions, SECTIONS } from "./document.js";
import type { ArchiveContext, ArchiveDocument } from "./document.js";

type Neighbours = Awaited<ReturnType<ArchiveStore["neighbours"]>>;

/** Renders an edition in the default view, untrimmed and with a table of contents. Returns null if it is not in the archive. */
export async function editionDocument(context: ArchiveContext, date: string): Promise<ArchiveDocument | null> {
  const found = await context.archive.edition(date);
  if (found === null) return null;
  const around = await context.archive.neighbours(date);
  const digest = rank(found.edition, fullView(context));
  const data = { ...editionData(context, found, digest), issues: issuesAround(context, around) };
  const body = context.pages.render("site/edition.html.hbs", data);
  // The page changes when the next edition comes.
  return { body, type: HTML, changedAt: around.next && around.next.at > found.at ? around.next.at : found.at };
}

/** Returns the links to the editions before and after this one. */
function issuesAround(context: ArchiveContext, around: Neighbours) {
  const linkTo = (edition: ArchivedEdition | null) =>
    edition && { url: context.to(editionPath(edition)), label: editionLabel(edition, context) };
  return { before: linkTo(around.before), next: linkTo(around.next) };
}

/** The maximum length of a title in the contents, in characters. */
const LONGEST_IN_CONTENTS = 110;

/**
 * Returns the default view with every paper and its abstract. Omits pictures, because the site's policy allows none from other
 * hosts.
 */
function fullView({ view }: ArchiveContext): Digest["view"] {
  const every = { limit: Number.MAX_SAFE_INTEGER, leading: 0, fullUpTo: Number.MAX_SAFE_INTEGER } as const;
  return { ...view, ...every, abstracts: "full", pictures: false };
}

function editionData(context: ArchiveContext, found: ArchivedEdition, digest: Digest) {
  const { pages, branding, to } = context;
  const letterWords = pages.letterWords();
  const letter = letterWriter({ digest, branding, words: letterWords })();
  return {
    meta: metaOf(context, editionPath(found), descriptionOf(letter)),
    period: editionLabel(found, context),
    count: letter.count,
    notices: letter.notices,
    byDay: letter.byDay,
    papers: letter.papers.map((paper, index) => ({
      ...paper,
      anchor: `p${paper.rank}`,
      shortTitle: clip(paper.title, LONGEST_IN_CONTENTS),
      page: to(paperPath(digest.kept[index]?.paper ?? { id: "" })),
      keywords: paper.keywords === null ? null : `${letterWords.say("keywords")}: ${paper.keywords}`,
    })),
    revisit: letter.revisit,
    sourceUrl: letter.sourceUrl,
    mailed: pages.words().say("archive.mailed", { date: letterWords.date(found.at, "day") }),
    archive: to("/archive"),
    subscribeUrl: context.subscribeUrl,
  };
}

/** Returns `33 papers: ` with the leading titles. */
function descriptionOf({ count, titles }: Pick<LetterData, "count" | "titles">): string {
  return [count, titles.join(" · ")].filter(Boolean).join(": ");
}

/** Returns the newest daily edition, or the newest of any kind, as a letter in the default view; null if the archive is empty. */
export async function latestIssue(context: ArchiveContext): Promise<LatestIssue | null> {
  const { archive, pages, branding, view, to } = context;
  const [daily, any] = await Promise.all(
    (["day", null] as const).map((kind) => archive.editions({ kind, limit: 1, offset: 0 })),
  );
  const newest = daily?.editions[0] ?? any?.editions[0];
  const found = newest && (await archive.edition(newest.date));
  if (!found) return null;
  const digest = rank(found.edition, { ...view, pictures: false });
  const letter = letterWriter({ digest, branding, words: pages.letterWords() })();
  const url = to(editionPath(found));
  const onSite = (paper: PaperData): PaperData => ({
    ...paper,
    url: to(paperPath(digest.kept[paper.rank - 1]?.paper ?? { id: "" })),
  });
  return {
    period: editionLabel(found, context),
    url,
    overview: letter.overview,
    leads: letter.leads.map(onSite),
    papers: letter.papers.map(onSite),
    brief: letter.brief.map(({ heading, papers }) => ({ heading, papers: papers.map(onSite) })),
    left: letter.left && { ...letter.left, url },
  };
}

/** Returns the lists and all editions of the archive, newest first. The editions link to the pages of their papers. */
export async function publishedPages(archive: ArchiveStore) {
  const editions: { readonly path: string; readonly changedAt: Date | null }[] = [];
  for await (const edition of allEditions(archive))
    editions.push({ path: editionPath(edition), changedAt: edition.at });
  const changedAt = editions[0]?.changedAt ?? null;
  return [
    ...["/archive", ...SECTIONS.slice(1).map(({ path }) => path)].map((path) => ({ path, changedAt })),
    ...editions,
  ];
}
