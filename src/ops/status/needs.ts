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

/** Something that the operator has to decide or fix, and the command that helps. */
export interface Need {
  readonly what: string;
  readonly command: string;
}

/** The facts from which needs follow. Lists are sorted newest first. */
export interface NeedFacts {
  readonly now: Date;
  readonly paused: boolean;
  /** The hold of all letters first. */
  readonly holds: readonly Pick<Hold, "domain" | "kind" | "since" | "message" | "hint">[];
  readonly editions: readonly (Pick<EditionResult, "id" | "counts"> & { readonly preparedAt: string })[];
  readonly pushes: readonly Pick<PushSummary, "target" | "state" | "changedAt">[];
  readonly transactional: Queued;
  readonly lastRun: RunRecord | null;
  /** When a run ended that the database could not record; null if a later run was recorded. */
  readonly unrecordedRun: string | null;
}

/** Transactional mails that wait. Instants are in ISO 8601. */
export interface Queued extends Pick<WaitingMails, "mails" | "confirmations" | "detail"> {
  /** When the oldest was queued. */
  readonly since: string | null;
  readonly nextAt: string | null;
}

const HOUR_MS = 3_600_000;
/** A day, and two hours for schedulers that start late; `paperboy doctor` uses the same limit. */
const MAX_HOURS = 26;

/** Returns what the operator has to do, most urgent first. Deferred letters are retried by themselves and are not listed. */
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
};

function runNeeds({ lastRun, paused, unrecordedRun }: NeedFacts): readonly Need[] {
  if (unrecordedRun !== null) {
    const when = unrecordedRun.slice(0, 16).replace("T", " ");
    const what = `the run of ${when} UTC could not be recorded: ${REASONS["store-failed"].means}`;
    return [{ what, command: diagnosisOf("store-failed") }];
  }
  const reason = lastRun?.reason;
  if (!isReason(reason) || !needsPerson(reason)) return [];
  const { hasFailures, hint } = readRunResult(lastRun?.result);
  // Single letters that were deferred or refused have their own lines; this one is for failures that stopped all of them.
  if (reason === "send-incomplete" && (paused || !hasFailures)) return [];
  return [{ what: `${reason}: ${hint ?? REASONS[reason].means}`, command: diagnosisOf(reason) }];
}

function diagnosisOf(reason: ReasonCode): string {
  return DIAGNOSIS[reason] ?? "paperboy doctor";
}

/** The command that investigates each kind of hold; the others are about the sender's domain. */
const HOLD_DIAGNOSIS: Readonly<Partial<Record<Hold["kind"], string>>> = {
  account: "paperboy doctor --only smtp",
  limit: "paperboy doctor --only smtp.quota",
  size: "paperboy doctor --only smtp.size",
  refusals: "paperboy status",
  uncertain: "paperboy uncertain list",
};

/** Letters that are held; `paperboy resume` sends them once the cause is gone. */
function holdNeeds({ holds }: NeedFacts): readonly Need[] {
  return holds.map((hold) => ({
    what: holdSentence(hold),
    command: HOLD_DIAGNOSIS[hold.kind] ?? "paperboy doctor --only dns",
  }));
}

/** Visitors who wait for the confirmation of a sign-up, unless all mail waits for `paperboy resume`. */
function signupNeed({ transactional: { confirmations, since }, paused, now }: NeedFacts): readonly Need[] {
  if (paused || confirmations === 0 || since === null || Number(now) - Date.parse(since) < HOUR_MS) return [];
  const when = since.slice(0, 16).replace("T", " ");
  const what = `${counted(confirmations, "sign-up")} could not be confirmed yet: mails wait since ${when} UTC`;
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

/** The states of deliveries that are not retried. */
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

/** Failed deliveries are listed for a week; uncertain ones until the operator decides. */
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

/** Pushes of the last week that are not retried. */
function pushNeed({ pushes, now }: NeedFacts): readonly Need[] {
  const failed = pushes.filter(
    ({ state, changedAt }) => FAILED_PUSHES.has(state) && Number(now) - Date.parse(changedAt) < WEEK_MS,
  );
  if (failed.length === 0) return [];
  const targets = [...new Set(failed.map(({ target }) => target))].join(", ");
  const what = `${failed.length === 1 ? "1 push was" : `${failed.length} pushes were`} not sent, or may not have been (${targets})`;
  return [{ what, command: "paperboy push list" }];
}
