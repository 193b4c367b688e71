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

/** A home whose operator asks for a revisit, and a site whose votes rise. */
export interface Rig {
  readonly home: string;
  readonly site: Site;
  /** Says what the votes of a day's papers are now; there are as many papers as votes. */
  votes(day: string, votes: readonly number[]): void;
  /** Lets a day answer with the page of another one, as the site does at weekends. */
  weekend(day: string, shown: string): void;
  /** A bare run on the morning of a day. */
  run(now: string, args?: readonly string[]): Promise<Run>;
  /** Pages that were asked for since the last time, as days, with whether the site was asked only for what is new. */
  asked(): readonly string[];
  /** The text and HTML of the only letter of a day. */
  letter(day: string): Promise<{ readonly text: string; readonly html: string }>;
  /** The texts of all letters of a day. */
  texts(day: string): Promise<readonly string[]>;
}

/** The id of a paper by its day and place: nobody else has it. */
export function idOf(day: string, place: number): string {
  return `2610.${day.slice(-2)}${String(place).padStart(3, "0")}`;
}

/** Opens a rig with lines of configuration beside the site and the readers. */
export async function openRig(config: string): Promise<Rig> {
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
