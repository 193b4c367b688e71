import { isReason, needsPerson } from "../../editions/results.js";
import { isPaused } from "../../send/worker/holds.js";
import { fail, isAbsent, ok, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import { MAX_HOURS } from "../status/needs.js";
import { NO_DATABASE_YET } from "./store.js";
import type { StoreAccess } from "./store.js";

/** The subject of the checks of the schedule. */
export interface Schedule {
  readonly storeAccess: StoreAccess;
  readonly now: Date;
}

export const SCHEDULE_CHECKS: readonly Check<Schedule>[] = [
  {
    id: "schedule.ran",
    title: "the schedule runs",
    why: "a schedule that has stopped sends no letters and reports no error",
    limitMs: 10_000,
    run: checkRuns,
  },
  {
    id: "schedule.last",
    title: "the last run needs no action",
    why: "the next run will probably fail for the same reason",
    limitMs: 10_000,
    run: checkLastRun,
  },
  {
    id: "schedule.paused",
    title: "sending is not paused",
    why: "no letters are sent while sending is paused",
    limitMs: 10_000,
    run: checkPause,
  },
];

const HOUR_MS = 3_600_000;

const CREATE_SCHEDULE =
  "Print a schedule with `paperboy schedule print cron` (or systemd, github, kubernetes), and install it.";

async function checkRuns({ storeAccess, now }: Schedule): Promise<Finding> {
  const store = await storeAccess.store();
  if (isAbsent(store)) return neverRan(store.absent);
  const [last] = await store.runs.recent(1);
  if (!last) return neverRan("no run is recorded");
  const hours = (Number(now) - Number(last.endedAt)) / HOUR_MS;
  const when = last.endedAt.toISOString();
  if (hours <= MAX_HOURS) return ok(`the last run ended ${when}`);
  return fail(
    `the last run ended ${when}, more than ${MAX_HOURS} hours ago`,
    "Check that the schedule still starts Paperboy (`crontab -l`, `systemctl list-timers`, or the repository's Actions page); `paperboy schedule print` prints it again.",
  );
}

function neverRan(absent: string): Finding {
  return warn(absent === NO_DATABASE_YET ? "there were no runs yet" : absent, CREATE_SCHEDULE);
}

async function checkLastRun({ storeAccess }: Schedule): Promise<Finding> {
  const store = await storeAccess.store();
  const [last] = isAbsent(store) ? [] : await store.runs.recent(1);
  if (!last) return ok("there were no runs yet");
  const detail = `${last.reason}: ${last.message}`;
  if (isReason(last.reason) && !needsPerson(last.reason)) return ok(detail);
  return warn(detail, "See `paperboy status`, and docs/troubleshooting.md for this reason.");
}

async function checkPause({ storeAccess }: Schedule): Promise<Finding> {
  const store = await storeAccess.store();
  const paused = !isAbsent(store) && (await isPaused(store));
  return paused ? warn("sending is paused", "Continue with `paperboy resume`.") : ok("sending is not paused");
}
