import * as fc from "fast-check";
import type { Edition, Paper, View } from "../../src/core/model.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { paperOf } from "../support/papers-model.js";

/** Returns an invented paper with the given fields. */
export function paper(given: Partial<Paper> = {}): Paper {
  const { id = "2603.00001", title = "Untitled", abstract = null, summary = null } = given;
  const raw = { title, abstract, summary };
  return paperOf(id, { title, upvotes: 0, comments: 0, featuredOn: "2026-03-09", raw, ...given });
}

export function edition(papers: readonly Paper[], given: Partial<Edition> = {}): Edition {
  return {
    id: "day:2026-03-09",
    source: "2026-03-09",
    kind: "day",
    date: "2026-03-09",
    url: "https://example.org/papers/date/2026-03-09",
    format: "data",
    early: false,
    papers,
    ...given,
  };
}

export function view(given: Partial<View> = {}): View {
  return { ...DEFAULT_VIEW, ...given };
}

/** Returns papers with distinct ids and votes, the most votes first. */
export function manyPapers(count: number): readonly Paper[] {
  return Array.from({ length: count }, (_, index) => paper({ id: idOf(index), upvotes: count - index }));
}

export function idOf(index: number): string {
  return `2603.${String(index + 1).padStart(5, "0")}`;
}

/** A small vocabulary, so that phrases often match, in every spelling that folding covers. */
const word = fc.constantFrom(
  "diffusion",
  "Fine-Tuning",
  "finetuning",
  "naïve",
  "agents",
  "C++",
  "扩散",
  "GPT-4",
  "|",
  "",
);
const text = fc.array(word, { maxLength: 6 }).map((list) => list.join(" "));
const count = fc.option(fc.nat({ max: 20 }));

/** Papers with few words, few votes, missing fields and sometimes duplicate ids. */
export const anyPapers: fc.Arbitrary<readonly Paper[]> = fc.array(
  fc
    .record({
      id: fc.nat({ max: 60 }).map(idOf),
      title: text,
      abstract: fc.option(text),
      summary: fc.option(text),
      keywords: fc.array(word, { maxLength: 3 }),
      authors: fc.array(fc.record({ name: fc.constantFrom("Zoë Müller", "Ana Łuk", "王小明") }), { maxLength: 3 }),
      organization: fc.option(
        fc.record({ name: fc.constantFrom("North Lab", "Süd-Institut"), url: fc.constant(null) }),
      ),
      upvotes: count,
      comments: count,
      codeUrl: fc.option(fc.constant("https://example.org/code")),
      publishedAt: fc.option(fc.constantFrom("2026-03-08", "2026-03-07T10:00:00.000Z", "last Tuesday")),
    })
    .map(paper),
  { maxLength: 50 },
);

const wishes = fc.array(
  fc.constantFrom("diffusion", "fine-tuning", "fine tuning", "finetun*", "散", "gpt4", "++", ""),
  {
    maxLength: 3,
  },
);

export const anyView: fc.Arbitrary<View> = fc
  .record({
    include: wishes,
    exclude: wishes,
    authors: fc.subarray(["Muller, Zoe", "Ana Luk", "Nobody"]),
    organizations: fc.subarray(["north", "sud institut"]),
    minUpvotes: fc.nat({ max: 5 }),
    withCode: fc.boolean(),
    limit: fc.option(fc.integer({ min: 1, max: 30 })),
    order: fc.constantFrom("votes", "comments", "newest", "relevance"),
  })
  .map(view);
