import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPreview } from "../../src/commands/preview.js";
import { TABS } from "../../src/web/studio/tabs.js";
import { axeFaults } from "../support/axe.js";
import { browserNotice, openBrowser, sidewaysScroll, skipBrowser } from "../support/browser.js";
import { freshHome } from "../support/paperboy.js";
import { ownTemplates, runCommand } from "../web/studio/harness.js";

const daily = "fixtures/pages/daily.html";

/** A preview that writes a file asks nobody to stop it and opens nothing. */
const preview = createPreview({
  untilStopped: () => Promise.reject(new Error("it should not wait")),
  openBrowser: () => {
    throw new Error("it should open nothing");
  },
});

const write = (file: string, ...flags: readonly string[]) =>
  runCommand(preview, [daily, "--out", file, ...flags], { home: freshHome() });

describe("--out", () => {
  it("writes one file without scripts or external resources", async () => {
    const file = path.join(freshHome(), "letter.html");
    const { message } = await write(file);
    expect(message).toContain(`written to ${file}`);
    const html = readFileSync(file, "utf8");
    expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; `);
    expect(html).not.toMatch(/<script|<form|\ssrc=|href="(?!#|data:text\/css)/);
    for (const { id } of TABS) expect(html).toContain(`id="${id}"`);
    expect(html.match(/ srcdoc="/g)).toHaveLength(html.match(/<iframe /g)?.length ?? 0);
  });

  it("uses the view and the theme of the flags", async () => {
    const file = path.join(freshHome(), "letter.html");
    await write(file, "--limit", "3", "--abstracts", "none", "--theme", "compact", "--language", "de");
    // The letter stands escaped in its frame's attribute.
    const html = readFileSync(file, "utf8");
    expect(/lang&#x3D;&quot;(\w+)/.exec(html)?.[1]).toBe("de");
    expect(/(\d+) dropped/.exec(html)?.[1]).toBe("9");
  });

  it("writes nothing for a template error and names its location", async () => {
    const file = path.join(freshHome(), "letter.html");
    const templates = ownTemplates();
    writeFileSync(path.join(templates, "subject.hbs"), "{{nothing.here}}");
    await expect(write(file, "--templates", templates)).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringMatching(/subject\.hbs:1:\d+/),
    });
    expect(existsSync(file)).toBe(false);
  });
});

it.each([
  [["--port", "70000"], "0 to 65535"],
  [["--theme", "loud"], 'there is no theme "loud"'],
  [["--order", "luck"], "votes, comments"],
])("refuses %j", async (flags, why) => {
  await expect(write("never.html", ...flags)).rejects.toThrow(why);
});

describe.skipIf(skipBrowser)(`the file in a browser${browserNotice}`, () => {
  let page: Page;
  const file = path.join(freshHome(), "letter.html");

  beforeAll(async () => {
    const [browser] = await Promise.all([openBrowser(), write(file, "--limit", "5")]);
    page = await (await browser.newContext()).newPage();
  });

  afterAll(async () => {
    await page.context().close();
  });

  it("contains every tab and shows one at a time", async () => {
    const refused: string[] = [];
    page.on("console", (message) => refused.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    const shown = page.locator(".pane:visible");
    expect(await shown.getAttribute("id")).toBe("desktop");
    expect(await page.frameLocator("#desktop iframe").locator("h1").textContent()).toBe("Paperboy");
    for (const { id, label } of TABS) {
      await page.getByRole("navigation").getByRole("link", { name: label }).click();
      expect(await shown.evaluateAll((panes) => panes.map((pane) => Reflect.get(pane, "id")))).toEqual([id]);
      expect((await shown.innerText()).length + (await shown.locator("iframe").count())).toBeGreaterThan(0);
      expect(await sidewaysScroll(page)).toBe(0);
    }
    const dark = await page
      .frameLocator("#dark iframe")
      .locator(".sheet")
      .evaluate(`getComputedStyle(document.querySelector(".sheet")).backgroundColor`);
    expect(dark).toBe("rgb(29, 27, 24)");
    expect(refused).toEqual([]);
  });

  it("passes axe", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    for (const id of ["desktop", "size", "checks", "papers"]) {
      await page.goto(`${pathToFileURL(file).href}#${id}`);
      expect(await axeFaults(page)).toEqual([]);
    }
  });
});
