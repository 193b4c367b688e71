import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** The smaller of its two files: a page takes half of the time to read it. */
const AXE = `${readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8")}; undefined`;

/** Runs in the page: only the page itself, since a letter in a frame has tests of its own. */
const RUN = `axe.run(document, { iframes: false, resultTypes: ["violations"] })`;

/**
 * What axe finds wrong with a page as it is shown now, each with the elements; an empty list is right. axe's own wrapper for
 * playwright does the same in five times the time, as it asks a second page, and all frames, too.
 */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(RUN);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
}
