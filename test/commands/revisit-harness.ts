import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { expect } from "vitest";
import { buildPage } from "../support/page-builder.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { manyEntries } from "../support/papers.js";
import { startSite } from "../support/site.js";
import type { Site } from "../support/site.js";

/** A home with a revisit in its view, and a site whose votes the test changes. */
export interface Harness {
  readonly home: string;
  readonly site: Site;
  /** Sets the votes of a day's papers. The day has as many papers as votes. */
  votes(day: string, votes: readonly number[]): void;
  /** Makes a day respond with the page of another day, as the site does at weekends. */
  weekend(day: string, shown: string): void;
  /** Runs without arguments on the morning of a day. */
  run(now: string, args?: readonly string[]): Promise<Run>;
  /** Returns the pages requested since the last call, as days, and whether each request was conditional. */
  asked(): readonly string[];
  /** Returns the text and HTML of the only letter of a day. */
  letter(day: string): Promise<{ readonly text: string; readonly html: string }>;
  /** Returns the texts of all letters of a day. */
  texts(day: string): Promise<readonly string[]>;
}

/** Returns a unique id for a paper, from its day and place. */
export function idOf(day: string, place: number): string {
  return `2610.${day.slice(-2)}${String(place).padStart(3, "0")}`;
}

/** Opens a harness. `config` adds lines to a configuration with the site and a reader. */
export async function openHarness(config: string): Promise<Harness> {
  const home = freshHome();
  const site = await startSite({});
  writeFileSync(path.join(home, "paperboy.yaml"), `site: ${site.url}\nto: [you@example.com]\n${config}`);
  let seen = 0;
  return {
    home,
    site,
    votes: (day, votes) => {
      const entries = manyEntries(votes.length, Number(day.slice(-2))).map((entry, place) => {
        const title = `Paper ${place} of ${day}`;
        const paper = { ...entry.paper, id: idOf(day, place), title, upvotes: votes[place] ?? 0 };
        return { ...entry, title, paper };
      });
      const body = buildPage({ kind: "day", date: day, nextDate: "2026-12-31", entries, site: site.url });
      site.set(`/papers/date/${day}`, { body, headers: { etag: `"${day}-${votes.join("-")}"` } });
    },
    weekend: (day, shown) => {
      const body = buildPage({ kind: "day", date: shown, nextDate: "2026-12-31", entries: manyEntries(2, 1) });
      site.set(`/papers/date/${day}`, { body });
    },
    run: (now, args = ["run"]) => paperboy(args, { home, now: `${now}T07:00:00Z` }),
    asked: () => {
      const fresh = site.requests.slice(seen);
      seen = site.requests.length;
      return fresh.map(({ path: target, headers }) => {
        const day = target.split("/").at(-1) ?? "";
        return headers["if-none-match"] === undefined ? day : `${day}?`;
      });
    },
    letter: async (day) => {
      const [letter, ...more] = await lettersOf(home, day);
      expect(more).toEqual([]);
      return letter ?? { text: "", html: "" };
    },
    texts: async (day) => (await lettersOf(home, day)).map(({ text }) => text),
  };
}

async function lettersOf(home: string, day: string) {
  const folder = path.join(home, "outbox");
  const names = readdirSync(folder).filter((name) => name.includes(day) && name.endsWith(".eml"));
  const mails = await Promise.all(names.map((name) => PostalMime.parse(readFileSync(path.join(folder, name)))));
  return mails.map(({ text = "", html = "" }) => ({ text, html }));
}

/** The lines below the heading of the revisit; empty without one. */
export function sectionOf(text: string): string {
  return /\nSecond look\n([\s\S]*?)\n={20,}/.exec(text)?.[1] ?? "";
}
