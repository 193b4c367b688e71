import { readdir } from "node:fs/promises";
import { FetchFailed } from "../../fetch/failures.js";
import type { Reply } from "../../fetch/http.js";
import { pageIn } from "../../fetch/page.js";
import { once } from "../../core/memoize.js";
import type { Clock, Reading, Source } from "../../core/model.js";
import { parsePage } from "../../parse/page.js";
import { after, fail, isAbsent, ok, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import type { StoreAccess } from "./store.js";

/** Where the papers come from. */
export interface SiteParts {
  readonly site: string;
  /** The page that is read to find out; yesterday's serves, since it is complete. */
  readonly source: Pick<Source, "name" | "kind" | "period">;
  readonly url: string;
  /** One GET. Throws FetchFailed. */
  readonly get: (url: string) => Promise<Reply>;
  /** The machine's own clock, untouched by `--now`. */
  readonly wall: Clock;
  readonly now: Date;
  /** Where pages that could not be read are kept. */
  readonly brokenPages: string;
  readonly storeAccess: StoreAccess;
}

/** The site, asked once for all checks. */
export interface Site extends SiteParts {
  readonly reply: () => Promise<Reply>;
  readonly reading: () => Promise<Reading>;
}

/** The site behind its checks; nothing is asked before one of them looks. */
export function siteOf(parts: SiteParts): Site {
  const { kind, period } = parts.source;
  const reply = once(() => parts.get(parts.url));
  const reading = once(async () =>
    parsePage(pageIn(await reply(), parts.now), { site: parts.site, now: parts.now, kind, period }),
  );
  return { ...parts, reply, reading };
}

export const SITE_CHECKS: readonly Check<Site>[] = [
  {
    id: "site.reachable",
    title: "the site answers",
    why: "without its page there is no letter",
    limitMs: 60_000,
    run: checkAnswer,
  },
  {
    id: "machine.clock",
    title: "this machine's clock is right",
    why: "a wrong one asks for the wrong day, distrusts good certificates and dates mail so that filters distrust it",
    limitMs: 60_000,
    run: (site) =>
      after(site.reply, "the site does not answer, so its time is not known", (reply) => checkClock(reply, site)),
  },
  {
    id: "site.page",
    title: "its page can be read",
    why: "a page of another shape stops the letter until Paperboy knows it",
    limitMs: 60_000,
    run: (site) => after(site.reply, "the site does not answer", () => checkPage(site)),
  },
  {
    id: "site.drift",
    title: "the page is what it was",
    why: "small changes on the site come before large ones: now there is time to fix the reader",
    limitMs: 60_000,
    run: checkDrift,
  },
];

async function checkAnswer({ reply, site }: Site): Promise<Finding> {
  // Any answer will do, but for one that says that nothing else will come.
  const answer = await reply();
  try {
    pageIn(answer, new Date(0));
  } catch (error) {
    if (error instanceof FetchFailed && REFUSALS.has(error.parts.kind)) throw error;
  }
  return ok(`${site} answers (HTTP ${answer.status})`);
}

const REFUSALS: ReadonlySet<string> = new Set(["bot-check", "login", "forbidden", "rate-limited", "server-error"]);

/** In ms: a second of `Date` (RFC 9110 section 6.6.1) and a slow line are no fault; DKIM and TLS bear some minutes. */
const CLOCK = { warn: 60_000, fail: 300_000 } as const;

const SET_CLOCK = "Let the system keep its clock: `timedatectl set-ntp true`, or your system's own way to use NTP.";

function checkClock({ header }: Reply, { wall, site }: Site): Finding {
  const told = Date.parse(header("date") ?? "");
  if (Number.isNaN(told)) return ok(`${site} does not say what time it is`);
  // A cache passes on what it got some seconds ago (RFC 9111 section 5.1).
  const age = Number(header("age") ?? "0") * 1000 || 0;
  const off = Number(wall()) - (told + age);
  const says = `${spanOf(Math.abs(off))} ${off < 0 ? "behind" : "ahead of"} the clock of ${new URL(site).host}`;
  if (Math.abs(off) >= CLOCK.fail) return fail(says, SET_CLOCK);
  return Math.abs(off) >= CLOCK.warn ? warn(says, SET_CLOCK) : ok(`it agrees with ${new URL(site).host}`);
}

const SPANS = [
  { name: "days", ms: 86_400_000 },
  { name: "hours", ms: 3_600_000 },
  { name: "minutes", ms: 60_000 },
  { name: "seconds", ms: 1_000 },
] as const;

/** A span in the largest unit of which there are two. */
function spanOf(ms: number): string {
  const unit = SPANS.find((unit) => ms >= 2 * unit.ms) ?? SPANS[3];
  return `${Math.round(ms / unit.ms)} ${unit.name}`;
}

async function checkPage({ reading, source }: Site): Promise<Finding> {
  const { papers, skipped } = await reading();
  const left = skipped.length === 0 ? "" : `, ${skipped.length} could not be read`;
  return ok(`${papers.length} papers on the page of ${source.name}${left}`);
}

const READ_ANEW = "See what is read with `paperboy explain yesterday`; look for a newer Paperboy, or report the page.";

function checkDrift({ reading, brokenPages, storeAccess }: Site): Promise<Finding> {
  return after(reading, "the page cannot be read", async ({ issues }) => {
    const last = await lastBroken(storeAccess, brokenPages);
    if (issues.length > 0) return warn(issues.map(({ message }) => message).join("; "), READ_ANEW);
    return ok(`nothing strange in it; ${last === null ? "never broken so far" : `last broken on ${last}`}`);
  });
}

/** The day on which a page could last not be read, by the runs that are remembered and the pages that were kept. */
async function lastBroken({ store }: StoreAccess, folder: string): Promise<string | null> {
  const opened = await store().catch(() => null);
  const runs = opened === null || isAbsent(opened) ? [] : await opened.runs.recent(RUNS);
  const told = runs.filter(({ reason }) => reason === "layout-changed").map(({ endedAt }) => endedAt.toISOString());
  const kept = await readdir(folder).catch(() => []);
  return (
    [...told, ...kept]
      .map((name) => name.slice(0, 10))
      .toSorted()
      .at(-1) ?? null
  );
}

/** Two weeks of hourly runs. */
const RUNS = 400;
