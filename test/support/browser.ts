import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";

const EXECUTABLE = process.env["PAPERBOY_CHROMIUM"] ?? "/usr/bin/chromium";
/** A browser for tests speaks to nobody by itself. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether tests that need Chromium are left out: only where there is none, and never in CI, where they fail instead. */
export const skipBrowser = !existsSync(EXECUTABLE) && !process.env["CI"];

/** What the title of such tests says when they are left out. */
export const browserNotice = skipBrowser ? ` (skipped: no Chromium at ${EXECUTABLE}; set PAPERBOY_CHROMIUM)` : "";

export function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: [...FLAGS, ...flags] });
}

/** How a letter is looked at. */
export interface Setting {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/**
 * A page on which letters are shown, one after the other: each page of its own would take processes of its own, a second of
 * processor time. It loads no pictures, and nothing else from the network either.
 */
export async function openReader(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  await context.route("**/*", (route) => route.abort());
  return context.newPage();
}

/** Shows a letter, in place of the one before. */
export async function showLetter(page: Page, html: string, { width, scheme }: Setting): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.setContent(html);
}

/** How many pixels a reader would have to scroll sideways. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);
}

/** Pairs of texts that are printed over each other, by what they say; an empty list is right. */
export function overlappingTexts(page: Page): Promise<string[]> {
  return page.evaluate(FIND_OVERLAPS);
}

/**
 * Runs in the page. Each line of each text is a box; a fifth is taken off its top and bottom, since fonts reserve more room
 * than their letters fill.
 */
const FIND_OVERLAPS = `(() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, right, top, bottom, height } of range.getClientRects())
      boxes.push({ left, right, top: top + height / 5, bottom: bottom - height / 5, text: node.data.trim().slice(0, 40) });
  }
  boxes.sort((one, other) => one.top - other.top);
  const found = [];
  boxes.forEach((box, index) => {
    for (let next = index + 1; next < boxes.length && boxes[next].top < box.bottom; next += 1) {
      const other = boxes[next];
      if (other.left + 1 < box.right && box.left + 1 < other.right) found.push(box.text + " / " + other.text);
    }
  });
  return found;
})()`;
