import { expect } from "vitest";
import { PaperboyError } from "../../src/core/errors.js";
import type { Page, Reading } from "../../src/core/model.js";
import { parsePage } from "../../src/parse/page.js";
import type { ParseOptions } from "../../src/parse/page.js";

/** A Thursday after the date of every real page. */
const NOW = new Date("2026-10-08T09:00:00Z");

export const SITE = "https://huggingface.co";

/** Parses a page as `paperboy parse` does. */
export function read(body: string, { url = null, mediaType = null, now = NOW, ...options }: ReadOptions = {}): Reading {
  const page: Page = { url, body, mediaType, fetchedAt: now, generatedAt: now, from: "network" };
  return parsePage(page, { site: SITE, ...options });
}

interface ReadOptions extends Partial<ParseOptions>, Partial<Pick<Page, "url" | "mediaType">> {
  /** When the site generated the page; by default after the date of every real page. */
  readonly now?: Date;
}

/** Returns the reading of a page or its `layout-changed` error; rethrows any other error. */
export function readOrRefuse(body: string, options: ReadOptions = {}): Reading | PaperboyError {
  try {
    return read(body, options);
  } catch (error) {
    if (error instanceof PaperboyError && error.code === "layout-changed") return error;
    throw error;
  }
}

/** Returns the error of a page that must be refused. */
export function refusal(body: string, options: ReadOptions = {}): PaperboyError {
  const result = readOrRefuse(body, options);
  expect(result).toBeInstanceOf(PaperboyError);
  return result as PaperboyError;
}

/** Formats the issues of a reading, one per line. */
export function issuesOf({ issues }: Reading): string {
  return issues.map(({ level, check, message }) => `${level} ${check}: ${message}`).join("\n");
}
