import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REASONS } from "../../src/core/errors.js";
import type { Case } from "./reasons-case.js";
import { FAULTS } from "./reasons-faults.js";
import { WELL } from "./reasons-well.js";
import { canMount, startWorld } from "./reasons-world.js";
import type { World } from "./reasons-world.js";

const CASES = [...WELL, ...FAULTS];
const isPossible = await canMount();

/** What the page of `paperboy status` says beside a label, as one text. */
function saidOf(page: string, label: string): string {
  const [, said = ""] = new RegExp(`^${label} +([^]*?)(?=^\\S|(?![^]))`, "m").exec(page) ?? [];
  return said.replaceAll(/\s+/g, " ").trim();
}

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1) ?? "";

it("brings about every reason", () => {
  expect(new Set(CASES.map(({ reason }) => reason))).toEqual(new Set(Object.keys(REASONS)));
});

it.runIf(process.env["CI"])("has the right to mount a disk that can be filled", () => {
  expect(isPossible).toBe(true);
});

const possible = CASES.filter(({ setting }) => isPossible || !setting?.smallDisk);

describe.each(possible)("$reason: $when", ({ reason, setting = {}, before, args, now, how, mended, sees }: Case) => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld(setting);
    await before?.(world);
  });
  afterEach(() => world.close());

  const run = (more: readonly string[] = []) => {
    const line = [...args, ...more];
    return how ? how(world)(line) : world.run(line, now);
  };

  it("shows its reason last, and what to do", async () => {
    const { exit, stdout, stderr } = await run();
    expect(exit).toBe(REASONS[reason].exit);
    expect(lastLine(exit === 0 ? stdout : stderr)).toMatch(sees.last);
    expect(stderr).toMatch(sees.advice ?? /^/);
  });

  it("tells whoever watches: JSON, the operator, the check address, the status page", async () => {
    const pingsBefore = world.pings().length;
    const { exit, stdout } = await run(["--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ reason, exit, ...sees.json });
    const mails = await world.operatorMails();
    expect(mails).toEqual(sees.mail === null ? [] : [matching(sees.mail)]);
    const pings = world.pings().slice(pingsBefore);
    expect(pings.filter((ping) => ping !== "/start")).toEqual(sees.ping === null ? [] : [sees.ping]);
    mended?.(world);
    const { stdout: page, stderr } = await world.run(["status"], now);
    const said = { lastRun: saidOf(page, "last run"), needs: saidOf(page, "needs you"), fails: stderr };
    for (const [what, expected] of Object.entries(sees.status)) expect(said).toHaveProperty(what, matching(expected));
  });
});
