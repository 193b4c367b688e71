import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";

/** Debian's browsers, the faster one first: the headless shell takes two thirds of the processor time of the whole browser. */
const INSTALLED = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
const EXECUTABLE =
  process.env["PAPERBOY_CHROMIUM"] ?? INSTALLED.find((file) => existsSync(file)) ?? "/usr/bin/chromium";
/** Flags that disable the browser's background requests. */
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

/** Whether to skip tests that need Chromium: if it is missing, except in CI, where they fail. */
export const skipBrowser = !existsSync(EXECUTABLE) && !process.env["CI"];

/** The notice in the titles of skipped tests. */
export const browserNotice = skipBrowser ? ` (skipped: no Chromium at ${EXECUTABLE}; set PAPERBOY_CHROMIUM)` : "";

let launched: Promise<Browser> | undefined;

/** Returns the browser that the test files of a worker share. It ends with the worker; tests close their contexts. */
export function openBrowser(): Promise<Browser> {
  return (launched ??= chromium.launch({ executablePath: EXECUTABLE, args: FLAGS }));
}

/** The viewport and colour scheme of a letter. */
export interface Setting {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/**
 * Opens a page that shows letters one after the other. A new page per letter would start new processes and take a second of
 * processor time. The page loads nothing from the network.
 */
export async function openReader(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  await context.route("**/*", (route) => route.abort());
  return context.newPage();
}

/** Shows a letter in place of the previous one. */
export async function showLetter(page: Page, html: string, { width, scheme }: Setting): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.setContent(html);
}

/** Returns the number of pixels by which the page scrolls horizontally. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);
}

/** Returns the pairs of texts that overlap. */
export function overlappingTexts(page: Page): Promise<string[]> {
  return page.evaluate(FIND_OVERLAPS);
}

/**
 * Runs in the page. Each line of text is a box, reduced by a fifth at the top and bottom, since fonts reserve more space than their
 * glyphs fill. Skips hidden text: the label of the honeypot field, and the content of closed details.
 */
const FIND_OVERLAPS = `(() => {
  const boxes = [];
  const HIDDEN = "[aria-hidden=true], details:not([open]) > :not(summary)";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(HIDDEN)) continue;
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
