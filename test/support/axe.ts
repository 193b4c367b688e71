import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** The minified file loads twice as fast. */
const AXE = `${readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8")}; undefined`;

/** Runs in the page without its frames, since letters in frames have their own tests. */
const run = (rules: string) => `axe.run(document, { iframes: false, resultTypes: ["violations"], ${rules} })`;

/** The rules whose result depends on the colour scheme. */
const COLOURS = `runOnly: ["color-contrast", "link-in-text-block"]`;

/**
 * Returns the violations that axe finds in the page, each with its elements. The axe wrapper for playwright takes five
 * times as long, since it opens a second page and checks all frames.
 * @param what `colours` for the other colour scheme of a page that was checked for everything.
 */
export async function axeFaults(page: Page, what: "everything" | "colours" = "everything"): Promise<string[]> {
  // The script has half a megabyte, and stays while the page shows the same document.
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(run(what === "colours" ? COLOURS : ""));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
}
