import type { Edition, Paper } from "../../core/model.js";

const TITLE = "A Sample Paper";
const ABSTRACT = "An invented abstract, for testing templates before the first edition.";

/** Returns an invented edition of one paper, for testing templates without a request to the site. */
export function sampleEdition(site: string): Edition {
  const date = "2026-01-05";
  return {
    id: `day:${date}`,
    source: date,
    kind: "day",
    date,
    url: `${site}/papers/date/${date}`,
    format: "data",
    early: false,
    papers: [samplePaper(site, date)],
  };
}

function samplePaper(site: string, featuredOn: string): Paper {
  const id = "2601.00001";
  return {
    id,
    title: TITLE,
    abstract: ABSTRACT,
    authors: [{ name: "Ada Sample" }],
    upvotes: 1,
    comments: 0,
    url: `${site}/papers/${id}`,
    arxivUrl: `https://arxiv.org/abs/${id}`,
    pdfUrl: `https://arxiv.org/pdf/${id}`,
    codeUrl: null,
    stars: null,
    projectUrl: null,
    organization: null,
    submittedBy: null,
    publishedAt: `${featuredOn}T00:00:00.000Z`,
    featuredOn,
    thumbnailUrl: null,
    mediaUrls: [],
    summary: null,
    keywords: [],
    raw: { title: TITLE, abstract: ABSTRACT, summary: null },
  };
}
