import type { Paper } from "../../core/model.js";
import { href } from "../../render/href.js";
import { clip } from "../../render/clip.js";
import type { Words } from "../../render/words.js";
import type { ArchivedPaper } from "../../store/store.js";
import { editionLabel, editionPath, HTML } from "./document.js";
import type { ArchiveDocument, ArchiveParts } from "./document.js";

/** More than any paper that was seen has; the rest is counted. */
const MOST_AUTHORS = 200;
const LONGEST_NAME = 100;
const LONGEST_KEYWORD = 50;
const MOST_EDITIONS = 50;

/** A page about one paper, and when it was mailed; null when the archive has none of that id. */
export async function paperDocument(parts: ArchiveParts, id: string): Promise<ArchiveDocument | null> {
  const found = await parts.archive.paper(id);
  if (found === null) return null;
  const body = parts.pages.render("site/paper.html.hbs", paperPage(found, parts));
  return { body, type: HTML, changedAt: found.editions[0]?.at ?? null };
}

function paperPage({ paper, editions }: ArchivedPaper, parts: ArchiveParts) {
  const letterWords = parts.pages.letterWords();
  return {
    paperTitle: clip(paper.title, 300),
    authors: authorsOf(paper, letterWords),
    organization: paper.organization === null ? null : clip(paper.organization.name, LONGEST_NAME),
    counts: countsOf(paper, letterWords),
    summary: paper.summary,
    abstract: paper.abstract,
    links: linksOf(paper, letterWords, parts.pages.words()),
    keywords: paper.keywords.map((word) => clip(word, LONGEST_KEYWORD)).join(", ") || null,
    editions: editions.slice(0, MOST_EDITIONS).map((edition) => ({
      url: parts.to(editionPath(edition)),
      label: editionLabel(edition, parts),
    })),
  };
}

function authorsOf({ authors }: Paper, words: Words): string | null {
  const names = authors.slice(0, MOST_AUTHORS).map(({ name }) => clip(name, LONGEST_NAME));
  const more = authors.length - names.length;
  return (
    [names.join(", "), more > 0 ? words.say("moreAuthors", { count: more }) : ""].filter(Boolean).join(" ") || null
  );
}

function countsOf({ upvotes, comments }: Paper, words: Words): string | null {
  const votes = upvotes === null ? null : words.say("votes", { count: upvotes });
  return (
    [votes, comments === null ? null : words.say("comments", { count: comments })].filter(Boolean).join(" · ") || null
  );
}

function linksOf({ url, arxivUrl, pdfUrl, codeUrl, stars, projectUrl }: Paper, letterWords: Words, words: Words) {
  const code = stars === null ? letterWords.say("link.code") : letterWords.say("codeStars", { count: stars });
  const wanted = [
    { label: words.say("paper.discussion"), url: href(url) },
    { label: "arXiv", url: href(arxivUrl) },
    { label: letterWords.say("link.pdf"), url: href(pdfUrl) },
    { label: code, url: href(codeUrl) },
    { label: letterWords.say("link.project"), url: href(projectUrl) },
  ];
  return wanted.filter((link) => link.url !== null);
}
