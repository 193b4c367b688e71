import { describe, expect, it } from "vitest";
import { SCHEDULERS } from "../../src/ops/setup/schedule.js";
import { freshHome, paperboy } from "../support/paperboy.js";

describe("paperboy schedule print", () => {
  it.each(Object.keys(SCHEDULERS))("prints the same text for %s each time, without npx", async (scheduler) => {
    const home = freshHome();
    const run = await paperboy(["schedule", "print", scheduler], { home });
    expect(run).toMatchObject({ exit: 0, stderr: "" });
    expect(run.stdout).not.toMatch(/\bnpx\b/);
    expect((await paperboy(["schedule", "print", scheduler], { home })).stdout).toBe(run.stdout);
    expect((await paperboy(["schedule", "print", scheduler, "--json"], { home })).json()["text"]).toBe(run.stdout);
  });

  it.each(["24", "-1", "noon"])("refuses --from-hour %s", async (hour) => {
    const run = await paperboy(["schedule", "print", "cron", `--from-hour=${hour}`]);
    expect(run.exit).toBe(2);
    expect(run.stderr).toContain("an hour from 0 to 23");
  });

  it("lists the schedulers for an unknown one", async () => {
    const run = await paperboy(["schedule", "print", "launchd"]);
    expect(run.exit).toBe(2);
    expect(run.stderr).toContain("cron, systemd, github, kubernetes");
  });
});
