import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rank } from "../../src/rank/digest.js";
import { anyPapers, anyView, edition, manyPapers, paper, view } from "./papers.js";

describe("rank", () => {
  it("keeps papers with rank, form and reasons, and drops the others with reasons", () => {
    const loud = paper({ id: "loud", title: "Agents that plan", upvotes: 9 });
    const quiet = paper({ id: "quiet", title: "Agents that wait", upvotes: 2 });
    const other = paper({ id: "other", title: "Diffusion", upvotes: 5 });
    const given = edition([quiet, other, loud]);
    const wishes = view({ include: ["agents"], limit: 1 });
    expect(rank(given, wishes)).toEqual({
      edition: given,
      view: wishes,
      kept: [
        {
          paper: loud,
          rank: 1,
          form: "full",
          reasons: [
            { rule: "include", phrase: "agents", field: "title" },
            { rule: "order", order: "votes", value: 9 },
          ],
        },
      ],
      dropped: [
        {
          paper: quiet,
          reasons: [
            { rule: "over-limit", limit: 1 },
            { rule: "order", order: "votes", value: 2 },
          ],
        },
        { paper: other, reasons: [{ rule: "no-match", wanted: ["agents"] }] },
      ],
    });
  });

  it.each([
    [0, 0],
    [1, 1],
    [25, 25],
    [26, 10],
    [71, 10],
  ])("of %i papers shows %i in full by default", (count, full) => {
    const { kept } = rank(edition(manyPapers(count)), view());
    expect(kept.map(({ form }) => form)).toEqual(kept.map((_, index) => (index < full ? "full" : "line")));
    expect(kept).toHaveLength(count);
  });

  it("decides on full form by the number of kept papers", () => {
    const { kept } = rank(edition(manyPapers(71)), view({ limit: 25 }));
    expect(kept.every(({ form }) => form === "full")).toBe(true);
  });

  it("shows no paper in full when `leading` is 0", () => {
    const { kept } = rank(edition(manyPapers(3)), view({ fullUpTo: 2, leading: 0 }));
    expect(kept.every(({ form }) => form === "line")).toBe(true);
  });

  it("uses the first of two papers with the same id", () => {
    const first = paper({ id: "twin", title: "First" });
    const { kept, dropped } = rank(edition([first, paper({ id: "twin", title: "Second" }), first]), view());
    expect(kept.map((entry) => entry.paper)).toEqual([first]);
    expect(dropped).toEqual([]);
  });

  it("keeps or drops every paper once, with a reason, and ranks from 1 up to the limit", () => {
    fc.assert(
      fc.property(anyPapers, anyView, (papers, wishes) => {
        const { kept, dropped } = rank(edition(papers), wishes);
        const all = [...kept, ...dropped];
        expect(all.map((entry) => entry.paper.id).toSorted()).toEqual(
          [...new Set(papers.map(({ id }) => id))].toSorted(),
        );
        expect(all.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
        expect(kept.map((entry) => entry.rank)).toEqual(kept.map((_, index) => index + 1));
        expect(kept.length).toBeLessThanOrEqual(wishes.limit ?? papers.length);
      }),
      { numRuns: 300 },
    );
  });

  it("is deterministic and does not change its input", () => {
    fc.assert(
      fc.property(anyPapers, anyView, (papers, wishes) => {
        const [given, same] = [edition(papers), structuredClone(edition(papers))];
        const once = rank(given, wishes);
        expect(given).toEqual(same);
        expect(rank(same, structuredClone(wishes))).toEqual(once);
      }),
      { numRuns: 150 },
    );
  });
});
