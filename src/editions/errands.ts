import { addDays, utcDay } from "../core/calendar.js";
import { joinDays, readDays } from "./catch-up.js";
import { dueDays, duePeriods } from "./due.js";
import type { Edition, Source } from "../core/model.js";
import type { Order } from "./prepare.js";
import type { Errand } from "./round.js";
import type { Channel, Frequency, Store } from "../store/store.js";

/** What errands are made from. */
export interface ErrandParts {
  readonly store: Store;
  readonly channel: Channel;
  readonly now: Date;
  /** Addresses that this run names; they are in the store already. */
  readonly named: readonly string[];
  /** Whether readers who subscribed take part; false when the command line names who does. */
  readonly everybody: boolean;
  /** Frequencies whose editions go elsewhere too, so that they are wanted even without a reader. */
  readonly pushed: ReadonlySet<Frequency>;
  /** Fetches, reads and freezes one source; throws the reason why there is no edition. */
  readonly readEdition: (source: Source) => Promise<Edition>;
  readonly sourceOf: (text: string) => Source;
}

/** The errand of a SOURCE that somebody named. */
export function namedErrand(source: Source, parts: ErrandParts): Errand {
  const { kind, period, name } = source;
  const frequency = FREQUENCY_OF[kind] ?? "daily";
  const isPeriod = period !== null;
  return {
    name,
    knownId: isPeriod ? `${kind}:${period}` : null,
    isNamed: parts.named.length > 0,
    order: async (frozen) => {
      if (!frozen && !(await isWanted(frequency, parts))) return null;
      const edition = frozen ?? (await parts.readEdition(source));
      return orderOf(edition, { frequency, days: kind === "day" && isPeriod ? [period] : [] }, parts);
    },
  };
}

const FREQUENCY_OF: Readonly<Partial<Record<Source["kind"], Frequency>>> = { week: "weekly", month: "monthly" };

/** The errands of a run that names no source: the days since the last one, and on their day the week and the month. */
export async function dueErrands(parts: ErrandParts): Promise<Errand[]> {
  const daily = await dailyErrand(parts);
  const periods = duePeriods(parts.now).map(({ frequency, period }) => periodErrand(frequency, period, parts));
  return [...(daily ? [daily] : []), ...periods];
}

async function dailyErrand(parts: ErrandParts): Promise<Errand | null> {
  const yesterday = addDays(utcDay(parts.now), -1);
  const covered = await parts.store.editions.coveredDays(parts.channel, { first: "2000-01-01", last: yesterday });
  const due = dueDays(parts.now, covered);
  if (due.days.length === 0) return null;
  return {
    name: due.days.length === 1 ? yesterday : `${due.days[0] ?? ""}..${yesterday}`,
    knownId: null,
    isNamed: parts.named.length > 0,
    order: async () => {
      if (!(await isWanted("daily", parts))) return null;
      const found = await readDays(due, (day) => parts.readEdition(parts.sourceOf(day)));
      return orderOf(joinDays(found), { frequency: "daily", days: found.map(({ day }) => day) }, parts);
    },
  };
}

/** Weeks and months go to those who subscribed to them; people whom a run names get the days. */
function periodErrand(frequency: "weekly" | "monthly", period: string, parts: ErrandParts): Errand {
  const subscribers = { ...parts, named: [] };
  return {
    name: period,
    knownId: `${frequency === "weekly" ? "week" : "month"}:${period}`,
    isNamed: false,
    order: async () => {
      if (!(await isWanted(frequency, subscribers))) return null;
      return orderOf(await parts.readEdition(parts.sourceOf(period)), { frequency, days: [] }, subscribers);
    },
  };
}

/** Whether anybody would get such an edition; asked before anything is fetched. */
async function isWanted(frequency: Frequency, parts: ErrandParts): Promise<boolean> {
  if (parts.everybody && parts.pushed.has(frequency)) return true;
  const query = { ...audienceOf(frequency, parts), edition: { id: "", papers: [] }, hadSince: parts.now, days: [] };
  return (await parts.store.editions.audience({ ...query, now: parts.now })).some(({ readers }) => readers > 0);
}

function orderOf(
  edition: Edition,
  { frequency, days }: { frequency: Frequency; days: readonly string[] },
  parts: ErrandParts,
): Order {
  return { edition, days, ...audienceOf(frequency, parts) };
}

function audienceOf(frequency: Frequency, { named, channel, everybody }: ErrandParts) {
  return { frequency: everybody ? frequency : null, named, channel };
}
