import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matcherFor } from "../../src/rank/match.js";
import { relevance } from "../../src/rank/relevance.js";
import { anyPapers, anyView, paper, view } from "./papers.js";

/** The ids with a score, the best first. */
function best(papers: Parameters<typeof relevance>[0], phrases: readonly string[]): string[] {
  return [...relevance(papers, phrases)]
    .filter(([, score]) => score > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([id]) => id);
}

describe("relevance", () => {
  it("weighs the title over keywords, summary and abstract", () => {
    const papers = [
      paper({ id: "abstract", abstract: "agents" }),
      paper({ id: "summary", summary: "agents" }),
      paper({ id: "keywords", keywords: ["agents"] }),
      paper({ id: "title", title: "agents" }),
      paper({ id: "nowhere" }),
    ];
    expect(best(papers, ["agents"])).toEqual(["title", "keywords", "summary", "abstract"]);
  });

  it("weighs a rare word over a common one", () => {
    const papers = [
      paper({ id: "common", title: "agents" }),
      paper({ id: "rare", title: "tokamak" }),
      ...["a", "b", "c"].map((id) => paper({ id, title: "agents" })),
    ];
    expect(best(papers, ["agents", "tokamak"])[0]).toBe("rare");
  });

  it("prefers a paper that matches two phrases", () => {
    const papers = [
      paper({ id: "one", title: "flow matching" }),
      paper({ id: "two", title: "flow matching for agents" }),
      paper({ id: "other", title: "agents" }),
    ];
    expect(best(papers, ["flow matching", "agents"])[0]).toBe("two");
  });

  it("weighs a phrase of many words no more than a single word", () => {
    const papers = [
      paper({ id: "many", abstract: "large language model" }),
      paper({ id: "single", title: "agents" }),
      paper({ id: "scattered", title: "a large model of language" }),
    ];
    expect(best(papers, ["large language model", "agents"])).toEqual(["single", "many"]);
  });

  it("scores more occurrences higher", () => {
    const papers = [
      paper({ id: "once", abstract: "agents meet others" }),
      paper({ id: "twice", abstract: "agents agents meet" }),
    ];
    expect(best(papers, ["agents"])).toEqual(["twice", "once"]);
  });

  it.each([
    ["folds", ["naive"], ["a"]],
    ["finds every spelling of a hyphen", ["finetuning"], ["b", "c"]],
    ["wants all words of a phrase", ["naive tuning"], []],
    ["knows a prefix", ["fine tun*"], ["b"]],
    ["takes no word for a prefix that is none", ["fine tun"], []],
    ["finds nothing by a phrase without words", ["", "*", "++"], []],
    ["takes the names of built-ins for words", ["constructor", "hasOwnProperty"], ["d"]],
  ])("%s", (_, phrases, found) => {
    const papers = [
      paper({ id: "a", title: "Naïve Bayes" }),
      paper({ id: "b", title: "On fine-tuning" }),
      paper({ id: "c", title: "On finetuning" }),
      paper({ id: "d", title: "constructor" }),
    ];
    expect(best(papers, phrases).toSorted()).toEqual(found);
  });

  it("scores above 0 exactly the papers that the phrases match", () => {
    fc.assert(
      fc.property(anyPapers, anyView, (papers, { include }) => {
        const one = [...new Map(papers.map((each) => [each.id, each])).values()];
        const scores = relevance(one, include);
        expect([...scores.keys()].toSorted()).toEqual(one.map(({ id }) => id).toSorted());
        const judge = matcherFor(view({ include }));
        const wanted = include.length === 0 ? [] : one.filter((each) => judge(each).isKept);
        expect(one.filter(({ id }) => (scores.get(id) ?? 0) > 0)).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });
});
