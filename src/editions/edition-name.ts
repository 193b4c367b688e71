import { editionPeriod, parsePeriod } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { Edition } from "../core/model.js";
import { nearest } from "../core/nearest.js";
import { parseSource } from "../fetch/sources.js";
import type { SourceContext } from "../fetch/sources.js";

/** How a command names an edition that exists: by its id, or by the SOURCE that `paperboy run` got. */
export interface EditionName {
  /** The id, such as `day:2026-10-02`, if the name determines it; otherwise the name itself. */
  readonly id: string;
  /** The source's name, such as `2026-10-02` or `trending`. The newest edition of it is meant, or a catch-up with that day. */
  readonly source: string;
}

/** The parts of an edition that identify it. */
type Named = Pick<Edition, "id" | "source" | "days">;

/**
 * Reads the name of an edition: `day:2026-10-02`, `2026-10-02`, `yesterday`, `2026-W40`, `trending`, or an address of the site.
 * @throws PaperboyError `usage` for a day, week or month that does not exist.
 */
export function readEditionName(given: string, context: Pick<SourceContext, "site" | "now">): EditionName {
  const text = given.trim();
  const period = text.replace(/^(?:day|week|month):/i, "").toUpperCase();
  const isNoDate = parsePeriod(period)?.span === null;
  try {
    const source = parseSource(text, { ...context, exists: () => false });
    return { id: source.period === null ? source.name : `${source.kind}:${source.period}`, source: source.name };
  } catch (error) {
    // Ids such as `days:2026-10-02..2026-10-05` and the names of saved pages are no sources.
    if (error instanceof PaperboyError && error.code === "usage" && !isNoDate) return { id: text, source: text };
    throw error;
  }
}

/**
 * Returns the editions with a name, one per channel: those with its id, otherwise those of the newest edition with its source.
 * @param known newest first.
 */
export function editionsNamed<Item>(
  known: readonly Item[],
  { id, source }: EditionName,
  editionOf: (item: Item) => Named,
): readonly Item[] {
  const exact = known.filter((item) => editionOf(item).id === id);
  if (exact.length > 0) return exact;
  const newest = known.find((item) => isOf(editionOf(item), source));
  return newest === undefined ? [] : known.filter((item) => editionOf(item).id === editionOf(newest).id);
}

function isOf(edition: Named, source: string): boolean {
  return edition.source === source || (edition.days?.includes(source) ?? false);
}

/** Names the nearest editions for an error: `; the nearest are A and B`. For a period, these are the ones before and after it. */
export function nearbyEditions({ id }: EditionName, known: readonly string[]): string {
  const ids = [...new Set(known)];
  const period = editionPeriod(id);
  const near = period === null ? [nearest(id, ids)].filter((similar) => similar !== null) : around(period, ids);
  const [newest] = ids;
  if (newest === undefined) return "; there are none yet";
  if (near.length === 0) return `; the newest is ${newest}`;
  return `; the nearest ${near.length === 1 ? "is" : "are"} ${near.join(" and ")}`;
}

/** Returns the last edition before a period and the first after it, of the same kind. */
function around({ kind, last }: { readonly kind: string; readonly last: string }, ids: readonly string[]): string[] {
  const dated = ids
    .map((id) => ({ id, period: editionPeriod(id) }))
    .filter(({ period }) => period?.kind === kind)
    .map(({ id, period }) => ({ id, last: period?.last ?? "" }))
    .toSorted((a, b) => (a.last < b.last ? -1 : 1));
  const before = dated.findLast((edition) => edition.last < last);
  const after = dated.find((edition) => edition.last > last);
  return [before, after].flatMap((edition) => edition?.id ?? []);
}
