import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REASONS } from "../../src/core/errors.js";
import type { Case } from "./reasons-case.js";
import { FAULTS } from "./reasons-faults.js";
import { RESULTS } from "./reasons-results.js";
import { canMount, startInstallation } from "./reasons-setup.js";
import type { Installation } from "./reasons-setup.js";

const CASES = [...RESULTS, ...FAULTS];
const isPossible = await canMount();

/** Returns the text after a label on the page of `paperboy status`, on one line. */
function fieldOf(page: string, label: string): string {
  const [, said = ""] = new RegExp(`^${label} +([^]*?)(?=^\\S|(?![^]))`, "m").exec(page) ?? [];
  return said.replaceAll(/\s+/g, " ").trim();
}

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1) ?? "";

it("covers every reason", () => {
  // No run ends with `checks-failed`: it is the reason of `doctor` alone.
  const ofRuns = Object.keys(REASONS).filter((reason) => reason !== "checks-failed");
  expect(new Set(CASES.map(({ reason }) => reason))).toEqual(new Set(ofRuns));
});

it.runIf(process.env["CI"])("can mount a small disk in CI", () => {
  expect(isPossible).toBe(true);
});

const possible = CASES.filter(({ setting }) => isPossible || !setting?.smallDisk);

describe.each(possible)(
  "$reason: $when",
  ({ reason, setting = {}, before, args, now, how, repair, expected }: Case) => {
    let installation: Installation;

    beforeEach(async () => {
      installation = await startInstallation(setting);
      await before?.(installation);
    });
    afterEach(() => installation.close());

    const run = (more: readonly string[] = []) => {
      const line = [...args, ...more];
      return how ? how(installation)(line) : installation.run(line, now);
    };

    it("prints the reason in the last line, with a hint", async () => {
      const { exit, stdout, stderr } = await run();
      expect(exit).toBe(REASONS[reason].exit);
      expect(lastLine(exit === 0 ? stdout : stderr)).toMatch(expected.last);
      expect(stderr).toMatch(expected.advice ?? /^/);
    });

    it("reports to JSON, the operator, the health check and the status page", async () => {
      const pingsBefore = installation.pings().length;
      const { exit, stdout } = await run(["--json"]);
      expect(JSON.parse(stdout)).toMatchObject({ reason, exit, ...expected.json });
      const mails = await installation.operatorMails();
      expect(mails).toEqual(expected.mail === null ? [] : [matching(expected.mail)]);
      const pings = installation.pings().slice(pingsBefore);
      expect(pings.filter((ping) => ping !== "/start")).toEqual(expected.ping === null ? [] : [expected.ping]);
      repair?.(installation);
      const { stdout: page, stderr } = await installation.run(["status"], now);
      const said = { lastRun: fieldOf(page, "last run"), needs: fieldOf(page, "needs you"), fails: stderr };
      for (const [field, pattern] of Object.entries(expected.status))
        expect(said).toHaveProperty(field, matching(pattern));
    });
  },
);
