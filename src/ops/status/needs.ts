import { toMinute } from "../../core/calendar.js";
import { REASONS } from "../../core/errors.js";
import type { ReasonCode } from "../../core/errors.js";
import type { DeliveryState } from "../../core/model.js";
import { counted, fit } from "../../core/text.js";
import { isReason, needsPerson, readRunResult } from "../../editions/results.js";
import type { EditionResult } from "../../editions/results.js";
import { holdSentence } from "../../send/worker/holds.js";
import type { Hold } from "../../send/worker/holds.js";
import type { RunRecord, WaitingMails } from "../../store/store.js";
import type { PushSummary } from "./pushes.js";

/** A decision or a problem that needs the operator, and the command that helps. */
export interface Need {
  readonly what: string;
  readonly command: string;
}

/** The facts that `needsOf` uses. Lists are sorted newest first. */
export interface NeedFacts {
  readonly now: Date;
  readonly paused: boolean;
  /** Sorted with the hold of all letters first. */
  readonly holds: readonly Pick<Hold, "domain" | "kind" | "since" | "message" | "hint">[];
  readonly editions: readonly (Pick<EditionResult, "id" | "counts"> & { readonly preparedAt: string })[];
  readonly pushes: readonly Pick<PushSummary, "target" | "state" | "changedAt">[];
  readonly transactional: Queued;
  readonly lastRun: RunRecord | null;
  /** The end of a run that the database could not record; null if there is none or a later run was recorded. */
  readonly unrecordedRun: string | null;
}

/** The queued transactional mails. Instants are in ISO 8601. */
export interface Queued extends Pick<WaitingMails, "mails" | "confirmations" | "detail"> {
  /** The time when the oldest mail was queued. */
  readonly since: string | null;
  readonly nextAt: string | null;
}

const HOUR_MS = 3_600_000;
/** The longest time without a run: a day, and two hours for schedulers that start late. */
export const MAX_HOURS = 26;

/** Returns the tasks of the operator, most urgent first. Omits deferred letters, which are retried automatically. */
export function needsOf(facts: NeedFacts): readonly Need[] {
  return [
    ...pauseNeed(facts),
    ...runNeeds(facts),
    ...holdNeeds(facts),
    ...signupNeed(facts),
    ...scheduleNeed(facts),
    ...deliveryNeeds(facts),
    ...pushNeed(facts),
  ];
}

function pauseNeed({ paused }: NeedFacts): readonly Need[] {
  return paused ? [{ what: "sending is paused", command: "paperboy resume" }] : [];
}

/** The command that investigates each reason. */
const DIAGNOSIS: Readonly<Partial<Record<ReasonCode, string>>> = {
  internal: "paperboy run --verbose",
  "config-invalid": "paperboy doctor --only config",
  "fetch-failed": "paperboy doctor --only site",
  "layout-changed": "paperboy doctor --only site",
  "send-incomplete": "paperboy doctor --only smtp",
  "store-failed": "paperboy doctor --only machine --only store",
  "io-failed": "paperboy doctor --only machine",
  "enrich-failed": "paperboy doctor --only enrich",
};

function runNeeds({ lastRun, paused, unrecordedRun }: NeedFacts): readonly Need[] {
  if (unrecordedRun !== null) {
    const what = `the run of ${toMinute(unrecordedRun)} UTC could not be recorded: ${REASONS["store-failed"].means}`;
    return [{ what, command: diagnosisOf("store-failed") }];
  }
  const reason = lastRun?.reason;
  if (!isReason(reason) || !needsPerson(reason)) return [];
  const { hasFailures, hint } = readRunResult(lastRun?.result);
  // Single letters that were deferred or refused have their own lines. This line is for failures that stopped all letters.
  if (reason === "send-incomplete" && (paused || !hasFailures)) return [];
  return [{ what: `${reason}: ${hint ?? REASONS[reason].means}`, command: diagnosisOf(reason) }];
}

function diagnosisOf(reason: ReasonCode): string {
  return DIAGNOSIS[reason] ?? "paperboy doctor";
}

