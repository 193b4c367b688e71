import { describe, expect, it } from "vitest";
import { once } from "../../src/core/memoize.js";
import type { Paper } from "../../src/core/model.js";
import { parsePage } from "../../src/parse/page.js";
import { BUDGET, encodedBytes } from "../../src/render/budget.js";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import { axeFaults } from "../support/axe.js";
import {
  browserNotice,
  openBrowser,
  openReader,
  overlappingTexts,
  showLetter,
  sidewaysScroll,
  skipBrowser,
} from "../support/browser.js";
import { makeDigest } from "../support/papers-model.js";
import { havePages, realPage } from "../support/real-pages.js";

const skipPages = !havePages && !process.env["CI"];
const pagesNotice = skipPages ? " (skipped: no real pages; set PAPERBOY_TEST_PAGES)" : "";

/** The fullest day that we hold: 71 papers. */
const fullestDay = once((): readonly Paper[] => {
  const page = {
    url: "https://huggingface.co/papers/date/2026-05-13",
    body: realPage("daily-2026-05-13.html"),
    mediaType: "text/html",
    fetchedAt: new Date("2026-05-14T06:00:00Z"),
    generatedAt: null,
    from: "file",
  } as const;
  const options = { site: "https://huggingface.co", kind: "page", period: null } as const;
  return parsePage(page, options).papers;
});

describe.skipIf(skipPages)(`the fullest real day${pagesNotice}`, () => {
  it.each([
    ["as most readers get it, without abstracts", { abstracts: "none", fullUpTo: 20 }],
    ["with abstracts", { abstracts: "full", fullUpTo: 20 }],
  ] as const)("keeps to the budget %s", (_, view) => {
    const papers = fullestDay();
    expect(papers).toHaveLength(71);
    const { html, text, trimmed } = createRenderer({ branding: DEFAULT_BRANDING }).letter(makeDigest(papers, { view }));
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(BUDGET.html);
    expect(encodedBytes(html)).toBeLessThanOrEqual(BUDGET.htmlEncoded);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(BUDGET.text);
    expect(trimmed?.left).toBe(0);
    for (const { url } of papers) expect(html).toContain(`href="${url}"`);
  });

  it.skipIf(skipBrowser).each([
    ["comfortable", "light"],
    ["compact", "dark"],
  ] as const)(`reads well in the theme %s, %s${browserNotice}`, async (theme, scheme) => {
    const { html } = createRenderer({ branding: { ...DEFAULT_BRANDING, theme } }).letter(makeDigest(fullestDay()));
    const page = await openReader(await openBrowser());
    await showLetter(page, html, { width: 320, scheme });
    for (const width of [320, 375, 600]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await overlappingTexts(page)).toEqual([]);
    }
    expect(await axeFaults(page)).toEqual([]);
    await page.context().close();
  });
});
