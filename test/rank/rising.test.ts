import { describe, expect, it } from "vitest";
import type { Paper, View } from "../../src/core/model.js";
import { rank } from "../../src/rank/digest.js";
import { compareVotes } from "../../src/rank/revisit.js";
import type { MailedVotes } from "../../src/rank/revisit.js";
import { makeDigest, makePaper } from "../support/papers-model.js";

const SINCE = "2026-03-02";

const mailedAs = (votes: number | null, id = "a"): MailedVotes => ({ id, since: SINCE, votes });
const nowAs = (upvotes: number | null, id = "a"): Paper => makePaper({ id, upvotes });
const NOTHING_ELSE = { shown: new Set<string>(), edition: { papers: [] } };

describe("compareVotes", () => {
  it.each([
    { before: 0, now: 20, rose: true },
    { before: 0, now: 19, rose: false },
    { before: 20, now: 40, rose: true },
    { before: 20, now: 39, rose: false },
    { before: 21, now: 41, rose: false },
    { before: 12, now: 61, rose: true },
    { before: 160, now: 190, rose: false },
    { before: 160, now: 320, rose: true },
    { before: 30, now: 10, rose: false },
  ])("takes $before to $now votes as a jump: $rose", ({ before, now, rose }) => {
    const { rising, others } = compareVotes([nowAs(now)], { mailed: [mailedAs(before)], ...NOTHING_ELSE });
    expect(rising).toEqual(rose ? [{ paper: nowAs(now), since: SINCE, before, now }] : []);
    expect(others.map(({ reason }) => reason)).toEqual(
      rose ? [] : [{ rule: "rose-little", since: SINCE, before, now }],
    );
  });

  it.each([
    { name: "stands in the edition", given: { edition: { papers: [nowAs(90)] } }, why: "edition" },
    { name: "had its revisit", given: { shown: new Set(["a"]) }, why: "before" },
  ])("leaves out a paper that $name", ({ given, why }) => {
    const { rising, others } = compareVotes([nowAs(90)], { mailed: [mailedAs(1)], ...NOTHING_ELSE, ...given });
    expect({ rising, why: others[0]?.reason }).toEqual({ rising: [], why: { rule: "revisited", why } });
  });

  it.each([
    { name: "then", before: null, now: 90 },
    { name: "now", before: 1, now: null },
  ])("does not guess votes that a page does not show: $name", ({ before, now }) => {
    const { others } = compareVotes([nowAs(now)], { mailed: [mailedAs(before)], ...NOTHING_ELSE });
    expect(others.map(({ reason }) => reason)).toEqual([{ rule: "revisited", why: "unknown" }]);
  });

  it("ignores papers that were never mailed, and returns each once, the greatest rise first", () => {
    const mailed = [mailedAs(1, "a"), mailedAs(10, "b"), mailedAs(5, "c"), mailedAs(5, "d")];
    const papers = [nowAs(25, "a"), nowAs(90, "b"), nowAs(90, "b"), nowAs(999, "new"), nowAs(6, "c"), nowAs(9, "d")];
    const { rising, others } = compareVotes(papers, { mailed, ...NOTHING_ELSE });
    expect(rising.map(({ paper }) => paper.id)).toEqual(["b", "a"]);
    expect(others.map(({ paper }) => paper.id)).toEqual(["d", "c"]);
  });
});

const risenOf = (id: string, paper: Partial<Paper> = {}) => ({
  paper: makePaper({ id, upvotes: 61, ...paper }),
  since: SINCE,
  before: 12,
  now: 61,
});

describe("the revisit of a digest", () => {
  const { edition, view: plain } = makeDigest([makePaper()]);
  const seen = (view: Partial<View>) =>
    rank({ ...edition, rising: [risenOf("a"), risenOf("b", { codeUrl: null }), risenOf("c")] }, { ...plain, ...view });

  it("is absent unless the view requests it", () => {
    expect(seen({})).not.toHaveProperty("revisit");
    expect(seen({ revisit: 0 })).not.toHaveProperty("revisit");
    expect(rank(edition, { ...plain, revisit: 3 }).revisit).toEqual({ kept: [], dropped: [] });
  });

  it("keeps up to the limit of the view, and gives reasons for the others", () => {
    const { revisit } = seen({ revisit: 1, withCode: true });
    const rose = { rule: "rose", since: SINCE, before: 12, now: 61 };
    expect(revisit?.kept.map(({ paper, reasons }) => [paper.id, reasons])).toEqual([
      ["a", [{ rule: "unfiltered" }, rose]],
    ]);
    expect(revisit?.dropped.map(({ paper, reasons }) => [paper.id, reasons])).toEqual([
      ["c", [{ rule: "over-limit", limit: 1 }, rose]],
      ["b", [{ rule: "without-code" }]],
    ]);
  });

  it("does not count toward the limit of the papers of the day", () => {
    expect(seen({ revisit: 3, limit: 1 }).kept).toEqual(seen({ limit: 1 }).kept);
  });
});
