import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import type { Branding } from "../../src/render/renderer.js";
import { dailyPapers, makeDigest, makePaper, makePapers } from "../support/papers-model.js";
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
import { asGmailShowsIt } from "./gmail.js";
import { HOSTILE, makeRisen, revisitDigest } from "./revisit.js";

const THEMES = ["comfortable", "compact"] as const;
const WIDTHS = [320, 375, 600] as const;

/** A look in which everything that can be configured is there. */
const FULL_BRANDING: Branding = {
  ...DEFAULT_BRANDING,
  logoUrl: "https://pictures.example/logo.png",
  intro: "Good morning. These are the papers that people talked about.",
  footer: "Made with care.",
  postal: "Morning Laboratory, 1 Letterbox Lane, Halden",
  archiveUrl: "https://papers.example/archive/2026-10-02",
  preferencesUrl: "https://papers.example/preferences",
  unsubscribeUrl: "https://papers.example/unsubscribe",
};

const LONG_WORD = "Wortzusammensetzungsmaschine".repeat(10);

/** The days that a letter must survive. */
const DAYS = {
  "the invented day, with pictures": makeDigest(dailyPapers(), { view: { pictures: true } }),
  "a day of 71": makeDigest(makePapers(71)),
  "one paper": makeDigest([makePaper()]),
  "a revisit": revisitDigest([
    makeRisen(1, { title: LONG_WORD, summary: LONG_WORD }),
    makeRisen(2),
    makeRisen(3, HOSTILE),
  ]),
  "words without an end": makeDigest(
    [1, 2, 3, 4, 5, 6].map((number) =>
      makePaper({
        id: `2603.0000${number}`,
        title: LONG_WORD,
        abstract: LONG_WORD,
        summary: `https://example.org/${LONG_WORD}`,
        keywords: [LONG_WORD],
        authors: [{ name: LONG_WORD }],
        organization: { name: LONG_WORD, url: null },
        comments: null,
      }),
    ),
    { view: { pictures: true, fullUpTo: 4, leading: 4 }, edition: { early: true } },
  ),
} as const;

type Theme = (typeof THEMES)[number];

function letterOf(day: keyof typeof DAYS, theme: Theme, branding = FULL_BRANDING): string {
  return createRenderer({ branding: { ...branding, theme } }).letter(DAYS[day]).html;
}

describe.skipIf(skipBrowser)(`the letter in a browser, pictures blocked${browserNotice}`, () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await openReader(browser);
  });
  afterAll(() => page.context().close());

  const days = Object.keys(DAYS) as (keyof typeof DAYS)[];
  describe.each(days)("%s", (day) => {
    it.each(THEMES)("fits every width with the theme %s", async (theme) => {
      const html = letterOf(day, theme);
      for (const shown of [html, asGmailShowsIt(html)]) {
        await showLetter(page, shown, { width: 320, scheme: "light" });
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          expect(await sidewaysScroll(page), `${width} px`).toBe(0);
          expect(await overlappingTexts(page), `${width} px`).toEqual([]);
        }
      }
    });
  });

  it.each([
    ["the invented day, with pictures", "comfortable", "light"],
    ["the invented day, with pictures", "comfortable", "dark"],
    ["the invented day, with pictures", "compact", "light"],
    ["one paper", "compact", "dark"],
  ] as const)("has no axe violation: %s, %s, %s", async (day, theme, scheme) => {
    await showLetter(page, letterOf(day, theme), { width: 375, scheme });
    expect(await axeFaults(page)).toEqual([]);
  });

  it("detects a violation with axe", async () => {
    await showLetter(page, `<p style="color: #eee">pale</p>`, { width: 375, scheme: "light" });
    expect((await axeFaults(page)).join("\n")).toContain("color-contrast");
  });

  it("says what the day is about and shows the first lead on the first screen of a phone", async () => {
    await showLetter(page, letterOf("the invented day, with pictures", "comfortable", DEFAULT_BRANDING), {
      width: 375,
      scheme: "light",
    });
    expect(await page.locator(".folio").allTextContents()).toEqual(["Monday, 9 March 2026"]);
    expect(await page.locator(".overview").textContent()).toMatch(/^12 papers, \d+ with code. .* to read\.$/);
    const summary = await page.locator(".summary, .abstract").first().boundingBox();
    expect(summary?.y ?? Infinity).toBeLessThan(600);
  });

  it("shows the one picture in the full width of the letter", async () => {
    const reader = await openReader(browser);
    await showLetter(reader, letterOf("the invented day, with pictures", "comfortable"), {
      width: 600,
      scheme: "light",
    });
    expect(await reader.locator(".picture").count()).toBe(1);
    const [picture, overview] = await Promise.all(
      [".picture", ".overview"].map((at) => reader.locator(at).boundingBox()),
    );
    expect(picture?.width).toBe(overview?.width);
    await reader.context().close();
  });
});
