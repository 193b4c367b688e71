import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { nearbyEditions, readEditionName } from "../../src/editions/edition-name.js";
import { editionSlug } from "../../src/send/message/names.js";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import { startSite } from "../support/site.js";

const reader = "you@example.com";
const home = freshHome();
let siteUrl = "";

function day(date: string): string {
  return buildPage({ kind: "day", date, nextDate: "2026-12-31", entries: manyEntries(3, Number(date.slice(8))) });
}

/** Editions of a day, a catch-up of two days, a week, and the trending papers on two days, each with its record. */
beforeAll(async () => {
  const site = await startSite({
    "/papers/date/2026-10-01": { body: day("2026-10-01") },
    "/papers/date/2026-10-02": { body: day("2026-10-02") },
    "/papers/date/2026-10-03": { body: day("2026-10-03") },
    "/papers/week/2026-W40": {
      body: buildPage({ kind: "week", date: "2026-W40", nextDate: "2026-W41", entries: manyEntries(3, 50) }),
    },
    "/papers/trending": { body: buildPage({ kind: "trending", entries: manyEntries(3, 60) }) },
  });
  siteUrl = site.url;
  const settings = { site: site.url, records: true };
  const file = path.join(home, "paperboy.json");
  writeFileSync(file, JSON.stringify(settings));
  const environment = { PAPERBOY_TO: reader };
  await paperboy(["run"], { home, environment, now: "2026-10-02T07:00:00Z" });
  await paperboy(["run"], { home, environment, now: "2026-10-04T07:00:00Z" });
  await paperboy(["run", "2026-W40", "--to", reader], { home, environment, now: "2026-10-05T07:00:00Z" });
  await paperboy(["run", "trending", "--to", reader], { home, environment, now: "2026-10-05T07:00:00Z" });
  await paperboy(["run", "trending", "--to", reader], { home, environment, now: "2026-10-06T07:00:00Z" });
  await site.close();
  writeFileSync(file, JSON.stringify({ ...settings, push: { team: { kind: "slack", url: "http://127.0.0.1:9/" } } }));
}, 60_000);

async function call(...args: readonly string[]) {
  const { exit, stdout, json } = await paperboy([...args, "--json"], { home, now: "2026-10-04T12:00:00Z" });
  return { exit, stdout, message: (json() as { readonly message?: string }).message };
}

describe("a person", () => {
  it.each([
    ["resend", "2026-10-01", "--refused", "--to", "nobody@example.com"],
    ["uncertain", "resolve", "2026-10-01", "--as", "sent", "--to", "nobody@example.com"],
  ])("who is not a reader is refused by %s", async (...args) => {
    expect(await call(...args)).toMatchObject({
      exit: 2,
      message: "no subscriber has this address",
    });
  });

  it("without a delivery in that state has nothing to send again", async () => {
    const message = "nothing to send again: no delivery of day:2026-10-01 is refused";
    expect(await call("resend", "2026-10-01", "--refused", "--to", reader)).toMatchObject({ exit: 0, message });
  });
});

/** Every command that takes an edition. `shows` is its output for one: the edition, its record, or only that it was found. */
const COMMANDS: readonly {
  readonly name: string;
  readonly args: (edition: string) => readonly string[];
  readonly shows: (id: string) => string;
  readonly exit?: number;
  readonly ofRecords?: true;
}[] = [
  { name: "status", args: (edition) => ["status", edition], shows: (id) => id },
  { name: "why", args: (edition) => ["why", reader, edition], shows: (id) => id },
  {
    name: "resend",
    args: (edition) => ["resend", edition, "--refused"],
    shows: (id) => `no delivery of ${id} is refused`,
  },
  {
    name: "uncertain resolve",
    args: (edition) => ["uncertain", "resolve", edition, "--as", "sent"],
    shows: (id) => `no delivery of ${id} is uncertain`,
  },
  { name: "push list", args: (edition) => ["push", "list", edition], shows: () => "pushes" },
  {
    name: "push retry",
    args: (edition) => ["push", "retry", "team", edition],
    shows: (id) => id,
    exit: 2,
  },
  { name: "replay", args: (edition) => ["replay", edition], shows: editionSlug, ofRecords: true },
  { name: "diff", args: (edition) => ["diff", edition], shows: () => "1 record: no differences", ofRecords: true },
  { name: "report", args: (edition) => ["report", edition], shows: (id) => id, ofRecords: true },
];

const NAMES: readonly (readonly [name: string, id: string])[] = [
  ["day:2026-10-01", "day:2026-10-01"],
  ["2026-10-01", "day:2026-10-01"],
  ["days:2026-10-02..2026-10-03", "days:2026-10-02..2026-10-03"],
  ["2026-10-02", "days:2026-10-02..2026-10-03"],
  ["Yesterday", "days:2026-10-02..2026-10-03"],
  ["2026-w40", "week:2026-W40"],
  ["SITE/papers/week/2026-W40", "week:2026-W40"],
  ["trending", "trending@2026-10-06"],
  ["trending@2026-10-05", "trending@2026-10-05"],
];

/** The names that the slower commands get, which read records by the same function. */
const FEW = new Set(["2026-10-01", "Yesterday", "trending"]);

const UNKNOWN: readonly (readonly [name: string, message: string])[] = [
  ["2026-10-11", "day:2026-10-11; the nearest is days:2026-10-02..2026-10-03"],
  ["2026-09-30", "day:2026-09-30; the nearest is day:2026-10-01"],
  ["today", "day:2026-10-04; the nearest is days:2026-10-02..2026-10-03"],
  ["2026-W41", "week:2026-W41; the nearest is week:2026-W40"],
  ["2026-10", "month:2026-10; the newest is trending@2026-10-06"],
  ["trendin@2026-10-05", "trendin@2026-10-05; the nearest is trending@2026-10-05"],
];

describe.each(COMMANDS)("$name", ({ args, shows, exit = 0, ofRecords }) => {
  it("takes the names of an edition", async () => {
    for (const [name, id] of NAMES.filter(([given]) => !ofRecords || FEW.has(given))) {
      const { exit: status, stdout } = await call(...args(name.replace("SITE", siteUrl)));
      expect({ name, status, stdout }).toMatchObject({
        status: exit,
        stdout: expect.stringContaining(shows(id)) as string,
      });
    }
  });

  it("refuses an unknown name, and names the nearest editions", async () => {
    for (const [name, end] of UNKNOWN) {
      const message = `${ofRecords ? "there is no record of" : "unknown edition"} ${end}`;
      expect(await call(...args(name))).toMatchObject({ exit: 2, message });
    }
    expect(await call(...args("2026-02-30"))).toMatchObject({ exit: 2, message: "there is no day 2026-02-30" });
  });
});

it("names the editions before and after a day without one", () => {
  const name = readEditionName("2026-10-05", { site: "https://huggingface.co", now: new Date("2026-10-20T07:00:00Z") });
  const ids = ["day:2026-10-09", "day:2026-10-07", "week:2026-W40", "days:2026-10-01..2026-10-03"];
  expect(nearbyEditions(name, ids)).toBe("; the nearest are days:2026-10-01..2026-10-03 and day:2026-10-07");
  expect(nearbyEditions(name, [])).toBe("; there are none yet");
});
