import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** The minified file loads twice as fast. */
const AXE = `${readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8")}; undefined`;

/** Runs in the page without its frames, since letters in frames have their own tests. */
const RUN = `axe.run(document, { iframes: false, resultTypes: ["violations"] })`;

/**
 * Returns the violations that axe finds in the page, each with its elements. The axe wrapper for playwright takes five
 * times as long, since it opens a second page and checks all frames.
 */
export async function axeFaults(page: Page): Promise<string[]> {
  // The script has half a megabyte, and stays while the page shows the same document.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(RUN);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
}
