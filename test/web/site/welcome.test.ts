import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { fixture, freshHome, openHomeStore, paperboy } from "../../support/paperboy.js";
import { startSite } from "../../support/site.js";
import type { Site } from "../../support/site.js";
import { linkIn, openMailbox } from "./mailbox.js";
import type { Mailbox } from "./mailbox.js";
import { csrfTokenIn } from "./harness.js";
import { serve } from "./serving.js";

const ORIGIN = "https://papers.example.org";
const START = Date.parse("2026-10-05T07:00:00Z");

let papers: Site;
let mailbox: Mailbox;
let home: string;
let environment: Record<string, string>;
let passed: number;
const clock = () => new Date(START + passed);

const run = () => paperboy(["run", "2026-10-02", "--json"], { home, environment, clock });
const post = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { origin: ORIGIN }, redirect: "manual" });

/** The list has had the newest day when a test starts. */
beforeEach(async () => {
  papers = await startSite({ "/papers/date/2026-10-02": { body: readFileSync(fixture("pages/daily.html"), "utf8") } });
  [mailbox, home, passed] = [await openMailbox(), freshHome(), 0];
  environment = {
    PAPERBOY_SITE_URL: papers.url,
    PAPERBOY_PUBLIC_URL: ORIGIN,
    PAPERBOY_SMTP_URL: mailbox.url,
    PAPERBOY_FROM: "Evening Post <digest@example.org>",
    PAPERBOY_BRANDING_NAME: "Evening Post",
  };
  await paperboy(["subscribers", "add", "old@example.com"], { home, environment });
  await run();
  await mailbox.next();
});
afterEach(async () => {
  await Promise.all([mailbox.close(), papers.close()]);
});

it("sends the newest issue once after a confirmation that two processes get, while a run is under way", async () => {
  const sites = [await serve(environment, { home, clock }), await serve(environment, { home, clock })];
  const url = sites[0]?.url ?? "";
  const csrf = csrfTokenIn(await (await fetch(`${url}/`)).text());
  passed = 5_000;
  await post(`${url}/subscribe`, { csrf, email: "new@example.com", include: "agents" });
  const link = new URL(linkIn(await mailbox.next(), "c")).pathname;
  const answers = await Promise.all([...sites, ...sites].map((site) => post(site.url + link, {})));
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410, 410, 410]);
  const [joined] = answers.flatMap(({ headers }) => headers.get("location") ?? []);
  const page = await (await fetch(url + joined)).text();
  expect(page).toContain(
    "The newest issue is on its way to your inbox; the next one comes as soon as there are new papers.",
  );

  const [during, letter] = await Promise.all([run(), mailbox.next()]);
  expect(during.json()["reason"]).not.toBe("already-running");
  expect(letter.text).toContain("Welcome! This is the newest issue.");
  expect(letter.text).toMatch(/\d of 12 papers/);
  expect(letter.to?.[0]?.address).toBe("new@example.com");
  expect(Date.parse(letter.date ?? "")).toBe(START + passed);

  for (const site of sites) expect(await site.stop()).toBe(0);
  expect((await run()).json()).toMatchObject({ reason: "already-sent" });
  expect(mailbox.count()).toBe(3);
  expect(sites.map((site) => site.stderr()).join()).not.toMatch(/new@example|failed/);
});

it("leaves the newest issue to the next run without a site process, also after a crash before it was sent", async () => {
  const store = await openHomeStore(home);
  for (const address of ["one@example.com", "two@example.com"]) {
    const request = { address, frequency: "daily", view: DEFAULT_VIEW, origin: "mail" } as const;
    const begun = await store.signups.begin(request, clock());
    if (begun.result === "begun") await store.signups.confirm(begun.signupId, clock());
  }
  await store.close();
  const stopped = new AbortController();
  stopped.abort();
  await paperboy(["run", "2026-10-02"], { home, environment, clock, signal: stopped.signal });
  expect(mailbox.count()).toBe(1);
  const { editions } = (await run()).json() as { editions: readonly { counts: object }[] };
  expect(editions.map(({ counts }) => counts)).toMatchObject([{ prepared: 3, sent: 3 }]);
  expect(mailbox.count()).toBe(3);
});
