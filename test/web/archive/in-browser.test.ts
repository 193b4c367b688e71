import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFaults } from "../../support/axe.js";
import { browserNotice, openBrowser, overlappingTexts, sidewaysScroll, skipBrowser } from "../../support/browser.js";
import { fixture, paperboy } from "../../support/paperboy.js";
import { startSite } from "../../support/site.js";
import type { Site } from "../../support/site.js";
import { startFront } from "../site/https-proxy.js";
import type { Front } from "../site/https-proxy.js";
import { headerOf, openMailbox } from "../site/mailbox.js";
import type { Mailbox } from "../site/mailbox.js";
import { serve } from "../site/serving.js";
import type { Serving } from "../site/serving.js";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
};

/** Answers like a host of static files. */
function serveFile(folder: string, { url = "/" }: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(url, "http://localhost");
  const file = path.join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
  const type = TYPES[path.extname(file)] ?? "text/html; charset=utf-8";
  response.writeHead(200, { "content-type": type }).end(readFileSync(file));
}

const NOW = new Date("2026-10-05T07:00:00Z");

describe.skipIf(skipBrowser)(`the archive in a browser${browserNotice}`, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let front: Front;
  let papers: Site;
  let mailbox: Mailbox;
  let serving: Serving;
  let letter = "";
  let listArchive = "";

  beforeAll(async () => {
    [browser, front, mailbox] = [await openBrowser(), await startFront(), await openMailbox()];
    const body = readFileSync(fixture("pages/daily.html"), "utf8");
    papers = await startSite({ "/papers/date/2026-10-02": { body } });
    const environment = {
      PAPERBOY_SITE_URL: papers.url,
      PAPERBOY_PUBLIC_URL: `${front.origin}/daily`,
      PAPERBOY_SMTP_URL: mailbox.url,
      PAPERBOY_FROM: "Evening Post <digest@example.org>",
      PAPERBOY_BRANDING_NAME: "Evening Post",
    };
    serving = await serve(environment, { clock: () => NOW });
    front.serve(serving.url);
    const run = await paperboy(["run", "2026-10-02", "--include", "agents"], {
      home: serving.home,
      environment: { ...environment, PAPERBOY_TO: "you@example.com" },
    });
    if (run.exit !== 0) throw new Error(run.stderr);
    const mail = await mailbox.next();
    letter = /https:\/\/\S+\/archive\/[\w-]+/.exec(mail.text ?? "")?.[0] ?? "";
    listArchive = headerOf(mail, "List-Archive");
    context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled: true });
    page = await context.newPage();
  });
  afterAll(async () => {
    await context.close();
    await serving.stop();
    await Promise.all([mailbox.close(), papers.close()]);
    front.close();
  });

  const heading = () => page.locator("h1").textContent();

  it("is linked from a letter and links to papers and search", async () => {
    expect(listArchive).toBe(`<${front.origin}/daily/archive>`);
    await page.goto(letter);
    expect(await heading()).toBe("Friday, 2 October 2026");
    // The letter contains the subscriber's topics; the page contains the whole edition.
    expect(await page.getByRole("article").count()).toBe(12);
    await page.getByRole("link", { name: "Kestrel-2 Technical Report" }).first().click();
    expect(new URL(page.url()).hash).toBe("#p5");
    await page.locator("#p5").getByRole("link", { name: "Kestrel-2 Technical Report" }).click();
    expect(await heading()).toBe("Kestrel-2 Technical Report");
    await page.getByRole("link", { name: "Friday, 2 October 2026" }).click();
    expect(page.url()).toBe(letter);
    await page.getByRole("link", { name: "Search" }).click();
    await page.getByLabel("Search titles").fill("kestrel");
    await page.getByRole("button", { name: "Search" }).click();
    expect(await page.getByRole("status").textContent()).toBe("1 paper");
    await page.getByRole("link", { name: "Archive" }).click();
    expect(await heading()).toBe("Archive");
    expect(serving.stderr()).not.toContain("failed:");
  });

  it("is searched in the browser where it is static files", async () => {
    const folder = path.join(serving.home, "public");
    await paperboy(["archive", "build", folder, "--url", "https://example.org/papers"], { home: serving.home });
    const host = await startSite({ "*": (request, response) => serveFile(folder, request, response) });
    const search = async (query: string) => {
      await page.getByLabel("Search titles").fill(query);
      await page.getByRole("button", { name: "Search" }).click();
      const status = await page.getByRole("status").textContent();
      return { status, titles: await page.locator("#results h2").allTextContents() };
    };
    await page.goto(`${host.url}/`);
    expect(await search("kestrel")).toEqual({ status: "1 paper", titles: ["Kestrel-2 Technical Report"] });
    expect((await search('"technical report" KESTR')).titles).toEqual(["Kestrel-2 Technical Report"]);
    expect(await search('"report technical"')).toEqual({
      status: 'No paper contains all of: "report technical"',
      titles: [],
    });
    expect((await search("<b>x")).status).toBe("No paper contains all of: <b>x");
    expect(await axeFaults(page)).toEqual([]);
    await search("kestrel");
    await page.locator("#results").getByRole("link", { name: "Kestrel-2 Technical Report" }).click();
    expect(await heading()).toBe("Kestrel-2 Technical Report");
    await host.close();
  });

  it("has feeds that the browser's XML parser accepts", async () => {
    await page.goto(`${front.origin}/daily/archive`);
    const urls = await page
      .locator(`link[rel="alternate"][type$="xml"]`)
      .evaluateAll((links) => links.map((link) => (link as unknown as { href: string }).href));
    // Of the days, of the weeks, and of the only topic of two papers.
    expect(urls).toHaveLength(6);
    for (const url of urls) {
      const text = await (await context.request.get(url)).text();
      const root = await page.evaluate(
        `new DOMParser().parseFromString(${JSON.stringify(text)}, "text/xml").documentElement.nodeName`,
      );
      expect(root).toBe(new URL(url).pathname.endsWith("rss") ? "rss" : "feed");
    }
  });

  it("passes axe on every page, fits into 320 pixels and violates no policy", async () => {
    const refused: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && refused.push(message.text())));
    const faults: string[] = [];
    const paths = [
      "",
      "archive",
      "archive/weeks",
      "archive/2026-10-02",
      "paper/",
      "search",
      "search?q=agents",
      "archive/no",
    ];
    const [paper = ""] = await firstPaper();
    for (const path of paths.map((each) => (each.startsWith("paper/") ? paper : each))) {
      await page.goto(`${front.origin}/daily/${path}`);
      for (const [colorScheme, what] of [
        ["light", "everything"],
        ["dark", "colours"],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [320, 600, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          if ((await sidewaysScroll(page)) > 0) faults.push(`${path} scrolls sideways at ${width}`);
          faults.push(...(await overlappingTexts(page)).map((pair) => `${path} ${width} overlaps: ${pair}`));
        }
        faults.push(...(await axeFaults(page, what)).map((fault) => `${path} ${colorScheme} ${fault}`));
      }
    }
    expect(faults).toEqual([]);
    expect(refused.filter((text) => !/status of 404/.test(text))).toEqual([]);
  });

  const firstPaper = async (): Promise<string[]> => {
    const answer = await context.request.get(`${front.origin}/daily/feed/papers.json`);
    const { items } = (await answer.json()) as { items: readonly { readonly url: string }[] };
    return items.map(({ url }) => new URL(url).pathname.replace("/daily/", ""));
  };
});
