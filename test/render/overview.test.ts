import { describe, expect, it } from "vitest";
import { openFiles } from "../../src/render/files.js";
import { DEFAULT_BRANDING } from "../../src/render/branding.js";
import { letterWriter } from "../../src/render/letter-data.js";
import { openWords } from "../../src/render/words.js";
import type { Paper } from "../../src/core/model.js";
import { makeDigest, makePapers } from "../support/papers-model.js";

const dataOf = (papers: readonly Paper[], language = "en") =>
  letterWriter({
    digest: makeDigest(papers, { view: { fullUpTo: 3, language } }),
    branding: DEFAULT_BRANDING,
    words: openWords(openFiles(null), language),
  })();

/** Papers whose titles have these words. */
const about = (topics: readonly string[]): Paper[] =>
  makePapers(topics.length).map((paper, index) => ({ ...paper, title: `A Study of ${topics[index]}`, keywords: [] }));

describe("the overview", () => {
  const topics = ["Agents", "Video", "Agents", "Robots", "Video", "Agents", "Video", "Agents", "Speech", "Code"];

  it("names the two themes that most papers share", () => {
    expect(dataOf(about(topics)).overview).toBe(
      "10 papers, 10 with code, most often about agents (4) and video (3). About a minute to read.",
    );
    expect(dataOf(about(topics), "de").overview).toBe(
      "10 Paper, 10 mit Code, häufigste Themen: Agenten (4) und Video (3). Lesezeit etwa eine Minute.",
    );
  });

  it("names no theme of fewer than three papers", () => {
    expect(dataOf(about(["Agents", "Agents", "Video"])).overview).not.toContain("about agents");
  });

  it("estimates the reading time from the texts that the letter shows", () => {
    const papers = about(topics).map((paper) => ({ ...paper, abstract: "word ".repeat(476) }));
    expect(dataOf(papers).overview).toContain("About 6 minutes to read.");
  });

  it("groups the papers in brief by theme, and those that share none last", () => {
    const { brief } = dataOf(about(topics));
    expect(brief.map(({ heading, papers }) => [heading, papers.map(({ rank }) => rank)])).toEqual([
      ["Agents", [6, 8]],
      ["Video", [5, 7]],
      ["Other topics", [4, 9, 10]],
    ]);
  });
});
