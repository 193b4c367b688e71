import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "vitest";

const folder = process.env["PAPERBOY_TEST_PAGES"] ?? path.resolve(import.meta.dirname, "../../../shared/pages");

/** Whether the real pages are here. They are other people's words, so they are never part of the project. */
export const havePages = existsSync(folder);

/** A real page as text, such as `realPage("daily-2026-05-13.html")`. */
export function realPage(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

/** The path of a real page, for commands that read files. */
export function realPagePath(name: string): string {
  return path.join(folder, name);
}

/** The names of the real pages that match. */
export function realPageNames(pattern: RegExp): string[] {
  return havePages ? readdirSync(folder).filter((name) => pattern.test(name)) : [];
}

/**
 * Tests over the real pages. Where the folder is missing they are skipped and the title says so; in CI that is a failure,
 * because a green run without them would prove little.
 */
export function describeRealPages(title: string, tests: () => void): void {
  if (havePages) {
    describe(title, tests);
  } else if (process.env["CI"]) {
    it(`${title}: needs the real pages`, () => {
      throw new Error(`no real pages in ${folder}; set PAPERBOY_TEST_PAGES`);
    });
  } else {
    describe.skip(`${title} (skipped: no real pages; set PAPERBOY_TEST_PAGES)`, tests);
  }
}
