import { readdir } from "node:fs/promises";
import { FetchFailed } from "../../fetch/failures.js";
import type { Reply } from "../../fetch/http.js";
import { pageIn } from "../../fetch/page.js";
import { once } from "../../core/memoize.js";
import type { Clock, Reading, Source } from "../../core/model.js";
import { parsePage } from "../../parse/page.js";
import { PROBED_KINDS } from "../probe.js";
import type { Probe, ProbedKind } from "../probe.js";
import { after, fail, isAbsent, ok, warn } from "./check.js";
import type { Check, Finding } from "./check.js";
import type { StoreAccess } from "./store.js";

/** The inputs of the checks of the site. */
export interface SiteParts {
  readonly site: string;
  /** The page to read: yesterday's, which is complete. */
  readonly source: Pick<Source, "name" | "kind" | "period">;
  readonly url: string;
  /** Makes a GET request. Throws FetchFailed. */
  readonly get: (url: string) => Promise<Reply>;
  /** The system clock, without `--now`. */
  readonly wall: Clock;
  readonly now: Date;
  /** The folder of pages that could not be parsed. */
  readonly brokenPages: string;
  readonly storeAccess: StoreAccess;
  /** Reads a sample page of a kind of source, as a run would. */
  readonly probe: (kind: ProbedKind) => Promise<Probe>;
}

/** The subject of the checks of the site. All checks share one request. */
export interface Site extends SiteParts {
  readonly reply: () => Promise<Reply>;
  readonly reading: () => Promise<Reading>;
}

/** Returns the subject of the checks of the site. Requests the page when the first check needs it. */
export function siteOf(parts: SiteParts): Site {
  const { kind, period } = parts.source;
  const reply = once(() => parts.get(parts.url));
  const reading = once(async () => parsePage(pageIn(await reply(), parts.now), { site: parts.site, kind, period }));
  return { ...parts, reply, reading };
}

export const SITE_CHECKS: readonly Check<Site>[] = [
  {
    id: "site.reachable",
    title: "the site responds",
    why: "without its pages there are no papers to mail",
    limitMs: 60_000,
    run: checkAnswer,
  },
  {
    id: "machine.clock",
    title: "the system clock is right",
    why: "a wrong clock requests the wrong day, rejects valid certificates, and makes mail look like spam",
    limitMs: 60_000,
    run: (site) =>
      after(site.reply, "the site does not respond, so the time cannot be compared", (reply) =>
        checkClock(reply, site),
      ),
  },
  {
    id: "site.page",
    title: "the page can be read",
    why: "when the page's format changes, no letter is sent until Paperboy is updated",
    limitMs: 60_000,
    run: (site) => after(site.reply, "the site does not respond", () => checkPage(site)),
  },
  {
    id: "site.drift",
    title: "the page has the known format",
    why: "small changes often precede large ones, so update before the page can no longer be read",
    limitMs: 60_000,
    run: checkDrift,
  },
  // `site.page` reads the page of a day.
  ...PROBED_KINDS.filter((kind) => kind !== "day").map((kind) => ({
    id: `site.${kind}`,
    title: `a page of kind ${kind} can be read`,
    why: "subscribers who follow it get no letters while it cannot be read",
    limitMs: 120_000,
    onlyNamed: true as const,
    run: (site: Site) => checkKind(site, kind),
  })),
];

const READ_FROM = { data: "the page's data", cards: "the page's cards only", api: "the site's API" } as const;

async function checkKind({ probe }: Site, kind: ProbedKind): Promise<Finding> {
  const { name, reason, reader, papers, drift } = await probe(kind);
  const fix = "`paperboy probe` prints a report to attach to a bug report; update Paperboy first.";
  if (reason !== null || reader === null) return warn(`${name}: ${drift.join("; ")}`, fix);
  const found = `${papers === 1 ? "1 paper" : `${papers} papers`} of ${name} from ${READ_FROM[reader]}`;
  return drift.length === 0 ? ok(found) : warn(`${found}; ${drift.join("; ")}`, fix);
}

