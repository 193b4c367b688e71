import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AS_ON_PAGE } from "../../src/core/model.js";
import type { Paper, View } from "../../src/core/model.js";
import { inOrder } from "../../src/rank/order.js";
import { idOf, paper, view } from "./papers.js";

const PAPERS: readonly Paper[] = [
  paper({ id: "a", upvotes: 5, comments: 1, publishedAt: "2026-03-07T23:30:00.000Z" }),
  paper({ id: "b", upvotes: null, comments: 9, publishedAt: "2026-03-08", title: "On agents" }),
  paper({ id: "c", upvotes: 5, comments: null, publishedAt: "2026-03-08T02:00:00+02:00" }),
  paper({ id: "d", upvotes: 8, comments: 1, publishedAt: null }),
  paper({ id: "e", upvotes: 0, comments: 0, publishedAt: "2026-03-09T10:00:00", abstract: "It has agents." }),
];

function ids(wishes: Partial<View>, papers: readonly Paper[] = PAPERS): string {
  return inOrder(papers, view(wishes))
    .map(({ paper: { id } }) => id)
    .join(" ");
}

function values(order: View["order"]): unknown[] {
  return inOrder(PAPERS, view({ order })).map(({ orderReason }) => orderReason.value);
}

describe("inOrder", () => {
  it.each<[order: View["order"], ids: string, because: string]>([
    ["votes", "d a c e b", "a tie goes by place, unknown votes come last"],
    ["comments", "b d a e c", "a tie goes by votes, unknown comments come last"],
    ["newest", "c b a d e", "one instant spelt twice is a tie; a time without a zone is unknown"],
    ["relevance", "b e d a c", "the title weighs more; the rest goes by votes"],
  ])("sorts papers by %s: %s (%s)", (order, expected) => {
    expect(ids({ order, include: ["agents"] })).toBe(expected);
  });

  it("keeps the order of a search's page when relevance has no phrases", () => {
    const placed = inOrder(PAPERS, view({ order: "relevance" }), { kind: "search" });
    expect(placed.map(({ paper: { id } }) => id).join(" ")).toBe("a b c d e");
    expect(placed[0]?.orderReason).toMatchObject({ order: "relevance", value: AS_ON_PAGE });
    const phrased = inOrder(PAPERS, view({ order: "relevance", include: ["agents"] }), { kind: "search" });
    expect(phrased[0]?.paper.id).toBe("b");
  });

  it("sorts by votes when relevance has no phrases", () => {
    expect(ids({ order: "relevance" })).toBe(ids({ order: "votes" }));
    expect(inOrder(PAPERS, view({ order: "relevance" }))[0]?.orderReason).toEqual({
      rule: "order",
      order: "votes",
      value: 8,
    });
  });

  it("returns the sort value, with dates unchanged", () => {
    expect(values("votes")).toEqual([8, 5, 5, 0, null]);
    expect(values("newest").slice(0, 2)).toEqual(["2026-03-08T02:00:00+02:00", "2026-03-08"]);
  });

  it.each<View["order"]>(["votes", "comments", "newest", "relevance"])(
    "comes out the same by %s from any order of papers with votes of their own",
    (order) => {
      const votes = fc.uniqueArray(fc.nat({ max: 99 }), { maxLength: 12 });
      const shuffled = votes.chain((list) => {
        const papers = list.map((upvotes, index) =>
          paper({ id: idOf(index), upvotes, comments: upvotes % 3, title: upvotes % 2 ? "agents" : "none" }),
        );
        return fc.tuple(fc.constant(papers), fc.shuffledSubarray(papers, { minLength: papers.length }));
      });
      fc.assert(
        fc.property(shuffled, ([papers, others]) => {
          const wishes = { order, include: ["agents"] };
          expect(ids(wishes, others)).toBe(ids(wishes, papers));
        }),
      );
    },
  );
});
