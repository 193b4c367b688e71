import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { buildApi, buildPage } from "../support/page-builder.js";
import { fixtureEntries } from "../support/page-fixtures.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { manyEntries } from "../support/papers.js";
import { startSite } from "../support/site.js";
import type { Reply } from "../support/site.js";

/** A home with ten recorded editions. The site that they came from is closed. */
export interface RecordedHome {
  readonly home: string;
  readonly ids: readonly string[];
}

/** The arguments and the date of each run: single days, catch-ups, a list, a file, titles from the API. */
const RUNS: readonly { readonly now: string; readonly args: readonly string[] }[] = [
  { now: "2026-10-02", args: [] },
  { now: "2026-10-03", args: [] },
  { now: "2026-10-06", args: [] },
  { now: "2026-10-08", args: [] },
  { now: "2026-10-09", args: [] },
  { now: "2026-10-12", args: ["2026-10-09", "--include", "letterbox", "--to", "third@example.com"] },
  { now: "2026-10-13", args: ["trending"] },
  { now: "2026-10-13", args: ["FILE"] },
  { now: "2026-10-14", args: ["2026-10-13", "--early"] },
  { now: "2026-10-15", args: ["2026-10-14", "--limit", "3", "--to", "fourth@example.com"] },
];

const DAYS = ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08", "2026-10-09"];

function daysOfSite(): Record<string, Reply> {
  const days = [...DAYS, "2026-10-13", "2026-10-14"].map((date, place) => {
    const body = buildPage({ kind: "day", date, nextDate: "2026-10-20", entries: manyEntries(6 + place, 40 + place) });
    return [`/papers/date/${date}`, { body }] as const;
  });
  // The site serves the preceding Friday on a weekend.
  const weekend = buildPage({ kind: "day", date: "2026-10-02", nextDate: "2026-10-05", entries: manyEntries(7, 41) });
  const entries = fixtureEntries("daily").slice(0, 6);
  const broken = { data: (json: string) => json.slice(0, 900) };
  return {
    ...Object.fromEntries(days),
    "/papers/date/2026-10-03": { body: weekend },
    "/papers/date/2026-10-04": { body: weekend },
    "/papers/date/2026-10-13": {
      body: buildPage({ kind: "day", date: "2026-10-13", nextDate: "2026-10-14", entries, mangle: broken }),
    },
    "/papers/trending": { body: buildPage({ kind: "trending", entries: fixtureEntries("daily").slice(6) }) },
    "/api/daily_papers": { body: buildApi(entries), headers: { "content-type": "application/json" } },
  };
}

/** Records ten editions through the command line and a local site, and closes the site. */
export async function recordTen(): Promise<RecordedHome> {
  const home = freshHome();
  const site = await startSite(daysOfSite());
  writeFileSync(
    path.join(home, "paperboy.yaml"),
    `site: ${site.url}\nrecords: true\napi: true\nto: [you@example.com, second@example.com]\npublicUrl: https://papers.example.org\n`,
  );
  try {
    await succeed(["subscribers", "add", "daily@example.org", "--exclude", "letterbox", "--abstracts", "short"], home);
    for (const { now, args } of RUNS) {
      const given = args.map((arg) => (arg === "FILE" ? fixture("pages/hostile.html") : arg));
      await succeed(["run", ...given], home, now);
    }
  } finally {
    await site.close();
  }
  return { home, ids: readdirSync(path.join(home, "records")).toSorted() };
}

async function succeed(args: readonly string[], home: string, now = "2026-10-01"): Promise<Run> {
  const run = await paperboy(args, { home, now: `${now}T07:00:00Z` });
  expect({ args, exit: run.exit, stderr: run.exit === 0 ? "" : run.stderr }).toEqual({ args, exit: 0, stderr: "" });
  return run;
}

/** Copies the configuration and the records of a home, without database, key and saved pages. */
export function recordsAlone({ home }: Pick<RecordedHome, "home">): string {
  const copy = freshHome();
  cpSync(path.join(home, "records"), path.join(copy, "records"), { recursive: true });
  cpSync(path.join(home, "paperboy.yaml"), path.join(copy, "paperboy.yaml"));
  return copy;
}

/** Writes a folder of templates. */
export function changedTemplates(home: string, files: Readonly<Record<string, string>>): string {
  const folder = path.join(home, "my-templates");
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}