async function checkAnswer({ reply, site }: Site): Promise<Finding> {
  // Any status counts as a response, except one that would stop every request.
  const response = await reply();
  try {
    pageIn(response, new Date(0));
  } catch (error) {
    if (error instanceof FetchFailed && REFUSALS.has(error.parts.kind)) throw error;
  }
  return ok(`${site} responds (HTTP ${response.status})`);
}

const REFUSALS: ReadonlySet<string> = new Set(["bot-check", "login", "forbidden", "rate-limited", "server-error"]);

/** Offsets in ms. `Date` has a resolution of one second (RFC 9110 section 6.6.1), and DKIM and TLS tolerate a few minutes. */
const CLOCK = { warn: 60_000, fail: 300_000 } as const;

const SET_CLOCK = "Synchronise the clock with NTP: `timedatectl set-ntp true`, or your system's equivalent.";

function checkClock({ header }: Reply, { wall, site }: Site): Finding {
  const date = Date.parse(header("date") ?? "");
  if (Number.isNaN(date)) return ok(`${site} sends no Date header to compare with`);
  // A cached response is older by its Age (RFC 9111 section 5.1).
  const age = Number(header("age") ?? "0") * 1000 || 0;
  const offset = Number(wall()) - (date + age);
  const detail = `${spanOf(Math.abs(offset))} ${offset < 0 ? "behind" : "ahead of"} the clock of ${new URL(site).host}`;
  if (Math.abs(offset) >= CLOCK.fail) return fail(detail, SET_CLOCK);
  return Math.abs(offset) >= CLOCK.warn ? warn(detail, SET_CLOCK) : ok(`agrees with ${new URL(site).host}`);
}

const SPANS = [
  { name: "days", ms: 86_400_000 },
  { name: "hours", ms: 3_600_000 },
  { name: "minutes", ms: 60_000 },
  { name: "seconds", ms: 1_000 },
] as const;

/** Formats a duration in the largest unit of which it contains at least two. */
function spanOf(ms: number): string {
  const unit = SPANS.find((unit) => ms >= 2 * unit.ms) ?? SPANS[3];
  return `${Math.round(ms / unit.ms)} ${unit.name}`;
}

async function checkPage({ reading, source }: Site): Promise<Finding> {
  const { papers, skipped, format } = await reading();
  const unread = skipped.length === 0 ? "" : `, ${skipped.length} could not be read`;
  return ok(`${papers.length} papers on the page of ${source.name}, read from ${READ_FROM[format]}${unread}`);
}

const INSPECT_PAGE = "See what Paperboy reads with `paperboy explain yesterday`; update Paperboy, or report the page.";

function checkDrift({ reading, brokenPages, storeAccess }: Site): Promise<Finding> {
  return after(reading, "the page cannot be read", async ({ issues }) => {
    const last = await lastBroken(storeAccess, brokenPages);
    if (issues.length > 0) return warn(issues.map(({ message }) => message).join("; "), INSPECT_PAGE);
    return ok(
      `no differences; ${last === null ? "no earlier page failed" : `the last page that failed was of ${last}`}`,
    );
  });
}

/** Returns the last day on which a page could not be parsed, from the recorded runs and the kept pages. */
async function lastBroken({ store }: StoreAccess, folder: string): Promise<string | null> {
  const opened = await store().catch(() => null);
  const runs = opened === null || isAbsent(opened) ? [] : await opened.runs.recent(RUNS);
  const failed = runs.filter(({ reason }) => reason === "layout-changed").map(({ endedAt }) => endedAt.toISOString());
  const kept = await readdir(folder).catch(() => []);
  return (
    [...failed, ...kept]
      .map((name) => name.slice(0, 10))
      .toSorted()
      .at(-1) ?? null
  );
}

/** The number of runs to search: two weeks of hourly runs. */
const RUNS = 400;
