import type { JobResult } from "../editions/results.js";
import type { EditionResult } from "../editions/results.js";
import type { FailedLetters } from "../store/store.js";
import { counted } from "../core/text.js";

/** What became known of failed letters, for the report of a run or a mail to the operator. */
export type Failed = readonly FailedLetters[];

/** Returns what to do about uncertain letters; null when none is new. */
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

/** Returns one result for each kind of failure among letters of earlier editions, and a notice for those that failed again. */
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
  const message = `${counted(again, "letter")} of earlier editions failed again, to readers whose last letter failed, too`;
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

/** Up to this share of an edition's letters may fail again without a run that counts as incomplete. */
const SHARE = 0.05;

/**
 * Whether letters of an edition need time or a person. Those that failed again do not, once other readers have theirs: either the
 * mailboxes are the cause, or they are few.
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

/** Says how many readers of an edition keep failing; empty without any. */
export function againSentence(id: string, failed: Failed): string {
  const again = sumOf(
    failed.filter(({ editionId }) => editionId === id),
    ({ repeated }) => repeated,
  );
  return again === 0 ? "" : `; the letters to ${counted(again, "reader")} keep failing`;
}

/** Whether the operator was not mailed about some of these letters. */
export function hasNews(failed: Failed): boolean {
  return failed.some(({ letters, mailed }) => letters > mailed);
}
