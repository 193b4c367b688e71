import { addDays, utcDay } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { Outcome } from "../core/outcome.js";
import { RHYTHMS } from "../ops/setup/answers.js";
import type { Answers } from "../ops/setup/answers.js";
import { homeFiles, writeHome } from "../ops/setup/home-files.js";
import { jobOf, nextStep } from "../ops/setup/schedule.js";
import type { Job } from "../ops/setup/schedule.js";
import { defaultView } from "../rank/view.js";
import type { Frequency } from "../store/store.js";
import { addSubscribers } from "../subscribers/manage.js";
import type { App } from "./app.js";
import { sendTestLetter } from "./test-letter.js";

/** Writes the configuration for `paperboy init`, then finishes the setup in the configured home. */
export async function setUp(app: App, answers: Answers): Promise<Outcome> {
  const files = homeFiles(answers);
  writeHome(app.home, files);
  // `app` was built before the configuration existed.
  return app.withNewApp(async (home) => {
    const view = defaultView(home.config.settings.view);
    return finish(answers, {
      job: jobOf({ home: home.home, fromHour: answers.fromHour }),
      files: files.map(({ name }) => name),
      today: utcDay(home.clock()),
      addSubscribers: async (addresses, frequency) =>
        addSubscribers(
          addresses,
          { frequency, view },
          { store: await home.store(), now: home.clock(), warn: (text) => home.terminal.warn(text) },
        ),
      sendTestLetter: (day, to) => sendTestLetter(home, day, { to, view }),
    });
  });
}

/** The maximum number of days that a test letter goes back to find papers: a weekend and holidays. */
const MAX_DAYS_BACK = 4;

/** A home that was just configured. */
export interface NewHome {
  /** The job that a schedule starts. */
  readonly job: Job;
  /** The names of the files that were written. */
  readonly files: readonly string[];
  /** The UTC day. */
  readonly today: string;
  readonly addSubscribers: (addresses: readonly string[], frequency: Frequency) => Promise<unknown>;
  /** Sends a test letter of a day. Throws as the stages do. */
  readonly sendTestLetter: (day: string, addresses: readonly string[]) => Promise<Outcome>;
}

/** Adds the subscribers of a new home and sends the requested test letter. The outcome ends with the line of the schedule. */
export async function finish(answers: Answers, home: NewHome): Promise<Outcome> {
  const { job, files } = home;
  const { says, line } = nextStep(answers.schedule, job);
  const result = { home: job.home, files, schedule: line };
  const wrote = `wrote ${files.join(" and ")} to ${job.home}`;
  // Daily recipients are a setting; weekly and monthly ones are subscribers.
  if (answers.every !== "day") await home.addSubscribers(answers.to, RHYTHMS[answers.every]);
  if (!answers.testLetter) return { message: wrote, data: `${wrote}\n${says}\n${line}\n`, result };
  const { reason, message, hint } = await testLetter(answers.to, home);
  const ended = { ...(reason === undefined ? {} : { reason }), message: `${wrote}; ${message}`, result };
  if (reason === "sent") return { ...ended, data: `${wrote}\n${message}\n${says}\n${line}\n` };
  return { ...ended, hint: [hint, says, line].filter((text) => text !== undefined).join("\n") };
}

/** Sends one test letter of the last day with matching papers. A failure is reported, and the files stay. */
async function testLetter(
  to: readonly string[],
  { today, sendTestLetter }: NewHome,
): Promise<Pick<Outcome, "reason" | "message" | "hint">> {
  try {
    for (let back = 1; ; back += 1) {
      const outcome = await sendTestLetter(addDays(today, -back), to);
      if (outcome.reason !== "no-papers") return outcome;
      if (back === MAX_DAYS_BACK) return { ...outcome, message: notSent(outcome.message) };
    }
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    const { code, message, hint } = error;
    return { reason: code, message: notSent(message), ...(hint === null ? {} : { hint }) };
  }
}

function notSent(why: string): string {
  return `the test letter was not sent: ${why}`;
}
