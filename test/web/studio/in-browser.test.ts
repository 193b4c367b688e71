import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TABS } from "../../../src/web/studio/tabs.js";
import { axeFaults } from "../../support/axe.js";
import { browserNotice, openBrowser, sidewaysScroll, skipBrowser } from "../../support/browser.js";
import { openPage, openHarness } from "./harness.js";
import type { Harness } from "./harness.js";

const daily = "fixtures/pages/daily.html";
const leading = "Paper Routes: Language Agents";

describe.skipIf(skipBrowser)(`the studio in a browser${browserNotice}`, () => {
  let page: Page;
  let harness: Harness;

  beforeAll(async () => {
    harness = await openHarness([daily], { environment: { PAPERBOY_FROM: "Paperboy <digest@example.org>" } });
    page = await openPage(await openBrowser());
  });

  afterAll(async () => {
    await page.context().close();
    await harness.stop();
  });

  beforeEach(async () => {
    page.removeAllListeners("console");
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  const frame = () => page.frameLocator("iframe").first();
  const tab = (name: string) => page.getByRole("navigation").getByRole("link", { name }).click();

  it("shows the letter in every tab", async () => {
    await page.goto(harness.url);
    expect(await frame().locator("h1").textContent()).toBe("Paperboy");

    await tab("Phone");
    expect(
      await page
        .locator("iframe")
        .first()
        .evaluate((element) => Reflect.get(element, "clientWidth")),
    ).toBe(375);
    expect(await page.locator("iframe").count()).toBe(2);

    await tab("Dark");
    const sheet = frame().locator(".sheet");
    const colour = "(element) => getComputedStyle(element).backgroundColor";
    expect(await sheet.evaluate(`(${colour})(document.querySelector(".sheet"))`)).toBe("rgb(29, 27, 24)");

    await tab("Text");
    expect(await page.locator(".text").textContent()).toMatch(new RegExp(`1\\.\\s+${leading}`));

    await tab("Inbox");
    expect(await page.locator(".inbox-sender").first().textContent()).toBe("Paperboy");
    expect(await page.locator(".inbox-phone .inbox-subject").textContent()).toContain(leading);

    await tab("Raw");
    expect(await page.locator(".raw").textContent()).toMatch(/^From: Paperboy <digest@example\.org>\n/);
    expect(await page.locator(".headers").textContent()).toContain(leading);

    await tab("Size");
    expect(await page.locator("main").textContent()).toMatch(/HTML part[\d,]+90,000\d+%/);

    await tab("Checks");
    expect(await page.locator(".check").count()).toBeGreaterThan(15);

    await tab("Explain");
    expect(await page.locator("table.papers tbody tr").count()).toBe(12);

    await tab("Papers");
    await page.locator("summary", { hasText: leading }).click();
    expect(await page.locator("details[open] pre").textContent()).toContain('"arxivUrl": "https://arxiv.org/abs/');
  });

  it("keeps the selected options in the URL", async () => {
    await page.goto(harness.url);
    await tab("Explain");
    await page.getByLabel("Max. papers").fill("4");
    await page.getByLabel("Include").fill("language");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText("goes over the limit").or(page.locator("table.papers").nth(1)).first().waitFor();
    const rows = await page.locator("table.papers").first().locator("tbody tr").count();
    expect(rows).toBeLessThanOrEqual(4);
    await page.reload();
    expect(await page.getByLabel("Include").inputValue()).toBe("language");
    expect(await page.getByLabel("Max. papers").inputValue()).toBe("4");
    expect(await page.locator("table.papers").first().locator("tbody tr").count()).toBe(rows);

    await page.getByLabel("Saved page").selectOption("fixtures/pages/week.html");
    await page.waitForURL(/source=fixtures%2Fpages%2Fweek\.html/);
    expect(new URL(page.url()).searchParams.get("include")).toBe("language");

    await page.getByLabel("Theme").selectOption("compact");
    await page.waitForURL(/theme=compact/);
    await tab("Desktop");
    await frame().locator("h1").waitFor();
  });

  it.each(TABS.map(({ id }, index) => [id, index % 2 === 0 ? "light" : "dark"] as const))(
    "passes axe and fits into 800 and 375 pixels: %s, %s",
    async (id, scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${harness.url}?tab=${id}`);
      expect(await axeFaults(page)).toEqual([]);
      for (const width of [800, 375]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await sidewaysScroll(page)).toBe(0);
      }
    },
  );

  it("violates none of its own policies", async () => {
    const refused: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy|Refused/.test(message.text())) refused.push(message.text());
    });
    for (const { id } of TABS) await page.goto(`${harness.url}?tab=${id}`, { waitUntil: "load" });
    expect(refused).toEqual([]);
  });
});
