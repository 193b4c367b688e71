import type { Edition, Paper, RisingPaper } from "../../core/model.js";

const EXAMPLES = [
  { title: "Studio Example: Papers That Rise Again", before: 12, now: 164 },
  { title: "Studio Example: Short", before: 31, now: 75 },
  {
    title: "Studio Example: A Paper Whose Long Title Takes Two Lines on a Phone, as Titles of Papers Often Do",
    before: 0,
    now: 40,
  },
] as const;

/**
 * Adds a revisit with invented papers to an edition that cannot have its own, such as that of a saved page, so that template
 * authors can see the section.
 */
export function withSampleRevisit(edition: Edition): Edition {
  const rising = EXAMPLES.map(({ title, before, now }, place): RisingPaper => {
    const paper: Paper = { ...EMPTY, id: `example-${place + 1}`, title, upvotes: now, raw: { ...EMPTY.raw, title } };
    return { paper, since: "2026-03-02", before, now };
  });
  return { ...edition, rising };
}

/** `example.org` is reserved for examples (RFC 2606). */
const EMPTY: Paper = {
  id: "",
  title: "",
  abstract: null,
  authors: [],
  upvotes: null,
  comments: null,
  url: "https://example.org/",
  arxivUrl: "https://example.org/",
  pdfUrl: "https://example.org/",
  codeUrl: null,
  stars: null,
  projectUrl: null,
  organization: null,
  submittedBy: null,
  publishedAt: null,
  featuredOn: null,
  thumbnailUrl: null,
  mediaUrls: [],
  summary: "The one-line summary of the paper appears here.",
  keywords: [],
  raw: { title: "", abstract: null, summary: null },
};
