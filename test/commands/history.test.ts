import { expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";

const daily = fixture("pages/daily.html");

it("lists the last runs, newest first, with time, source and outcome", async () => {
  const home = freshHome();
  const empty = await paperboy(["history"], { home });
  expect(empty.stdout).toBe("no runs yet\n");
  await paperboy(["run", daily, "--to", "you@example.com"], { home });
  await paperboy(["run", daily, "--to", "you@example.com"], { home, now: "2026-10-05T08:00:00Z" });
  const { stdout } = await paperboy(["history"], { home });
  const [head, ...lines] = stdout.trimEnd().split("\n");
  expect(head).toMatch(/^started \(UTC\) +took +source +reason +message$/);
  expect(lines).toEqual([
    expect.stringMatching(/^2026-10-05 08:00 +0 s +\S+… +already-sent +1 of 1 letters .* was sent before$/),
    expect.stringMatching(/^2026-10-05 07:00 +0 s +\S+… +sent +1 of 1 letters .* none was mailed$/),
  ]);
  const { json } = await paperboy(["history", "--limit", "1", "--json"], { home });
  expect(json()).toMatchObject({
    runs: [{ source: daily, reason: "already-sent", endedAt: "2026-10-05T08:00:00.000Z" }],
  });
});

it("truncates lines to the width of the terminal", async () => {
  const { home } = await paperboy(["run", daily, "--to", "you@example.com"]);
  const { stdout } = await paperboy(["history"], { home, columns: 90 });
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(90);
  expect(stdout).toMatch(/1 of 1 .*…\n$/);
});
