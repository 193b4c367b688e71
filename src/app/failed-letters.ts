import type { JobResult } from "../editions/results.js";
import type { EditionResult } from "../editions/results.js";
import type { FailedLetters } from "../store/store.js";
import { counted } from "../core/text.js";

/** The failed letters, for the report of a run or a mail to the operator. */
export type Failed = readonly FailedLetters[];

/** Returns what to do about new uncertain letters; null without any. */
export function uncertainHint(failed: Failed): string | null {
  const ids = newOf(failed, "uncertain").map(({ editionId }) => editionId);
  if (ids.length === 0) return null;
  const commands = ids.map((id) => `\`paperboy uncertain resolve ${id} --as sent\``).join(", ");
  return `\`paperboy uncertain list\` shows the uncertain letters. Look for them at the mail server, then decide: ${commands}, or \`--as pending\` to send them again.`;
}

function newOf(failed: Failed, state: FailedLetters["state"]): Failed {
  return failed.filter((letters) => letters.state === state && letters.letters > 0);
}

function sumOf(failed: Failed, count: (letters: FailedLetters) => number): number {
  return failed.reduce((sum, letters) => sum + count(letters), 0);
}

/** Returns the ids of the editions with newly failed letters. */
export function failedEditions(failed: Failed): readonly string[] {
  return failed.flatMap(({ editionId, letters }) => (letters > 0 ? [editionId] : []));
}

/**
 * Returns one result per kind of failure of letters of earlier editions, and a notice about letters to readers whose last
 * letter failed as well.
 */
export function earlierFailures(failed: Failed): readonly JobResult[] {
  const found = (["uncertain", "refused", "expired"] as const).flatMap((state) => {
    const letters = newOf(failed, state);
    const many = sumOf(letters, ({ letters: count }) => count);
    return many === 0
      ? []
      : [resultOf(`${counted(many, "letter")} ${WHAT[state]}${where(letters)}`, HINTS[state](letters))];
  });
  const again = sumOf(failed, ({ state, repeated }) => (state === "deferred" ? 0 : repeated));
  if (again === 0) return found;
  const message = `${counted(again, "letter")} of earlier editions failed; the previous letters to the same readers had failed as well`;
  return [...found, { ...resultOf(message, null), reason: "nothing-due", isNotice: true }];
}

const WHAT = {
  uncertain: "may or may not have arrived",
  refused: "of earlier editions were refused by the mail server",
  expired: "of earlier editions could not be sent in time",
} as const;

const HINTS: Readonly<Record<keyof typeof WHAT, (letters: Failed) => string | null>> = {
  uncertain: uncertainHint,
  refused: ([one]) => `\`paperboy status ${one?.editionId ?? "EDITION"}\` has the mail server's replies.`,
  expired: () => "`paperboy status EDITION` has the mail server's replies; `paperboy status` lists the editions.",
};

function where(letters: Failed): string {
  return ` (${letters.map(({ editionId }) => editionId).join(", ")})`;
}

function resultOf(message: string, hint: string | null): JobResult {
  return { name: "earlier letters", editionId: null, reason: "send-incomplete", message, hint };
}

/** The maximum share of an edition's letters that may fail again, for readers whose last letter failed, in a complete run. */
const SHARE = 0.05;

/**
 * Whether letters of an edition need another run or the operator. Repeated failures do not, if other letters were sent: their
 * cause is the mailbox, or they are few.
 */
export function isIncomplete({ id, counts }: EditionResult, failed: Failed): boolean {
  const own = failed.filter(({ editionId }) => editionId === id);
  const deferred = counts.deferred - sumOf(own, ({ state, full }) => (state === "deferred" ? full : 0));
  const isFailed = counts.refused + counts.expired + counts.deferred > 0;
  const again = sumOf(own, ({ repeated, full }) => repeated - full);
  return (
    counts.pending + deferred > 0 ||
    own.some(({ letters }) => letters > 0) ||
    (isFailed && counts.sent === 0) ||
    again > Math.max(1, counts.prepared * SHARE)
  );
}

/** Returns the number of readers whose letters keep failing as the end of a sentence; empty if there are none. */
export function againSentence(id: string, failed: Failed): string {
  const again = sumOf(
    failed.filter(({ editionId }) => editionId === id),
    ({ repeated }) => repeated,
  );
  return again === 0 ? "" : `; the letters to ${counted(again, "reader")} keep failing`;
}

/** Whether some of these letters were not yet reported to the operator by mail. */
export function hasUnreported(failed: Failed): boolean {
  return failed.some(({ letters, mailed }) => letters > mailed);
}
