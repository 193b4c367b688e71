import type { App } from "../app/app.js";
import { wantsAscii } from "../app/terminal.js";
import type { CommandModule, Outcome } from "./command.js";
import { statusOfEdition } from "../ops/status/edition.js";
import { gatherStatus } from "../ops/status/facts.js";
import type { StatusFacts } from "../ops/status/facts.js";
import { drawStatus } from "../ops/status/page.js";

/** What a line may take where nobody says how wide the terminal is, and at most and at least where somebody does. */
const WIDTH = { usual: 80, most: 100, least: 60 } as const;

/** `paperboy status [EDITION]`: what went out, to how many, what is owed, and why. */
export const status: CommandModule = {
  description:
    "One page: the last editions and what became of their letters, papers a day, the last run, what is owed and until when, " +
    "and what needs a person, with the command that mends it. With EDITION: every delivery of it that is not simply sent.",
  examples: ["paperboy status", "paperboy status day:2026-10-02", "paperboy status --json"],
  define: (command, run) =>
    command
      .argument("[edition]", "an edition's id, such as day:2026-10-02")
      .action((id) =>
        run(async (app) => (id === undefined ? statusPage(app) : statusOfEdition(await app.store(), id, widthOf(app)))),
      ),
};

async function statusPage(app: App): Promise<Outcome> {
  const facts = await gatherStatus(app);
  const style = { width: widthOf(app), ascii: wantsAscii(app.environment.env) };
  return { message: `${facts.editions.length} editions`, data: drawStatus(facts, style), result: resultOf(facts) };
}

function resultOf({ now, lastRun, lastMailed, ...rest }: StatusFacts) {
  return { now: now.toISOString(), ...rest, lastRun: runResult(lastRun), lastMailed: runResult(lastMailed) };
}

function runResult(run: StatusFacts["lastRun"]) {
  if (run === null) return null;
  const { endedAt, source, reason, message } = run;
  return { endedAt: endedAt.toISOString(), source, reason, message };
}

function widthOf({ environment }: App): number {
  return Math.min(Math.max(environment.stdout.columns ?? WIDTH.usual, WIDTH.least), WIDTH.most);
}
