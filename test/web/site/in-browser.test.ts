import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { axeFaults } from "../../support/axe.js";
import { browserNotice, openBrowser, sidewaysScroll, skipBrowser } from "../../support/browser.js";
import { fixture, paperboy } from "../../support/paperboy.js";
import { startFront } from "./https-proxy.js";
import type { Front } from "./https-proxy.js";
import { headerOf, linkIn, openMailbox } from "./mailbox.js";
import type { Mailbox } from "./mailbox.js";
import { serve } from "./serving.js";
import type { Serving } from "./serving.js";

const START = Date.parse("2026-10-05T07:00:00Z");

// These tests start a browser, a mail server, an HTTPS proxy and whole runs, which takes long on a busy machine.
describe.skipIf(skipBrowser)(`the site in a browser${browserNotice}`, () => {
  let browser: Browser;
  let front: Front;
  let mailbox: Mailbox;
  let serving: Serving;
  let environment: Record<string, string>;
  let passed: number;
  let context: BrowserContext;
  let page: Page;
  let home: string;

  beforeAll(async () => {
    browser = await openBrowser();
    front = await startFront();
  });
  afterAll(() => front.close());

  beforeEach(async () => {
    mailbox = await openMailbox();
    passed = 0;
    environment = {
      PAPERBOY_PUBLIC_URL: `${front.origin}/daily`,
      PAPERBOY_SMTP_URL: mailbox.url,
      PAPERBOY_FROM: "Evening Post <digest@example.org>",
      PAPERBOY_BRANDING_NAME: "Evening Post",
      PAPERBOY_SERVE_TRUSTED_PROXIES: "127.0.0.1",
    };
    serving = await serve(environment, { clock: () => new Date(START + passed) });
    front.serve(serving.url);
    home = `${front.origin}/daily/`;
  });
  afterEach(async () => {
    await context.close();
    await serving.stop();
    await mailbox.close();
  });

  const open = async (javaScriptEnabled: boolean) => {
    context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled });
    context.setDefaultTimeout(10_000);
    page = await context.newPage();
  };
  const heading = () => page.locator("h1").textContent();
  const press = (name: string) => page.getByRole("button", { name }).click();
  const status = async () =>
    (await paperboy(["subscribers", "show", "you@example.com", "--json"], { home: serving.home, environment })).json();
  const run = async (name: string) => {
    const now = new Date(START + passed).toISOString();
    const { exit } = await paperboy(["run", fixture(`pages/${name}.html`), "--now", now], {
      home: serving.home,
      environment,
    });
    expect(exit).toBe(0);
  };

  const subscribe = async () => {
    await page.goto(home);
    await page.getByLabel("Email address").fill("you@example.com");
    passed += 5_000;
    await press("Subscribe");
    expect(await heading()).toBe("Check your inbox");
    const mail = await mailbox.next();
    expect(mail.subject).toBe("Confirm your subscription to Evening Post");
    await page.goto(linkIn(mail, "c"));
    await press("Confirm subscription");
    expect(await page.getByRole("status").textContent()).toContain("You are subscribed");
  };

  it.each([
    ["with JavaScript", true],
    ["with JavaScript off", false],
  ])("subscribes, changes preferences, unsubscribes and erases: %s", async (_what, javaScript) => {
    await open(javaScript);
    await subscribe();

    await run("daily");
    const daily = await mailbox.next();
    expect(daily.text).toContain("12 papers");

    await page.goto(linkIn(daily, "p"));
    await page.getByLabel("Topics to include").fill("dialogue, multi-agent");
    await press("Preview with last week");
    expect(await page.getByRole("status").textContent()).toMatch(/\d+ of 12 papers of the last week/);
    await page.getByLabel("Language of the newsletter").selectOption("de");
    await press("Save");
    expect(await page.getByRole("status").textContent()).toContain("gespeichert");

    await run("day-2024");
    const other = await mailbox.next();
    expect(other.text).toContain("2 von 4 Papern");
    expect(other.text).not.toContain("Umbrellas");

    await page.goto(linkIn(other, "u"));
    await page.getByRole("link", { name: "Vier Wochen pausieren" }).click();
    await press("Pausieren");
    expect(await heading()).toBe("Die Zustellung ist pausiert");
    expect(await status()).toMatchObject({ subscriber: { state: "paused" } });

    await page.goto(linkIn(other, "u"));
    await press("Abbestellen");
    expect(await heading()).toBe("You are unsubscribed");
    expect(await status()).toMatchObject({ subscriber: { state: "gone" } });

    await page.goto(`${linkIn(other, "p")}/erase`);
    await page.getByLabel("Ja, meine Daten löschen").check();
    await press("Löschen");
    expect(await heading()).toBe("Ihre Daten wurden gelöscht");
    expect(
      (await paperboy(["subscribers", "show", "you@example.com"], { home: serving.home, environment })).exit,
    ).not.toBe(0);
    await page.goto(linkIn(other, "p"));
    expect(await heading()).toBe("No data stored");
    expect(serving.stderr()).not.toContain("failed:");
  });

  it("takes a paper of a letter as one that the reader likes, on a phone, only when the button is pressed", async () => {
    await open(true);
    await subscribe();
    await run("daily");
    const { html = "" } = await mailbox.next();
    await page.setViewportSize({ width: 375, height: 800 });
    await page.setContent(html);
    expect(await sidewaysScroll(page)).toBe(0);
    // The archive, which has the titles, contains no edition of a file.
    const title = "arXiv 2610.00417";
    await page.getByRole("link", { name: "More like this" }).first().click();
    await page.getByRole("heading", { name: title }).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await status()).toMatchObject({ subscriber: { interests: null } });
    await press("More like this");
    expect(await page.getByRole("status").textContent()).toContain("saved");
    expect(await page.getByRole("listitem").filter({ hasText: title }).count()).toBe(1);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await status()).toMatchObject({ subscriber: { interests: ["2610.00417"], order: "interests" } });
    await press(`Remove: ${title}`);
    expect(await page.getByRole("listitem").filter({ hasText: title }).count()).toBe(0);
    expect(await status()).toMatchObject({ subscriber: { interests: null, order: "votes" } });
  });

  it("lets a mail service unsubscribe with one click, after which no edition is sent", async () => {
    await open(true);
    await subscribe();
    await run("daily");
    const letter = await mailbox.next();
    expect(headerOf(letter, "List-Unsubscribe-Post")).toBe("List-Unsubscribe=One-Click");
    const [, url = ""] = /<(https:[^>]+)>/.exec(headerOf(letter, "List-Unsubscribe")) ?? [];
    // Bypasses the proxy, whose certificate `fetch` does not trust.
    const body = new URLSearchParams("List-Unsubscribe=One-Click");
    const answer = await fetch(serving.url + new URL(url).pathname, { method: "POST", body, redirect: "manual" });
    expect(answer.status).toBe(200);
    expect(await status()).toMatchObject({ subscriber: { state: "gone" } });
    await run("trending");
    expect(mailbox.count()).toBe(2);
  });

  it("passes axe on every page, fits into 320 pixels and violates no policy", async () => {
    await open(true);
    const refused: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && refused.push(message.text())));
    const faults: string[] = [];
    const look = async () => {
      for (const [colorScheme, what] of [
        ["light", "everything"],
        ["dark", "colours"],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          if ((await sidewaysScroll(page)) > 0) faults.push(`${page.url()} scrolls sideways at ${width}`);
        }
        faults.push(...(await axeFaults(page, what)).map((fault) => `${page.url()} ${colorScheme} ${fault}`));
      }
    };
    await page.goto(home);
    await look();
    await page.evaluate(`document.querySelector("form").noValidate = true`);
    await press("Subscribe");
    expect(await page.getByRole("alert").textContent()).toContain("valid email address");
    await look();
    await subscribe();
    await look();
    await run("daily");
    const letter = await mailbox.next();
    const [own, leave] = [linkIn(letter, "p"), linkIn(letter, "u")];
    await page.getByLabel("Topics to include").fill("agents");
    await press("Preview with last week");
    await look();
    for (const url of [leave, `${leave}/pause`, `${leave}/weekly`, `${own}/erase`, `${home}sent`, `${home}nothing`]) {
      await page.goto(url);
      await look();
    }
    await page.goto(`${own}/erase`);
    await page.evaluate(`document.querySelector("form").noValidate = true`);
    await press("Erase");
    await look();
    expect(faults).toEqual([]);
    expect(refused.filter((text) => !/status of (?:404|422)/.test(text))).toEqual([]);
  });
});
