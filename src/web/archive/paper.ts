import type { Paper } from "../../core/model.js";
import { clip } from "../../render/clip.js";
import { href } from "../../render/href.js";
import { authorLine, linksOf } from "../../render/paper-data.js";
import type { Words } from "../../render/words.js";
import type { ArchivedPaper } from "../../store/store.js";
import { editionLabel, editionPath, HTML, metaOf, paperPath } from "./document.js";
import type { ArchiveDocument, ArchiveContext } from "./document.js";

/** Display limits, above the largest known values. Further authors are only counted ("and 12 more"). */
const AUTHORS = { most: 200, length: 100 } as const;
const MAX_NAME_LENGTH = 100;
const MAX_KEYWORD_LENGTH = 50;
const MAX_EDITIONS = 50;

/** Renders the page of a paper with the editions that contained it. Returns null if the paper is not in the archive. */
export async function paperDocument(context: ArchiveContext, id: string): Promise<ArchiveDocument | null> {
  const found = await context.archive.paper(id);
  if (found === null) return null;
  const body = context.pages.render("site/paper.html.hbs", paperPage(found, context));
  return { body, type: HTML, changedAt: found.editions[0]?.at ?? null };
}

function paperPage({ paper, editions }: ArchivedPaper, context: ArchiveContext) {
  const letterWords = context.pages.letterWords();
  return {
    meta: metaOf(context, paperPath(paper), paper.summary ?? paper.abstract ?? paper.title),
    paperTitle: clip(paper.title, 300),
    authors: authorLine(paper, letterWords, AUTHORS),
    organization: paper.organization === null ? null : clip(paper.organization.name, MAX_NAME_LENGTH),
    ...countsOf(paper, letterWords),
    summary: paper.summary,
    abstract: paper.abstract,
    links: [
      { label: context.pages.words().say("paper.discussion"), url: href(paper.url) },
      { label: "arXiv", url: href(paper.arxivUrl) },
      ...linksOf(paper, letterWords),
    ].filter(({ url }) => url !== null),
    keywords: paper.keywords.map((word) => clip(word, MAX_KEYWORD_LENGTH)).join(", ") || null,
    subscribeUrl: context.subscribeUrl,
    editions: editions.slice(0, MAX_EDITIONS).map((edition) => ({
      url: context.to(editionPath(edition)),
      label: editionLabel(edition, context),
    })),
  };
}

function countsOf({ upvotes, comments }: Paper, words: Words) {
  return {
    votes: upvotes === null ? null : words.say("votes", { count: upvotes }),
    comments: comments === null ? null : words.say("comments", { count: comments }),
  };
}
