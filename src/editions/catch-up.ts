import { PaperboyError } from "../core/errors.js";
import type { Edition } from "../core/model.js";

/** One day's edition, with the day that it was asked for. */
export interface DayEdition {
  readonly day: string;
  readonly edition: Edition;
}

interface CatchUp {
  /** Oldest first. */
  readonly days: readonly string[];
  /** With an empty ledger the newest day with papers is enough. */
  readonly onlyNewest: boolean;
}

/**
 * Reads the days that are due. A day without papers is left out; a day that cannot be read stops all of them, so that no
 * letter goes out that would have to be followed by a piece of itself.
 * @throws PaperboyError `no-papers` when none has any, or the first day's own reason.
 */
export async function readDays(
  { days, onlyNewest }: CatchUp,
  readDay: (day: string) => Promise<Edition>,
): Promise<DayEdition[]> {
  const found: DayEdition[] = [];
  for (const day of days.toReversed()) {
    const edition = await readDay(day).catch((error: unknown) => {
      if (error instanceof PaperboyError && error.code === "no-papers") return null;
      throw error;
    });
    if (edition) found.unshift({ day, edition });
    if (edition && onlyNewest) break;
  }
  if (found.length > 0) return found;
  const last = days.at(-1) ?? "";
  throw new PaperboyError("no-papers", { message: `the site published nothing between ${days[0] ?? ""} and ${last}` });
}

/** One edition of several days: each paper once, under the newest day that features it. A single day stays what it is. */
export function joinDays(found: readonly DayEdition[]): Edition {
  const [newest, ...older] = found.toReversed();
  if (!newest) throw new PaperboyError("internal", { message: "no days to join" });
  if (older.length === 0) return newest.edition;
  const first = found[0]?.day ?? newest.day;
  const seen = new Set<string>();
  const papers = [newest, ...older].flatMap(({ day, edition }) =>
    edition.papers.filter(({ id }) => !seen.has(id) && seen.add(id)).map((paper) => ({ ...paper, featuredOn: day })),
  );
  return {
    ...newest.edition,
    id: `days:${first}..${newest.day}`,
    source: `${first}..${newest.day}`,
    date: `${first}..${newest.day}`,
    format: found.every(({ edition }) => edition.format === "cards") ? "cards" : newest.edition.format,
    days: found.map(({ day }) => day),
    papers,
  };
}
