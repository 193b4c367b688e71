import { expect } from "vitest";
import { PaperboyError } from "../../src/core/errors.js";
import type { Paper, Reading } from "../../src/core/model.js";
import { readOrRefuse } from "./reading.js";

const INVISIBLE = /[\p{Cc}\p{Bidi_Control}\u200b-\u200d\ufeff]/u;

/** Expects a paper to be complete and free of anything that a letter could not show. */
function expectWhole(paper: Paper): void {
  expect(paper.id).toMatch(/^\d{4}\.\d{4,5}$/);
  expect(paper.title.trim()).not.toBe("");
  expect(typeof paper.raw.title).toBe("string");
  for (const text of [paper.title, paper.abstract, paper.summary, paper.organization?.name, ...paper.keywords]) {
    expect(text ?? "").not.toMatch(INVISIBLE);
  }
  for (const count of [paper.upvotes, paper.comments, paper.stars]) {
    expect(count === null || (Number.isInteger(count) && count >= 0)).toBe(true);
  }
  const { url, arxivUrl, pdfUrl, codeUrl, projectUrl, thumbnailUrl, mediaUrls, organization } = paper;
  for (const link of [
    url,
    arxivUrl,
    pdfUrl,
    codeUrl,
    projectUrl,
    thumbnailUrl,
    organization?.url ?? null,
    ...mediaUrls,
  ]) {
    expect(link === null || /^https?:$/.test(new URL(link).protocol)).toBe(true);
  }
  expect(url.endsWith(`/papers/${paper.id}`)).toBe(true);
  for (const { name } of paper.authors) expect(name.trim()).not.toBe("");
}

/** Expects any input to give complete papers or `layout-changed`. */
export function expectSound(body: string): Reading | null {
  const result = readOrRefuse(body);
  if (result instanceof PaperboyError) {
    expect(result.message).toMatch(/^Paperboy does not recognise the page: ./);
    return null;
  }
  result.papers.forEach(expectWhole);
  expect(new Set(result.papers.map(({ id }) => id)).size).toBe(result.papers.length);
  expect(result.issues.filter(({ level }) => level === "error")).toEqual([]);
  return result;
}

/** Also expects every paper to equal one of the undamaged page; `known` has its papers by format. */
export function expectUntouched(body: string, known: Readonly<Record<string, readonly Paper[]>>): void {
  const result = expectSound(body);
  if (result) for (const paper of result.papers) expect(known[result.format]).toContainEqual(paper);
}
