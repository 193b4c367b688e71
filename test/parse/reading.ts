import { expect } from "vitest";
import { PaperboyError } from "../../src/core/errors.js";
import type { Page, Reading } from "../../src/core/model.js";
import { parsePage } from "../../src/parse/page.js";
import type { ParseOptions } from "../../src/parse/page.js";

/** A Thursday on which every real page is some days old. */
const NOW = new Date("2026-10-08T09:00:00Z");

export const SITE = "https://huggingface.co";

/** Reads a page as `paperboy parse` would read the same file. */
export function read(body: string, { url = null, mediaType = null, ...options }: ReadOptions = {}): Reading {
  const page: Page = { url, body, mediaType, fetchedAt: NOW, from: "file" };
  return parsePage(page, { site: SITE, now: NOW, ...options });
}

interface ReadOptions extends Partial<ParseOptions>, Partial<Pick<Page, "url" | "mediaType">> {}

/** The reading of a page, or the `layout-changed` that it ended in; whatever else is thrown fails the test. */
export function readOrRefuse(body: string, options: ReadOptions = {}): Reading | PaperboyError {
  try {
    return read(body, options);
  } catch (error) {
    if (error instanceof PaperboyError && error.code === "layout-changed") return error;
    throw error;
  }
}

/** The error that a page ends in. */
export function refusal(body: string, options: ReadOptions = {}): PaperboyError {
  const result = readOrRefuse(body, options);
  expect(result).toBeInstanceOf(PaperboyError);
  return result as PaperboyError;
}

/** The messages of a reading's issues, one a line. */
export function issuesOf({ issues }: Reading): string {
  return issues.map(({ level, check, message }) => `${level} ${check}: ${message}`).join("\n");
}
