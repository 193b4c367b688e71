import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "vitest";

const folder = process.env["PAPERBOY_TEST_PAGES"] ?? path.resolve(import.meta.dirname, "../../../shared/pages");

/** Whether the real pages are available. They are the work of others, so the repository does not contain them. */
export const havePages = existsSync(folder);

/** Returns the text of a real page: `realPage("daily-2026-05-13.html")`. */
export function realPage(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

/** Returns the path of a real page, for commands that read files. */
export function realPagePath(name: string): string {
  return path.join(folder, name);
}

/** Returns the names of the matching real pages. */
export function realPageNames(pattern: RegExp): string[] {
  return havePages ? readdirSync(folder).filter((name) => pattern.test(name)) : [];
}

/** Describes tests with the real pages. Without the folder, the tests are skipped with a notice in the title, and fail in CI. */
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
