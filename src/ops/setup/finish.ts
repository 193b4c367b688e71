import { addDays } from "../../core/calendar.js";
import { PaperboyError } from "../../core/errors.js";
import type { Outcome } from "../../core/outcome.js";
import type { Frequency } from "../../store/store.js";
import { RHYTHMS } from "./answers.js";
import type { Answers } from "./answers.js";

/** How many days back a test letter looks for papers: a weekend and holidays. */
const MAX_DAYS_BACK = 4;

/** A home that was just configured. */
export interface NewHome {
  readonly path: string;
  /** The names of the files that were written. */
  readonly files: readonly string[];
  /** The UTC day. */
  readonly today: string;
  readonly addSubscribers: (addresses: readonly string[], frequency: Frequency) => Promise<unknown>;
  /** Sends a test letter of a day. Throws as the stages do. */
  readonly sendTestLetter: (day: string, addresses: readonly string[]) => Promise<Outcome>;
}

/** Adds the subscribers of a new home, sends the test letter if wanted, and says what to do next. */
export async function finish(answers: Answers, home: NewHome): Promise<Outcome> {
  const { path, files } = home;
  const result = { home: path, files };
  const wrote = `wrote ${files.join(" and ")} to ${path}`;
  const next = nextSteps(answers);
  // Daily recipients are a setting; weekly and monthly ones are subscribers.
  if (answers.every !== "day") await home.addSubscribers(answers.to, RHYTHMS[answers.every]);
  if (!answers.testLetter) return { message: wrote, hint: next, result };
  const { reason, message, hint } = await testLetter(answers.to, home);
  return {
    ...(reason === undefined ? {} : { reason }),
    message: `${wrote}; ${message}`,
    hint: hint === undefined ? next : `${hint}\n${next}`,
    result,
  };
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

function nextSteps({ schedule, fromHour, testLetter: isTested }: Answers): string {
  const print = `paperboy schedule print ${schedule}${fromHour === 0 ? "" : ` --from-hour ${fromHour}`}`;
  return isTested ? `Next: \`${print}\`.` : `Next: \`paperboy run yesterday --dry-run\`, then \`${print}\`.`;
}
