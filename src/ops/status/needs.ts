import { REASONS } from "../../core/errors.js";
import type { ReasonCode } from "../../core/errors.js";
import type { DeliveryState } from "../../core/model.js";
import { isReason, needsPerson, readRunResult } from "../../editions/results.js";
import { fit } from "../../core/text.js";
import type { StatusFacts } from "./facts.js";

/** Something that waits for a person, and the command that mends it or says how. */
export interface Need {
  readonly what: string;
  readonly command: string;
}

type Facts = Omit<StatusFacts, "needs">;

const HOUR_MS = 3_600_000;
/** A day, and two hours for schedulers that start late, as `paperboy doctor` has it. */
const MOST_HOURS = 26;

/** What waits for a person, the most pressing first. Letters that are only late wait for nobody. */
export function needsOf(facts: Facts): readonly Need[] {
  return [...pauseNeed(facts), ...runNeeds(facts), ...scheduleNeed(facts), ...deliveryNeeds(facts), ...pushNeed(facts)];
}

function pauseNeed({ paused }: Facts): readonly Need[] {
  return paused ? [{ what: "sending is paused: nothing goes out", command: "paperboy resume" }] : [];
}

/** What looks into each reason that needs a person. */
const LOOKS: Readonly<Partial<Record<ReasonCode, string>>> = {
  internal: "paperboy run --verbose",
  "config-invalid": "paperboy doctor --only config",
  "fetch-failed": "paperboy doctor --only site",
  "layout-changed": "paperboy doctor --only site",
  "send-incomplete": "paperboy doctor --only smtp",
  "store-failed": "paperboy doctor --only machine --only store",
  "io-failed": "paperboy doctor --only machine",
};

function runNeeds({ lastRun, paused, unremembered }: Facts): readonly Need[] {
  if (unremembered !== null) {
    const when = unremembered.slice(0, 16).replace("T", " ");
    const what = `the run of ${when} could not be remembered: ${REASONS["store-failed"].means}`;
    return [{ what, command: lookInto("store-failed") }];
  }
  const reason = lastRun?.reason;
  if (!isReason(reason) || !needsPerson(reason)) return [];
  const { hasFailures, hint } = readRunResult(lastRun?.result);
  // Letters that are late or refused are told by their own lines; here stands what stopped all of them.
  if (reason === "send-incomplete" && (paused || !hasFailures)) return [];
  return [{ what: `${reason}: ${hint ?? REASONS[reason].means}`, command: lookInto(reason) }];
}

function lookInto(reason: ReasonCode): string {
  return LOOKS[reason] ?? "paperboy doctor";
}

function scheduleNeed({ lastRun, now }: Facts): readonly Need[] {
  const hours = lastRun === null ? 0 : (Number(now) - Number(lastRun.endedAt)) / HOUR_MS;
  if (hours <= MOST_HOURS) return [];
  return [{ what: `nothing has run for ${Math.floor(hours)} hours`, command: "paperboy doctor --only schedule" }];
}

interface Advice {
  readonly state: DeliveryState;
  readonly what: (letters: string) => string;
  readonly command: (editionId: string) => string;
}

/** States in which a delivery waits for a person, or has come to nothing. */
const ADVICE: readonly Advice[] = [
  {
    state: "uncertain",
    what: (letters) => `${letters} may have arrived, and may not`,
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

/** What came to nothing more than a week ago is history; what is uncertain stays open to a decision. */
function deliveryNeeds({ editions, now }: Facts): readonly Need[] {
  const isFresh = (preparedAt: string) => Number(now) - Date.parse(preparedAt) < WEEK_MS;
  return ADVICE.flatMap(({ state, what, command }) => {
    const concerned = editions.filter(
      ({ counts, preparedAt }) => counts[state] > 0 && (state === "uncertain" || isFresh(preparedAt)),
    );
    const [newest] = concerned;
    if (newest === undefined) return [];
    const letters = concerned.reduce((sum, { counts }) => sum + counts[state], 0);
    const of =
      concerned.length === 1 ? fit(newest.id, 26) : `${concerned.length} editions, the newest ${fit(newest.id, 26)}`;
    return [
      { what: `${what(letters === 1 ? "1 letter" : `${letters} letters`)} (${of})`, command: command(newest.id) },
    ];
  });
}

const STUCK_PUSHES: ReadonlySet<string> = new Set(["uncertain", "refused", "expired"]);

/** Pushes that no later run repeats by itself, of the last week. */
function pushNeed({ pushes, now }: Facts): readonly Need[] {
  const stuck = pushes.filter(
    ({ state, changedAt }) => STUCK_PUSHES.has(state) && Number(now) - Date.parse(changedAt) < WEEK_MS,
  );
  if (stuck.length === 0) return [];
  const targets = [...new Set(stuck.map(({ target }) => target))].join(", ");
  const many = stuck.length === 1 ? "1 push" : `${stuck.length} pushes`;
  return [{ what: `${many} did not go, or may not have (${targets})`, command: "paperboy push list" }];
}
