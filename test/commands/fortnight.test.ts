import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { manyEntries } from "../support/papers.js";
import { buildPage } from "../support/page-builder.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { startSite } from "../support/site.js";
import type { Reply, Site } from "../support/site.js";
import { startSmtp } from "../support/smtp.js";
import type { Smtp } from "../support/smtp.js";

/**
 * Fourteen mornings, each a bare `paperboy run` as cron starts it. The site publishes, pauses at weekends, is redesigned, is down for
 * two days, and recovers.
 */
let site: Site;
let smtp: Smtp;
const home = freshHome();

beforeAll(async () => {
  [site, smtp] = [await startSite({}), await startSmtp()];
});
afterAll(async () => {
  await Promise.all([site.close(), smtp.close()]);
});

/** Returns four papers of a day with unique ids; one paper is on the pages of two days. */
function entriesOf(day: string) {
  const number = Number(day.slice(-2));
  return manyEntries(4, number).map((entry, index) => {
    const isRepeated = day === "2026-10-08" && index === 0;
    const id = `2610.${String(isRepeated ? 70 : number * 10 + index).padStart(5, "0")}`;
    return { ...entry, paper: { ...entry.paper, id } };
  });
}

const pageOf = (day: string, nextDate: string | null = "2026-12-31") =>
  buildPage({ kind: "day", date: day, nextDate, entries: entriesOf(day), site: site.url });

const REDESIGNED = { body: "<html><body><main>All new!</main></body></html>" };
/** The site asks for a longer pause than a run waits, so the run ends without retries. */
const DOWN = { status: 503, headers: { "retry-after": "3600" }, body: "down" };
const weekend = (day: string, friday: string) => ({ [day]: { body: pageOf(friday) } });

interface Morning {
  readonly now: string;
  /** The pages that the site publishes or changes this morning. */
  readonly site: Record<string, Reply>;
  readonly reason: string;
  readonly exit: number;
  /** The days in this morning's letter. */
  readonly days: readonly string[];
}

const day = (date: string) => ({ [date]: { body: pageOf(date) } });

function mornings(): readonly Morning[] {
  return [
    // Thursday. The first run sends only the newest completed day.
    {
      now: "2026-10-01",
      site: { ...day("2026-09-29"), ...day("2026-09-30") },
      reason: "sent",
      exit: 0,
      days: ["2026-09-30"],
    },
    { now: "2026-10-02", site: day("2026-10-01"), reason: "sent", exit: 0, days: ["2026-10-01"] },
    { now: "2026-10-03", site: day("2026-10-02"), reason: "sent", exit: 0, days: ["2026-10-02"] },
    { now: "2026-10-04", site: weekend("2026-10-03", "2026-10-02"), reason: "no-papers", exit: 0, days: [] },
    { now: "2026-10-05", site: weekend("2026-10-04", "2026-10-02"), reason: "no-papers", exit: 0, days: [] },
    { now: "2026-10-06", site: day("2026-10-05"), reason: "sent", exit: 0, days: ["2026-10-05"] },
    // Redesigned on Wednesday, fixed on Thursday: both days in one letter.
    { now: "2026-10-07", site: { "2026-10-06": REDESIGNED }, reason: "layout-changed", exit: 6, days: [] },
    {
      now: "2026-10-08",
      site: { ...day("2026-10-06"), ...day("2026-10-07") },
      reason: "sent",
      exit: 0,
      days: ["2026-10-06", "2026-10-07"],
    },
    // Down for two days, then back at the weekend.
    { now: "2026-10-09", site: { "2026-10-08": DOWN }, reason: "fetch-failed", exit: 5, days: [] },
    { now: "2026-10-10", site: { "2026-10-09": DOWN }, reason: "fetch-failed", exit: 5, days: [] },
    {
      now: "2026-10-11",
      site: { ...day("2026-10-08"), ...day("2026-10-09"), ...weekend("2026-10-10", "2026-10-09") },
      reason: "sent",
      exit: 0,
      days: ["2026-10-08", "2026-10-09"],
    },
    { now: "2026-10-12", site: weekend("2026-10-11", "2026-10-09"), reason: "no-papers", exit: 0, days: [] },
    { now: "2026-10-13", site: day("2026-10-12"), reason: "sent", exit: 0, days: ["2026-10-12"] },
    { now: "2026-10-14", site: day("2026-10-13"), reason: "sent", exit: 0, days: ["2026-10-13"] },
  ];
}

async function cron(now: string, hour: string): Promise<Run> {
  const environment = {
    PAPERBOY_SITE_URL: site.url,
    PAPERBOY_SMTP_URL: smtp.url,
    PAPERBOY_FROM: "Paperboy <digest@example.org>",
    PAPERBOY_TO: "you@example.com",
  };
  return paperboy(["run", "--json", "--quiet"], { home, environment, now: `${now}T${hour}:00:00Z` });
}

it("mails every paper once, catches up in one letter after a gap, and reports the reason on each morning", async () => {
  const seen: string[] = [];
  for (const morning of mornings()) {
    for (const [date, reply] of Object.entries(morning.site)) site.set(`/papers/date/${date}`, reply);
    const before = smtp.messages.length;
    const run = await cron(morning.now, "07");
    expect({ now: morning.now, reason: run.json()["reason"], exit: run.exit }).toEqual({
      now: morning.now,
      reason: morning.reason,
      exit: morning.exit,
    });
    const letters = smtp.messages.slice(before);
    expect(letters).toHaveLength(morning.days.length > 0 ? 1 : 0);
    const papers = letters[0] ? idsIn((await PostalMime.parse(letters[0].raw)).text ?? "") : [];
    const due = new Set(morning.days.flatMap((date) => entriesOf(date).map(({ paper }) => paper.id)));
    expect(papers.toSorted()).toEqual([...due].filter((id) => !seen.includes(id)).toSorted());
    seen.push(...papers);
    // An hour later the same command has nothing to do, or the same fault; it never mails.
    const again = await cron(morning.now, "08");
    expect(again.exit).toBe(morning.exit);
    expect(smtp.messages).toHaveLength(before + letters.length);
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(existsSync(path.join(home, "outbox"))).toBe(false);
  expect(readdirSync(path.join(home, "pages", "broken"))).toHaveLength(1);
});

function idsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\/papers\/(\d{4}\.\d{5})/g)].map(([, id = ""]) => id))];
}
