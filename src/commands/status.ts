import { editionName } from "../app/records.js";
import type { App } from "../app/app.js";
import { unrecordedRun } from "../app/run-log.js";
import { wantsAscii } from "../app/terminal.js";
import { statusOfEdition } from "../ops/status/edition.js";
import { gatherStatus } from "../ops/status/facts.js";
import type { StatusFacts } from "../ops/status/facts.js";
import { drawStatus } from "../ops/status/page.js";
import { storeExists } from "../store/store-url.js";
import type { CommandModule, Outcome } from "./command.js";
import { EDITION } from "./options.js";

/** The width of the page in columns: the default without a terminal, and the limits on one. */
const WIDTH = { default: 80, max: 100, min: 60 } as const;

/** `paperboy status [EDITION]`: shows the last editions and what the operator must do. */
export const status: CommandModule = {
  description:
    "Show the last editions and the states of their letters, papers per day, who joined and left, the last run, unsent letters with " +
    "their deadline, and each problem with the command that fixes it. EDITION lists its deliveries that were not sent.",
  examples: ["paperboy status", "paperboy status day:2026-10-02", "paperboy status --json"],
  define: (command, run) =>
    command
      .argument("[edition]", EDITION)
      .action((id) =>
        run(async (app) =>
          id === undefined ? statusPage(app) : statusOfEdition(await app.store(), editionName(app, id), widthOf(app)),
        ),
      ),
};

async function statusPage(app: App): Promise<Outcome> {
  const { home } = app;
  const exists = storeExists(app.config.settings.store, home);
  const store = exists ? await app.store() : null;
  const facts = await gatherStatus({ home, now: app.clock(), store, unrecordedRun: await unrecordedRun(home) });
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
  return Math.min(Math.max(environment.stdout.columns ?? WIDTH.default, WIDTH.min), WIDTH.max);
}
