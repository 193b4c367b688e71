import { nextIssue } from "../../editions/welcome.js";
import type { Words } from "../../render/words.js";
import type { Subscriber } from "../../store/store.js";

/** Returns the day of the next weekly or monthly issue, such as `Sunday, 1 November 2026`; empty for daily ones. */
export function nextIssueLabel({ frequency }: Pick<Subscriber, "frequency">, now: Date, words: Words): string {
  const next = nextIssue(frequency, now);
  return next === null ? "" : words.date(new Date(next), "long");
}
