import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";

const NOW = "2026-10-03T07:00:00Z";

/** Prepares an edition to the outbox, with subscribers who got it and others who did not. */
async function homeWithADay(): Promise<{ home: string; edition: string }> {
  const home = freshHome();
  const at = { home, now: "2026-10-01T07:00:00Z" };
  const add = async (...args: string[]) => {
    const run = await paperboy(["subscribers", "add", ...args], at);
    expect(run.stderr).toBe("");
  };
  await add("daily@example.com");
  await add("weekly@example.com", "--frequency", "weekly");
  await add("choosy@example.com", "--include", "zeppelin mooring");
  writeFileSync(path.join(home, "likes.bib"), "@article{a, title = {Zeppelins}, abstract = {How to moor them.}}\n");
  await add("far@example.com", "--interests", path.join(home, "likes.bib"), "--min-closeness", "100");
  await add("gone@example.com");
  await add("paused@example.com");
  await paperboy(["subscribers", "set", "gone@example.com", "--state", "gone"], at);
  await paperboy(["subscribers", "set", "paused@example.com", "--state", "paused"], at);
  await add("erased@example.com");
  await paperboy(["subscribers", "erase", "erased@example.com", "--yes"], at);
  const run = await paperboy(["run", fixture("pages/daily.html"), "--json"], { home, now: NOW });
  const [edition] = run.json()["editions"] as { id: string }[];
  await paperboy(["subscribers", "add", "late@example.com"], { home, now: "2026-10-04T07:00:00Z" });
  return { home, edition: edition?.id ?? "" };
}

it("gives the rule for each subscriber", async () => {
  const { home, edition } = await homeWithADay();
  const answers: Record<string, unknown> = {};
  for (const name of ["daily", "weekly", "choosy", "far", "gone", "paused", "erased", "late", "stranger"]) {
    const run = await paperboy(["why", `${name}@example.com`, edition, "--json"], { home, now: NOW });
    expect(run.exit).toBe(0);
    answers[name] = run.json()["why"];
  }
  expect(answers).toEqual({
    daily: "delivery",
    weekly: "frequency",
    choosy: "no-match",
    far: "no-match",
    gone: "not-active",
    paused: "paused",
    erased: "suppressed",
    late: "joined-later",
    stranger: "unknown",
  });
});

it("prints one sentence, then the facts", async () => {
  const { home, edition } = await homeWithADay();
  const run = await paperboy(["why", "DAILY@example.com", edition], { home, now: NOW });
  const [sentence, , ...facts] = run.stdout.split("\n");
  expect(sentence).toMatch(/^daily@example\.com got it: /i);
  expect(facts.join("\n")).toMatch(/delivery +sent at 2026-10-03T07:00:00\.000Z, 1 attempt$/m);
});

it.each([
  ["an invalid address", ["why", "not-an-address", "day:2026-10-02"], /not-an-address/],
  ["an unknown edition", ["why", "you@example.com", "day:1999-01-01"], /unknown edition day:1999-01-01/],
])("refuses %s", async (_, args, says) => {
  const run = await paperboy(args);
  expect(run.exit).toBe(2);
  expect(run.stderr).toMatch(says);
});

it("lists runs, newest first", async () => {
  const { home } = await homeWithADay();
  await paperboy(["run", fixture("pages/daily.html")], { home, now: "2026-10-03T08:00:00Z" });
  const run = await paperboy(["history", "--json"], { home });
  const runs = run.json()["runs"] as { reason: string; startedAt: string }[];
  expect(runs.map(({ reason }) => reason)).toEqual(["already-sent", "sent"]);
  expect((await paperboy(["history", "--limit", "1"], { home })).stdout).toMatch(/2026-10-03 08:00 .*already-sent/);
  expect((await paperboy(["history"])).stdout).toBe("no runs yet\n");
});
