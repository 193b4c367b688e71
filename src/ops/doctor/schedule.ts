import { REASONS } from "../../core/errors.js";
import { fail, isAbsent, ok, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import { NOTHING_YET } from "./store.js";
import type { StoreAccess } from "./store.js";

/** The runs so far. */
export interface Schedule {
  readonly storeAccess: StoreAccess;
  readonly now: Date;
}

export const SCHEDULE_CHECKS: readonly Check<Schedule>[] = [
  {
    id: "schedule.ran",
    title: "the schedule runs",
    why: "a schedule that was switched off says nothing: the letter just stays away",
    limitMs: 10_000,
    run: checkRuns,
  },
  {
    id: "schedule.last",
    title: "the last run needs nobody",
    why: "what stopped the last run will stop the next one",
    limitMs: 10_000,
    run: checkLastRun,
  },
  {
    id: "schedule.paused",
    title: "sending is not paused",
    why: "while it is paused, nothing goes out",
    limitMs: 10_000,
    run: checkPause,
  },
];

const HOUR_MS = 3_600_000;
/** A day, and two hours for schedulers that start late. */
const MOST_HOURS = 26;

const MAKE_ONE = "Print one with `paperboy schedule print cron` (or systemd, github, kubernetes), and put it in place.";

async function checkRuns({ storeAccess, now }: Schedule): Promise<Finding> {
  const store = await storeAccess.store();
  if (isAbsent(store)) return neverRan(store.absent);
  const [last] = await store.runs.recent(1);
  if (!last) return neverRan("no run is remembered");
  const hours = (Number(now) - Number(last.endedAt)) / HOUR_MS;
  const when = last.endedAt.toISOString();
  if (hours <= MOST_HOURS) return ok(`the last run ended ${when}`);
  return fail(
    `the last run ended ${when}, more than ${MOST_HOURS} hours ago`,
    "See whether the schedule still starts Paperboy (`crontab -l`, `systemctl list-timers`, or the repository's Actions page); `paperboy schedule print` has it anew.",
  );
}

function neverRan(absent: string): Finding {
  return warn(absent === NOTHING_YET ? "nothing has run here yet" : absent, MAKE_ONE);
}

/** Whether a run that ended so needs a person; a day that still fills needs time alone. */
function needsPerson(reason: string): boolean {
  const known = Object.entries(REASONS).find(([code]) => code === reason);
  return known === undefined || (known[1].exit !== 0 && reason !== "not-ready");
}

async function checkLastRun({ storeAccess }: Schedule): Promise<Finding> {
  const store = await storeAccess.store();
  const [last] = isAbsent(store) ? [] : await store.runs.recent(1);
  if (!last) return ok("nothing has run here yet");
  const says = `${last.reason}: ${last.message}`;
  if (!needsPerson(last.reason)) return ok(says);
  return warn(says, "See `paperboy status`, and docs/troubleshooting.md for this reason.");
}

async function checkPause({ storeAccess }: Schedule): Promise<Finding> {
  const store = await storeAccess.store();
  const paused = isAbsent(store) ? false : await store.runs.get("paused");
  return paused === true ? warn("nothing goes out", "Go on with `paperboy resume`.") : ok("it is not");
}
