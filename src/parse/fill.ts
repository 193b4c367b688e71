import type { Paper, Reading } from "../core/model.js";
import { isEmpty } from "./paper.js";

/**
 * Adds fields that cards do not show (abstracts, authors, links) from the API's papers with the same ids. Changes neither the
 * fields from the cards nor the papers and their order.
 */
export function fillAbstracts(reading: Reading, fromApi: Reading): Reading {
  const known = new Map(fromApi.papers.map((paper) => [paper.id, paper]));
  const papers = reading.papers.map((paper) => {
    const other = known.get(paper.id);
    return other ? fill(paper, other) : paper;
  });
  return { ...reading, papers };
}

function fill(paper: Paper, other: Paper): Paper {
  const missing = Object.entries(other).filter(([key]) => isEmpty(paper[key as keyof Paper]));
  const { title, abstract, summary } = paper.raw;
  return {
    ...paper,
    ...(Object.fromEntries(missing) as Partial<Paper>),
    raw: { title, abstract: abstract ?? other.raw.abstract, summary: summary ?? other.raw.summary },
  };
}
