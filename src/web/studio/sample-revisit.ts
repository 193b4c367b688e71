import type { Edition, Paper, RisingPaper } from "../../core/model.js";

const EXAMPLES = [
  { title: "An Example of the Studio: Letters That Glow Again", before: 12, now: 164 },
  { title: "An Example of the Studio: Short", before: 31, now: 75 },
  {
    title: "An Example of the Studio: One Whose Title Takes Two Lines on a Phone, as Titles of Papers Often Do",
    before: 0,
    now: 40,
  },
] as const;

/**
 * What stands in the revisit of an edition that cannot have one of its own, such as that of a saved page, so that whoever changes
 * the template sees the section: invented papers that say so.
 */
export function withExamples(edition: Edition): Edition {
  const rising = EXAMPLES.map(({ title, before, now }, place): RisingPaper => {
    const paper: Paper = { ...EMPTY, id: `example-${place + 1}`, title, upvotes: now, raw: { ...EMPTY.raw, title } };
    return { paper, since: "2026-03-02", before, now };
  });
  return { ...edition, rising };
}

/** `example.org` belongs to nobody (RFC 2606). */
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
  summary: "What the site says of a paper in one line stands here.",
  keywords: [],
  raw: { title: "", abstract: null, summary: null },
};
