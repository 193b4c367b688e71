import { expect, it } from "vitest";
import type { Reading } from "../../src/core/model.js";
import { fillAbstracts } from "../../src/parse/paper.js";
import { buildApi, buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { read } from "./reading.js";

const entries = manyEntries(4, 1);
const whole = read(buildPage({ kind: "day", date: "2026-10-02", entries }));
const cards = read(buildPage({ kind: "day", date: "2026-10-02", entries, withData: false }));

function api(from: typeof entries): Reading {
  return read(buildApi(from));
}

it("adds the fields that cards do not show from the API, and keeps papers and order", () => {
  const filled = fillAbstracts(cards, api(entries.toReversed()));
  const { papers, ...rest } = filled;
  expect(rest).toEqual({ ...cards, papers: undefined });
  const fields = [
    "id",
    "title",
    "abstract",
    "authors",
    "codeUrl",
    "projectUrl",
    "publishedAt",
    "summary",
    "keywords",
  ] as const;
  for (const field of fields)
    expect(papers.map((paper) => paper[field])).toEqual(whole.papers.map((paper) => paper[field]));
  expect(papers.map(({ raw }) => raw)).toEqual(whole.papers.map(({ raw }) => raw));
  expect(papers.map((paper) => Object.keys(paper))).toEqual(whole.papers.map((paper) => Object.keys(paper)));
});

it("keeps the fields of the cards, such as newer votes", () => {
  const older = entries.map((entry) => ({ ...entry, paper: { ...entry.paper, upvotes: 1 } }));
  expect(fillAbstracts(cards, api(older)).papers.map(({ upvotes }) => upvotes)).toEqual(
    whole.papers.map(({ upvotes }) => upvotes),
  );
});

it("leaves a paper unchanged that the API does not have", () => {
  expect(fillAbstracts(cards, api(entries.slice(1))).papers[0]).toEqual(cards.papers[0]);
});