/** The command that investigates each kind of hold. The other kinds concern the sender's domain. */
const HOLD_DIAGNOSIS: Readonly<Partial<Record<Hold["kind"], string>>> = {
  account: "paperboy doctor --only smtp",
  limit: "paperboy doctor --only smtp.quota",
  size: "paperboy doctor --only smtp.size",
  refusals: "paperboy status",
  uncertain: "paperboy uncertain list",
};

/** Returns the holds of letters. `paperboy resume` sends the letters after the cause is fixed. */
function holdNeeds({ holds }: NeedFacts): readonly Need[] {
  return holds.map((hold) => ({
    what: holdSentence(hold),
    command: HOLD_DIAGNOSIS[hold.kind] ?? "paperboy doctor --only dns",
  }));
}

/** Returns the sign-ups whose confirmation mail is not sent after an hour, unless sending is paused. */
function signupNeed({ transactional: { confirmations, since }, paused, now }: NeedFacts): readonly Need[] {
  if (paused || confirmations === 0 || since === null || Number(now) - Date.parse(since) < HOUR_MS) return [];
  const what = `${counted(confirmations, "sign-up")} cannot be confirmed: mails have been queued since ${toMinute(since)} UTC`;
  return [{ what, command: "paperboy doctor --only smtp" }];
}

function scheduleNeed({ lastRun, now }: NeedFacts): readonly Need[] {
  const hours = lastRun === null ? 0 : (Number(now) - Number(lastRun.endedAt)) / HOUR_MS;
  if (hours <= MAX_HOURS) return [];
  return [{ what: `the last run was ${Math.floor(hours)} hours ago`, command: "paperboy doctor --only schedule" }];
}

interface Advice {
  readonly state: DeliveryState;
  readonly what: (letters: string) => string;
  readonly command: (editionId: string) => string;
}

/** The failed states, which are not retried. */
const ADVICE: readonly Advice[] = [
  {
    state: "uncertain",
    what: (letters) => `${letters} may or may not have arrived`,
    command: () => "paperboy uncertain list",
  },
  {
    state: "refused",
    what: (letters) => `the mail server refused ${letters}`,
    command: (id) => `paperboy status ${id}`,
  },
  {
    state: "expired",
    what: (letters) => `${letters} could not be sent in time`,
    command: (id) => `paperboy status ${id}`,
  },
];

const WEEK_MS = 7 * 24 * HOUR_MS;

/** Returns the failed deliveries of the last week, and uncertain ones until the operator decides. */
function deliveryNeeds({ editions, now }: NeedFacts): readonly Need[] {
  const isRecent = (preparedAt: string) => Number(now) - Date.parse(preparedAt) < WEEK_MS;
  return ADVICE.flatMap(({ state, what, command }) => {
    const affected = editions.filter(
      ({ counts, preparedAt }) => counts[state] > 0 && (state === "uncertain" || isRecent(preparedAt)),
    );
    const [newest] = affected;
    if (newest === undefined) return [];
    const letters = counted(
      affected.reduce((sum, { counts }) => sum + counts[state], 0),
      "letter",
    );
    const id = fit(newest.id, 26);
    const where = affected.length === 1 ? id : `${affected.length} editions, the newest ${id}`;
    return [{ what: `${what(letters)} (${where})`, command: command(newest.id) }];
  });
}

const FAILED_PUSHES: ReadonlySet<string> = new Set(["uncertain", "refused", "expired"]);

/** Returns the failed pushes of the last week, which are not retried. */
function pushNeed({ pushes, now }: NeedFacts): readonly Need[] {
  const failed = pushes.filter(
    ({ state, changedAt }) => FAILED_PUSHES.has(state) && Number(now) - Date.parse(changedAt) < WEEK_MS,
  );
  if (failed.length === 0) return [];
  const targets = [...new Set(failed.map(({ target }) => target))].join(", ");
  const what = `${failed.length === 1 ? "1 push" : `${failed.length} pushes`} failed or may have failed (${targets})`;
  return [{ what, command: "paperboy push list" }];
}
