import { describe, expect, it } from "vitest";
import { lastMailed, papersByDay } from "../../../src/ops/status/facts.js";
import type { RunRecord, SavedEdition } from "../../../src/store/store.js";
import { makePapers } from "../../support/papers-model.js";

const now = new Date("2026-10-07T07:00:00Z");

function edition(date: string, papers: number, more: Partial<SavedEdition["edition"]> = {}): SavedEdition {
  const base = { id: `day:${date}`, source: date, kind: "day", date, url: null, format: "data", early: false } as const;
  return {
    edition: { ...base, papers: makePapers(papers), ...more },
    channel: "smtp",
    preparedAt: now,
    sendBefore: now,
    candidates: 1,
    excluded: {},
    prepared: 1,
    forList: true,
  };
}

const shown = (...editions: SavedEdition[]) => papersByDay(editions, now).map(({ day, papers }) => [day, papers]);

describe("papers per day", () => {
  it("start with the first known day and have gaps", () => {
    expect(shown(edition("2026-10-05", 4), edition("2026-10-02", 3))).toEqual([
      ["2026-10-02", 3],
      ["2026-10-03", null],
      ["2026-10-04", null],
      ["2026-10-05", 4],
      ["2026-10-06", null],
    ]);
  });

  it("are counted once, each by its own day in a catch-up edition; weeks do not count", () => {
    const [one, two, three] = makePapers(3);
    if (!one || !two || !three) throw new Error("no papers");
    const days = ["2026-10-05", "2026-10-06"];
    const papers = [
      { ...one, featuredOn: "2026-10-06" },
      { ...two, featuredOn: "2026-10-05" },
      { ...three, featuredOn: "2026-10-05" },
    ];
    const caughtUp = edition("2026-10-05..2026-10-06", 0, { days, papers });
    const week = edition("2026-W40", 9, { kind: "week", date: "2026-W40" });
    expect(shown(caughtUp, caughtUp, week)).toEqual([
      ["2026-10-05", 2],
      ["2026-10-06", 1],
    ]);
  });

  it("cover four weeks", () => {
    expect(shown(edition("2026-10-06", 1), edition("2026-01-02", 1))).toHaveLength(28);
  });
});

function run(reason: string, sent: number, at: number): RunRecord {
  const when = new Date(Date.UTC(2026, 9, 5, at));
  const result = { editions: [{ id: "day:2026-10-04", counts: { sent } }] };
  return { startedAt: when, endedAt: when, source: null, reason, message: "", result };
}

describe("lastMailed", () => {
  it.each([
    [[run("sent", 2, 7), run("already-sent", 2, 8)], 7],
    [[run("send-incomplete", 1, 7), run("send-incomplete", 1, 8)], 7],
    [[run("send-incomplete", 1, 7), run("send-incomplete", 2, 8), run("fetch-failed", 2, 9)], 8],
    [[run("send-incomplete", 0, 7), { ...run("internal", 0, 8), result: null }], null],
  ])("finds the last run that sent a letter in %j", (runs, hour) => {
    expect(lastMailed(runs.toReversed())?.endedAt.getUTCHours() ?? null).toBe(hour);
  });
});
