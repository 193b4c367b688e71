import { readFileSync } from "node:fs";
import type { Digest, Edition, Kept, Paper, View } from "../../src/core/model.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";

/** A view with all papers in full, in the given order. */
const WHOLE_VIEW: View = { ...DEFAULT_VIEW, abstracts: "full", fullUpTo: 25 };

/** Returns an empty paper with the given fields. */
export function paperOf(id: string, given: Partial<Paper> = {}): Paper {
  return {
    id,
    title: "",
    abstract: null,
    authors: [],
    upvotes: null,
    comments: null,
    url: `https://example.org/papers/${id}`,
    arxivUrl: `https://example.org/abs/${id}`,
    pdfUrl: `https://example.org/pdf/${id}`,
    codeUrl: null,
    stars: null,
    projectUrl: null,
    organization: null,
    submittedBy: null,
    publishedAt: null,
    featuredOn: null,
    thumbnailUrl: null,
    mediaUrls: [],
    summary: null,
    keywords: [],
    raw: { title: "", abstract: null, summary: null },
    ...given,
  };
}

/** Returns an invented paper with overrides. */
export function makePaper(overrides: Partial<Paper> = {}): Paper {
  const id = overrides.id ?? "2603.01234";
  const title = overrides.title ?? "Lantern: Reading Long Letters by Lamplight";
  return {
    id,
    title,
    abstract: "Long letters are hard to read at dusk. We light a lamp. Readers finish sooner and remember more.",
    authors: [{ name: "Ada Quill" }, { name: "Bo Inkwell" }, { name: "Cy Vellum" }, { name: "Di Foolscap" }],
    upvotes: 42,
    comments: 3,
    url: `https://huggingface.co/papers/${id}`,
    arxivUrl: `https://arxiv.org/abs/${id}`,
    pdfUrl: `https://arxiv.org/pdf/${id}`,
    codeUrl: "https://github.com/example/lantern",
    stars: 1234,
    projectUrl: "https://lantern.example/",
    organization: { name: "Institute of Lamps", url: null },
    submittedBy: { name: null, username: "adaquill" },
    publishedAt: "2026-03-08T10:00:00.000Z",
    featuredOn: "2026-03-09",
    thumbnailUrl: "https://pictures.example/lantern.png",
    mediaUrls: [],
    summary: "A lamp beside the letter halves the time that reading takes.",
    keywords: ["letters", "lamps"],
    raw: { title, abstract: overrides.abstract ?? null, summary: overrides.summary ?? null },
    ...overrides,
  };
}

/** Returns papers that differ in id, title and votes. */
export function makePapers(count: number, overrides: Partial<Paper> = {}): Paper[] {
  return Array.from({ length: count }, (_, index) =>
    makePaper({
      id: `2603.${String(10_000 + index)}`,
      title: `Lantern ${index + 1}: Reading Long Letters by Lamplight`,
      upvotes: count - index,
      ...overrides,
    }),
  );
}

/** The parts of a digest apart from its papers. */
export interface DigestOverrides {
  readonly view?: Partial<View>;
  readonly edition?: Partial<Edition>;
  readonly kept?: Partial<Kept>;
}

/** Returns a digest of all the papers. The first `leading` papers lead, and those up to `fullUpTo` are in full. */
export function makeDigest(papers: readonly Paper[], overrides: DigestOverrides = {}): Digest {
  const view: View = { ...WHOLE_VIEW, ...overrides.view };
  const edition: Edition = {
    id: "day:2026-03-09",
    source: "2026-03-09",
    kind: "day",
    date: "2026-03-09",
    url: "https://huggingface.co/papers/date/2026-03-09",
    format: "data",
    early: false,
    papers,
    ...overrides.edition,
  };
  const kept = papers.map((paper, index): Kept => {
    const listed = index < view.fullUpTo ? "full" : "line";
    return {
      paper,
      rank: index + 1,
      form: index < view.leading ? "lead" : listed,
      reasons: [{ rule: "unfiltered" }],
      ...overrides.kept,
    };
  });
  return { edition, view, kept, dropped: [] };
}

interface FixturePaper {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly authors: readonly { readonly name: string }[];
  readonly upvotes: number;
  readonly publishedAt: string;
  readonly githubRepo?: string;
  readonly githubStars?: number;
  readonly projectPage?: string;
  readonly ai_summary?: string;
  readonly ai_keywords?: readonly string[];
  readonly organization?: { readonly fullname: string };
}

/** Returns the invented day of `fixtures/papers` as parsed papers, with TeX unconverted. */
export function dailyPapers(): Paper[] {
  const file = new URL("../../fixtures/papers/daily.json", import.meta.url);
  const entries = JSON.parse(readFileSync(file, "utf8")) as { paper: FixturePaper; numComments: number }[];
  return entries.map(({ paper, numComments }) =>
    makePaper({
      id: paper.id,
      title: paper.title.replaceAll(/\s+/g, " "),
      abstract: paper.summary.replaceAll(/\s+/g, " "),
      authors: paper.authors.map(({ name }) => ({ name })),
      upvotes: paper.upvotes,
      comments: numComments,
      codeUrl: paper.githubRepo ?? null,
      stars: paper.githubStars ?? null,
      projectUrl: paper.projectPage ?? null,
      organization: paper.organization ? { name: paper.organization.fullname, url: null } : null,
      publishedAt: paper.publishedAt,
      summary: paper.ai_summary ?? null,
      keywords: paper.ai_keywords ?? [],
      raw: { title: paper.title, abstract: paper.summary, summary: paper.ai_summary ?? null },
    }),
  );
}
