import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { startSite } from "../support/site.js";
import type { Site } from "../support/site.js";
import { serve } from "../web/site/serving.js";

const PUBLIC = "https://papers.example.org/daily";

let site: Site;
beforeAll(async () => {
  const body = readFileSync(fixture("pages/daily.html"), "utf8");
  site = await startSite({ "/papers/date/2026-10-02": { body } });
});
afterAll(() => site.close());

/** Runs with these settings and returns the letter from the outbox. */
async function letterOf(source: string, settings: Record<string, string>): Promise<string> {
  const home = freshHome();
  const environment = { PAPERBOY_SITE_URL: site.url, ...settings };
  const { exit, stderr } = await paperboy(["run", source, "--to", "you@example.com"], { home, environment });
  if (exit !== 0) throw new Error(stderr);
  const letter = readdirSync(path.join(home, "outbox")).find((file) => file.endsWith(".html"));
  return readFileSync(path.join(home, "outbox", letter ?? ""), "utf8");
}

describe("a letter", () => {
  it("links to its edition in the archive", async () => {
    expect(await letterOf("2026-10-02", { PAPERBOY_PUBLIC_URL: PUBLIC })).toContain(`${PUBLIC}/archive/2026-10-02"`);
  });

  it.each([
    ["there is no site", "2026-10-02", {}],
    ["the archive is off", "2026-10-02", { PAPERBOY_PUBLIC_URL: PUBLIC, PAPERBOY_ARCHIVE: "false" }],
    ["the edition is not public", fixture("pages/daily.html"), { PAPERBOY_PUBLIC_URL: PUBLIC }],
  ])("has no archive link if %s", async (_what, source, settings) => {
    expect(await letterOf(source, settings)).not.toContain("/archive");
  });
});

it.each([
  [200, {}],
  [404, { PAPERBOY_ARCHIVE: "false" }],
])("the site responds with %i with %j", async (status, environment) => {
  const serving = await serve(environment);
  const answers = await Promise.all(["/archive", "/search", "/feed/papers.rss"].map((at) => fetch(serving.url + at)));
  expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
  expect((await (await fetch(`${serving.url}/`)).text()).includes("/archive")).toBe(status === 200);
  await serving.stop();
});
