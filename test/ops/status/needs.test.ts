import { describe, expect, it } from "vitest";
import { gatherStatus } from "../../../src/ops/status/facts.js";
import { needsOf } from "../../../src/ops/status/needs.js";
import type { NeedFacts } from "../../../src/ops/status/needs.js";
import type { LedgerCounts, RunRecord } from "../../../src/store/store.js";

const now = new Date("2026-10-07T07:00:00Z");

const NONE_QUEUED = { mails: 0, confirmations: 0, since: null, nextAt: null, detail: null };

function needs(facts: Partial<NeedFacts>): readonly string[] {
  const none = {
    now,
    paused: false,
    holds: [],
    transactional: NONE_QUEUED,
    editions: [],
    pushes: [],
    lastRun: null,
    unrecordedRun: null,
  };
  return needsOf({ ...none, ...facts }).map(({ what, command }) => `${what} | ${command}`);
}

function run(reason: string, endedAt: string, result: object = {}): RunRecord {
  return { startedAt: new Date(endedAt), endedAt: new Date(endedAt), source: null, reason, message: "", result };
}

function edition(id: string, preparedAt: string, counts: Partial<LedgerCounts>) {
  const none = { sent: 0, deferred: 0, refused: 0, uncertain: 0, suppressed: 0, expired: 0, pending: 0 };
  return { id, preparedAt, counts: { prepared: 1, ...none, ...counts } };
}

describe("needsOf", () => {
  it("is empty after a successful run", () => {
    expect(needs({ lastRun: run("sent", "2026-10-07T06:00:00Z") })).toEqual([]);
  });

  it("lists a pause first, and omits the incomplete run that it caused", () => {
    const lastRun = run("send-incomplete", "2026-10-07T06:00:00Z", { failures: [{}] });
    expect(needs({ paused: true, lastRun })).toEqual(["sending is paused | paperboy resume"]);
  });

  it("gives the hint of a failed run and the check that investigates it", () => {
    const lastRun = run("fetch-failed", "2026-10-07T06:00:00Z", { hint: "Try again later." });
    expect(needs({ lastRun })).toEqual(["fetch-failed: Try again later. | paperboy doctor --only site"]);
  });

  it("reports a run that the database could not record, in place of the last recorded one", () => {
    const [need] = needs({
      lastRun: run("internal", "2026-10-07T05:00:00Z"),
      unrecordedRun: "2026-10-07T06:00:00.000Z",
    });
    expect(need).toMatch(
      /^the run of 2026-10-07 06:00 UTC could not be recorded: .* \| paperboy doctor --only machine/,
    );
  });

  it.each([
    ["2026-10-06T05:00:01Z", []],
    ["2026-10-06T04:59:00Z", ["the last run was 26 hours ago | paperboy doctor --only schedule"]],
  ])("with a last run at %s reports the schedule: %j", (endedAt, expected) => {
    expect(needs({ lastRun: run("sent", endedAt) })).toEqual(expected);
  });

  it("counts failed letters of several editions together, and names the newest", () => {
    const editions = [
      edition("day:2026-10-06", "2026-10-07T06:00:00Z", { refused: 2 }),
      edition("day:2026-10-05", "2026-10-06T06:00:00Z", { refused: 1 }),
    ];
    expect(needs({ editions })).toEqual([
      "the mail server refused 3 letters (2 editions, the newest day:2026-10-06) | paperboy status day:2026-10-06",
    ]);
  });

  it("reports which letters are held, since when and why", () => {
    const hold = { since: "2026-10-06T06:00:00.000Z", hint: "" };
    const all = { ...hold, domain: null, kind: "size", message: "the letter is too large" } as const;
    const one = { ...hold, domain: "example.com", kind: "policy", message: "550 5.7.1 blocked" } as const;
    expect(needs({ holds: [all, one] })).toEqual([
      "letters have been held since 2026-10-06 06:00 UTC, and each run tries one: the letter is too large | paperboy doctor --only smtp.size",
      "letters to example.com have been held since 2026-10-06 06:00 UTC, and each run tries one: 550 5.7.1 blocked | paperboy doctor --only dns",
    ]);
  });

  it("lists sign-ups whose confirmations have waited for an hour", () => {
    const queued = { ...NONE_QUEUED, mails: 3, confirmations: 2 };
    expect(needs({ transactional: { ...queued, since: "2026-10-07T06:30:00Z" } })).toEqual([]);
    expect(needs({ transactional: { ...queued, since: "2026-10-07T05:30:00Z" } })).toEqual([
      "2 sign-ups cannot be confirmed: mails have been queued since 2026-10-07 05:30 UTC | paperboy doctor --only smtp",
    ]);
  });

  it("drops expired letters after a week, but not uncertain ones", () => {
    const editions = [edition("day:2026-09-01", "2026-09-02T06:00:00Z", { expired: 1, uncertain: 1 })];
    expect(needs({ editions })).toEqual([
      "1 letter may or may not have arrived (day:2026-09-01) | paperboy uncertain list",
    ]);
  });

  it("names each target of failed pushes once", () => {
    const push = { target: "team", state: "expired", changedAt: "2026-10-07T06:00:00Z" } as const;
    expect(needs({ pushes: [push, push, { ...push, state: "sent" }] })).toEqual([
      "2 pushes failed or may have failed (team) | paperboy push list",
    ]);
  });
});

it("gathers an empty status when there is no database", async () => {
  const facts = await gatherStatus({ home: "/srv/paperboy", now, store: null, unrecordedRun: now });
  expect(facts).toMatchObject({ home: "/srv/paperboy", editions: [], lastRun: null, unrecordedRun: now.toISOString() });
  expect(facts.needs).toHaveLength(1);
});
