import { describe, expect, it } from "vitest";
import type { Paper, Reason, View } from "../../src/core/model.js";
import { matcherFor } from "../../src/rank/match.js";
import { paper, view } from "./papers.js";

const SUBJECT = paper({
  title: "Diffusion without Tears",
  abstract: "We train agents that plan.",
  summary: "Planning by diffusion.",
  keywords: ["flow matching", "planning"],
  authors: [{ name: "Zoë Müller" }, { name: "王小明" }, { name: "Jean-Luc Ó Briain" }],
  organization: { name: "Northern DeepLab", url: null },
  upvotes: 7,
  codeUrl: null,
});

type Row = readonly [title: string, wishes: Partial<View>, reasons: readonly Reason[]];

function match(wishes: Partial<View>, subject: Paper = SUBJECT) {
  return matcherFor(view(wishes))(subject);
}

describe("matcherFor", () => {
  it.each<Row>([
    ["everything, when nothing is asked for", {}, [{ rule: "unfiltered" }]],
    ["by title", { include: ["tears"] }, [{ rule: "include", phrase: "tears", field: "title" }]],
    ["by abstract", { include: ["agents"] }, [{ rule: "include", phrase: "agents", field: "abstract" }]],
    ["by summary", { include: ["by diffusion"] }, [{ rule: "include", phrase: "by diffusion", field: "summary" }]],
    ["by keywords", { include: ["Flow-Matching"] }, [{ rule: "include", phrase: "Flow-Matching", field: "keywords" }]],
    [
      "by each phrase that it holds, in the title before elsewhere",
      { include: ["diffusion", "robots", "planning"] },
      [
        { rule: "include", phrase: "diffusion", field: "title" },
        { rule: "include", phrase: "planning", field: "keywords" },
      ],
    ],
    ["by author", { authors: ["zoe muller"] }, [{ rule: "authors", phrase: "zoe muller", field: "authors" }]],
    [
      "by author, turned round",
      { authors: ["Müller, Zoë"] },
      [{ rule: "authors", phrase: "Müller, Zoë", field: "authors" }],
    ],
    [
      "by a hyphened author",
      { authors: ["Jeanluc O Briain"] },
      [{ rule: "authors", phrase: "Jeanluc O Briain", field: "authors" }],
    ],
    ["by a Chinese author", { authors: ["王小明"] }, [{ rule: "authors", phrase: "王小明", field: "authors" }]],
    [
      "by organisation",
      { organizations: ["deeplab"] },
      [{ rule: "organizations", phrase: "deeplab", field: "organization" }],
    ],
    [
      "by any one of the lists that widen",
      { include: ["robots"], authors: ["Zoë Müller"], organizations: ["Southern"] },
      [{ rule: "authors", phrase: "Zoë Müller", field: "authors" }],
    ],
    ["that has just enough votes", { minUpvotes: 7 }, [{ rule: "unfiltered" }]],
    ["that holds nothing unwanted", { exclude: ["robots"] }, [{ rule: "unfiltered" }]],
  ])("keeps a paper %s", (_, wishes, reasons) => {
    expect(match(wishes)).toEqual({ isKept: true, reasons });
  });

  it.each<Row>([
    [
      "that no list finds, and says what was wanted",
      { include: ["robots"], authors: ["Ana Luk"], organizations: ["Southern"] },
      [{ rule: "no-match", wanted: ["robots", "Ana Luk", "Southern"] }],
    ],
    ["by half an author's name", { authors: ["Müller"] }, [{ rule: "no-match", wanted: ["Müller"] }]],
    ["by a shuffled Chinese name", { authors: ["明小王"] }, [{ rule: "no-match", wanted: ["明小王"] }]],
    ["by a name of no letters", { authors: ["-"] }, [{ rule: "no-match", wanted: ["-"] }]],
    ["that is unwanted", { exclude: ["agents"] }, [{ rule: "exclude", phrase: "agents", field: "abstract" }]],
    [
      "that is wanted and unwanted",
      { include: ["diffusion"], exclude: ["tears"] },
      [{ rule: "exclude", phrase: "tears", field: "title" }],
    ],
    ["with too few votes", { minUpvotes: 8 }, [{ rule: "min-upvotes", upvotes: 7, minimum: 8 }]],
    ["without code", { withCode: true }, [{ rule: "without-code" }]],
    [
      "for every rule that it fails",
      { include: ["robots"], exclude: ["tears", "agents"], minUpvotes: 8, withCode: true },
      [
        { rule: "no-match", wanted: ["robots"] },
        { rule: "exclude", phrase: "tears", field: "title" },
        { rule: "exclude", phrase: "agents", field: "abstract" },
        { rule: "min-upvotes", upvotes: 7, minimum: 8 },
        { rule: "without-code" },
      ],
    ],
  ])("drops a paper %s", (_, wishes, reasons) => {
    expect(match(wishes)).toEqual({ isKept: false, reasons });
  });

  it("drops a paper without a vote count, unless the minimum is 0", () => {
    const unknown = paper({ upvotes: null });
    expect(match({ minUpvotes: 1 }, unknown).reasons).toEqual([{ rule: "min-upvotes", upvotes: null, minimum: 1 }]);
    expect(match({ minUpvotes: 0 }, unknown).isKept).toBe(true);
  });

  it("keeps a paper with code when code is required", () => {
    expect(match({ withCode: true }, paper({ codeUrl: "https://example.org/code" })).isKept).toBe(true);
  });

  it("matches a paper that has only a title", () => {
    const bare = paper({ title: "Diffusion" });
    const wishes = { include: ["diffusion"], authors: ["Ana Luk"], organizations: ["Southern"] };
    expect(match(wishes, bare).reasons).toEqual([{ rule: "include", phrase: "diffusion", field: "title" }]);
  });
});

describe("since", () => {
  it.each([
    ["keeps a paper of the first day", { publishedAt: "2026-03-02T00:00:00Z" }, "2026-03-09", true],
    ["drops one of the day before", { publishedAt: "2026-03-01T23:59:00Z" }, "2026-03-09", false],
    [
      "goes by the day of the feature without a date",
      { publishedAt: null, featuredOn: "2026-03-01" },
      "2026-03-09",
      false,
    ],
    ["keeps a paper without any date", { publishedAt: null, featuredOn: null }, "2026-03-09", true],
    ["does not apply without a day to count from", { publishedAt: "2020-01-01" }, null, true],
  ])("%s", (_, dates, lastDay, isKept) => {
    expect(matcherFor(view({ since: 7 }), { lastDay })(paper(dates)).isKept).toBe(isKept);
  });
});
