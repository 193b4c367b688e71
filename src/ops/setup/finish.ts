import type { App } from "../../app/app.js";
import { withApp } from "../../app/app.js";
import { addDays, utcDay } from "../../core/calendar.js";
import { PaperboyError } from "../../core/errors.js";
import { RHYTHMS } from "./home-files.js";
import { packageVersion } from "../../app/version.js";
import type { Outcome } from "../../commands/command.js";
import type { Beginning } from "../../commands/init.js";
import { defaultView } from "../../rank/view.js";

/** A weekend and a holiday: so far back a test letter looks for papers. */
const MOST_DAYS_BACK = 4;

/** What is left to do in a home whose files are written: its readers, a test letter, and a word about what comes next. */
export async function finish(app: App, beginning: Beginning, files: readonly { name: string }[]): Promise<Outcome> {
  const names = files.map(({ name }) => name);
  const wrote = `wrote ${names.join(" and ")} into ${app.home}`;
  const result = { home: app.home, files: names };
  const hint = nextSteps(beginning);
  const environment = { ...app.environment, clock: app.clock };
  // The app at hand was built before there was a configuration.
  const flags = { home: app.home, json: app.json };
  return withApp({ environment, flags, version: packageVersion() }, async (home) => {
    await addReaders(home, beginning);
    if (!beginning.testLetter) return { message: wrote, hint, result };
    const { reason, message, hint: cure } = await testLetter(home, beginning.to);
    const hints = [cure, hint].filter((text) => text !== undefined).join("\n");
    return {
      ...(reason === undefined ? {} : { reason }),
      message: `${wrote}; ${message}`,
      hint: hints,
      result,
    };
  });
}

/** Readers of weeks and months live in the database; readers of days stand in the settings. */
async function addReaders(home: App, { every, to }: Beginning): Promise<void> {
  if (every === "day") return;
  const { addSubscribers } = await import("../../subscribers/manage.js");
  const context = { store: await home.store(), now: home.clock() };
  await addSubscribers(to, { frequency: RHYTHMS[every], view: defaultView(home.config.settings.view) }, context);
}

/** One test letter of the last day that has papers for these settings. What goes wrong is told: the files stay. */
async function testLetter(home: App, to: readonly string[]): Promise<Pick<Outcome, "reason" | "message" | "hint">> {
  const { sendTest } = await import("../../commands/send.js");
  const today = utcDay(home.clock());
  for (let back = 1; ; back += 1) {
    try {
      const outcome = await sendTest(home, addDays(today, -back), { to: [...to] });
      if (outcome.reason !== "no-papers") return outcome;
      if (back < MOST_DAYS_BACK) continue;
      return { ...outcome, message: `the test letter was not sent: ${outcome.message}` };
    } catch (error) {
      if (!(error instanceof PaperboyError)) throw error;
      const { code, message, hint } = error;
      return {
        reason: code,
        message: `the test letter was not sent: ${message}`,
        ...(hint === null ? {} : { hint }),
      };
    }
  }
}

function nextSteps({ schedule, fromHour, testLetter: tested }: Beginning): string {
  const print = `paperboy schedule print ${schedule}${fromHour === 0 ? "" : ` --from-hour ${fromHour}`}`;
  return tested ? `Next: \`${print}\`.` : `Next: \`paperboy run yesterday --dry-run\`, then \`${print}\`.`;
}
