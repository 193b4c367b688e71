import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Edition, LikedText, View } from "../../src/core/model.js";
import { rank } from "../../src/rank/digest.js";
import { edition, paper, view } from "./papers.js";

const PAPERS = [
  paper({
    id: "2603.00001",
    upvotes: 90,
    title: "Diffusion for faces",
    abstract: "We generate portraits of faces from noise.",
  }),
  paper({
    id: "2603.00002",
    upvotes: 5,
    title: "Planning agents",
    abstract: "Agents plan their tool use in long tasks.",
  }),
  paper({
    id: "2603.00003",
    upvotes: 9,
    title: "Sparse attention",
    abstract: "Attention over long contexts becomes sparse.",
  }),
  paper({ id: "2603.00004", upvotes: 2, title: "Speech codecs", abstract: "We compress speech with a neural codec." }),
];
const LIKED: readonly LikedText[] = [
  { title: "Agents at work", abstract: "An agent plans and uses a tool for each task." },
  { title: "Which tool next?", abstract: "Tool use of agents in planning." },
];
const READER: Partial<View> = { order: "interests", interests: ["Agents at work", "Which tool next?"] };

function order(wishes: Partial<View>, liked: readonly LikedText[] = LIKED): string[] {
  return rank(edition(PAPERS), view(wishes), { liked }).kept.map(({ paper: { id } }) => id.slice(-1));
}

function closeReasons(given: Edition) {
  const { kept } = rank(given, view(READER), { liked: LIKED, among: PAPERS });
  return new Map(kept.map(({ paper: { id }, reasons }) => [id, reasons.find(({ rule }) => rule === "close")] as const));
}

describe("ranking by interests", () => {
  it("puts the papers closest to what the reader likes first, and the others by votes", () => {
    expect(order(READER)).toEqual(["2", "1", "3", "4"]);
  });

  it("names the liked text to which a paper is close, and the words that they share", () => {
    const { kept } = rank(edition(PAPERS), view(READER), { liked: LIKED });
    const close = kept.map(({ reasons }) => reasons.find(({ rule }) => rule === "close"));
    expect(close[0]).toEqual({ rule: "close", to: "Agents at work", words: ["agents", "tool", "planning"] });
    expect(close.slice(1)).toEqual([undefined, undefined, undefined]);
  });

  it("keeps the best papers, or those that are close enough", () => {
    expect(order({ ...READER, limit: 1 })).toEqual(["2"]);
    expect(order({ ...READER, minCloseness: 20 })).toEqual(["2"]);
    const { dropped } = rank(edition(PAPERS), view({ ...READER, minCloseness: 20 }), { liked: LIKED });
    expect(dropped[0]?.reasons[0]).toMatchObject({ rule: "not-close", minimum: 20 });
  });

  it("sorts by votes when there are no interests, or no paper of the day has a word in common", () => {
    expect(order(READER, [])).toEqual(["1", "3", "2", "4"]);
    expect(order(READER, [{ title: "Zyzzyva", abstract: null }])).toEqual(["1", "3", "2", "4"]);
    expect(order({ ...READER, minCloseness: 50 }, [])).toHaveLength(4);
  });

  it("does not depend on which papers of the edition a reader had before", () => {
    const some = { ...edition(PAPERS), papers: PAPERS.slice(1) };
    const all = closeReasons(edition(PAPERS));
    for (const [id, reason] of closeReasons(some)) expect(reason).toEqual(all.get(id));
  });

  it("gives every paper a closeness from 0 to 100, whatever the texts", () => {
    const text = fc.record({ title: fc.string(), abstract: fc.option(fc.string()) });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.array(text, { maxLength: 4 }), (texts, liked) => {
        const papers = texts.map((given, index) => paper({ ...given, id: `2603.0000${index}` }));
        const digest = rank(edition(papers), view({ ...READER, minCloseness: 1 }), { liked });
        expect(digest.kept.length + digest.dropped.length).toBe(papers.length);
        const values = digest.dropped.flatMap(({ reasons }) =>
          reasons.map((reason) => "closeness" in reason && reason.closeness),
        );
        expect(values.every((value) => value === false || (value >= 0 && value < 1))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
