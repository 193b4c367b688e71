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
          form: "lead",
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
    [0, 0, 0],
    [1, 1, 0],
    [20, 3, 17],
    [71, 3, 17],
  ])("of %i papers shows %i as leads and %i with a summary by default", (count, leads, full) => {
    const { kept } = rank(edition(manyPapers(count)), view());
    const forms = [...Array<string>(leads).fill("lead"), ...Array<string>(full).fill("full")];
    expect(kept.map(({ form }) => form)).toEqual([...forms, ...Array<string>(count - leads - full).fill("line")]);
  });

  it("has no lead when `leading` is 0, and only lines when `fullUpTo` is 0 too", () => {
    const [some, none] = [2, 0].map((fullUpTo) => rank(edition(manyPapers(3)), view({ fullUpTo, leading: 0 })).kept);
    expect(some?.map(({ form }) => form)).toEqual(["full", "full", "line"]);
    expect(none?.map(({ form }) => form)).toEqual(["line", "line", "line"]);
  });

  it.each(["week", "month"] as const)("keeps the best 30 papers of a %s unless the view has a limit", (kind) => {
    const given = edition(manyPapers(305), { kind });
    expect(rank(given, view()).kept).toHaveLength(30);
    expect(rank(given, view()).dropped).toHaveLength(275);
    expect(rank(given, view({ limit: 100 })).kept).toHaveLength(100);
  });

  it("leads a catch-up with the best papers of all days, then groups the others by day", () => {
    const papers = manyPapers(8).map((one, index) => ({
      ...one,
      featuredOn: index % 2 === 0 ? "2026-03-05" : "2026-03-06",
    }));
    const { kept } = rank(edition(papers, { days: ["2026-03-05", "2026-03-06"] }), view({ leading: 2 }));
    const votes = kept.slice(0, 2).map(({ paper: { upvotes } }) => upvotes);
    expect(votes).toEqual(
      papers
        .map(({ upvotes }) => upvotes)
        .toSorted((one, other) => Number(other) - Number(one))
        .slice(0, 2),
    );
    expect(
      kept
        .slice(2)
        .map(({ paper: { featuredOn } }) => featuredOn?.slice(-1))
        .join(""),
    ).toBe("666555");
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
