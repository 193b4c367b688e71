import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { axeFaults } from "../../support/axe.js";
import { browserNotice, openBrowser, skipBrowser } from "../../support/browser.js";
import { freshHome } from "../../support/paperboy.js";
import { startSmtp } from "../../support/smtp.js";
import type { Smtp } from "../../support/smtp.js";
import { openPage, openHarness, ownTemplates } from "./harness.js";
import type { Harness } from "./harness.js";

const daily = "fixtures/pages/daily.html";

const frame = (page: Page) => page.frameLocator("iframe").first();

describe.skipIf(skipBrowser)(`the studio during edits${browserNotice}`, () => {
  let page: Page;
  let smtp: Smtp;
  const open: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    smtp = await startSmtp();
    page = await openPage(await openBrowser());
  });

  afterEach(async () => {
    for (const close of open.splice(0).toReversed()) await close();
  });

  afterAll(async () => {
    await Promise.all([page.context().close(), smtp.close()]);
  });

  const settings = () => `smtp: ${smtp.url}\nfrom: Paperboy <digest@example.org>\n`;

  /** A studio with templates of its own, and a page that listens for their changes. */
  async function work(query = ""): Promise<{ harness: Harness; templates: string }> {
    const templates = ownTemplates();
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), settings());
    const harness = await openHarness([daily, "--templates", templates], { home });
    open.push(() => harness.stop());
    open.push(() => page.goto("about:blank"));
    await page.goto(harness.url + query);
    await page.locator('#status[data-state="live"]').waitFor();
    return { harness, templates };
  }

  it("shows a template's change, its error and the letter again after the fix", async () => {
    const { templates } = await work();
    const header = path.join(templates, "partials/header.html.hbs");
    await page.evaluate("document.body.dataset.same = 'yes'");

    writeFileSync(header, '<h1 class="name">The Morning Lantern</h1>\n');
    await frame(page).getByRole("heading", { name: "The Morning Lantern" }).waitFor();

    writeFileSync(header, '<h1 class="name">\n  {{branding.nmae}}\n</h1>\n');
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.getByRole("heading").textContent()).toBe(`${header}, line 2, column 5`);
    expect(await problem.locator(".what").textContent()).toContain("nmae");
    expect(await problem.locator(".wrong").textContent()).toContain("{{branding.nmae}}");
    expect(await problem.locator(".code-mark").textContent()).toMatch(/^ {5}\^/);
    expect(await page.locator("iframe").count()).toBe(0);
    expect(await axeFaults(page)).toEqual([]);

    writeFileSync(header, '<h1 class="name">Mended</h1>\n');
    await frame(page).getByRole("heading", { name: "Mended" }).waitFor();
    expect(await problem.count()).toBe(0);
    expect(await page.evaluate("document.body.dataset.same")).toBe("yes");
  });

  it("shows changes of messages and configuration", async () => {
    const { harness, templates } = await work();
    const config = path.join(harness.home, "paperboy.yaml");

    writeFileSync(config, `${settings()}branding:\n  footer: Printed before dawn.\n`);
    await frame(page).getByText("Printed before dawn.").waitFor();

    const words = path.join(templates, "messages/en.json");
    writeFileSync(words, '{ "footer.source": "Gathered at" }');
    await frame(page).getByText("Gathered at").waitFor();

    writeFileSync(config, `${settings()}branding:\n  colour: red\n`);
    await page.getByRole("alert").getByText("unknown setting").waitFor();
    expect(await page.getByRole("alert").getByRole("heading").textContent()).toBe("paperboy.yaml, line 4, column 3");
    expect(await page.locator(".wrong").textContent()).toContain("colour: red");

    writeFileSync(config, settings());
    await page.getByRole("alert").waitFor({ state: "detached" });
    await frame(page).getByText("Gathered at").waitFor();
  });

  it("links from a finding to its location", async () => {
    const { templates } = await work("?tab=checks");
    const footer = path.join(templates, "partials/footer.html.hbs");
    writeFileSync(footer, '<p class="foot">{{why}} <a href="https://elsewhere.example/">more of this</a></p>\n');
    await page.locator(".check.error", { hasText: "links" }).getByRole("link").click();
    const mark = frame(page).locator("#paperboy-mark");
    expect(await mark.textContent()).toBe("more of this");
    expect(await page.locator("iframe").getAttribute("src")).toMatch(/#paperboy-mark$/);
  });

  it("mails a test letter and shows the server's reply", async () => {
    await work("?tab=phone&limit=2");
    await page.getByLabel("Test address").fill("me@example.com");
    await page.getByRole("button", { name: "Send test" }).click();
    const outcome = page.locator(".outcome");
    await outcome.waitFor();
    expect(await outcome.textContent()).toMatch(/^Sent to me@example\.com: 250 \S/);
    expect(smtp.messages).toHaveLength(1);
    expect(smtp.messages[0]?.envelope.to).toEqual(["me@example.com"]);
    expect(smtp.messages[0]?.raw).toMatch(/^Subject: \[test\] Paper Routes/m);
    expect(page.url()).toContain("limit=2");
    await page.reload();
    expect(smtp.messages).toHaveLength(1);
  });

  it("refuses an invalid test address and explains why", async () => {
    await work();
    const before = smtp.connections();
    await page.getByLabel("Test address").evaluate((input) => Reflect.set(input, "type", "text"));
    await page.getByLabel("Test address").fill("me@example.com,you@example.com");
    await page.getByRole("button", { name: "Send test" }).click();
    expect(await page.locator(".outcome").textContent()).toMatch(/Not sent .*one address at a time/s);
    expect(smtp.connections()).toBe(before);
  });
});
