import type { Edition, Paper } from "../../core/model.js";

const TITLE = "A specimen that nobody wrote";
const ABSTRACT = "It stands in for a day's papers where templates are tried before there is a day.";

/** An invented edition of one paper: enough to try templates on without asking the site. */
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
    authors: [{ name: "Ada Specimen" }],
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
