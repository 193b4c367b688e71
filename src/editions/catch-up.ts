import { PaperboyError } from "../core/errors.js";
import type { Edition, Source } from "../core/model.js";
import type { NoEdition } from "./freeze.js";

/** An edition, with the day for which it was requested. */
export interface DayEdition {
  readonly day: string;
  readonly edition: Edition;
}

interface SourcesToRead {
  /** Oldest first. */
  readonly sources: readonly Source[];
  /** Stop at the newest source with papers. */
  readonly onlyNewest: boolean;
}

interface SourceRead extends DayEdition {
  readonly source: Source;
}

/**
 * Reads sources, newest first, and returns those that have papers, oldest first. Stops at the first error, because a letter
 * without that day would need a second letter later.
 */
export async function readSources(
  { sources, onlyNewest }: SourcesToRead,
  readEdition: (source: Source) => Promise<Edition | NoEdition>,
): Promise<readonly SourceRead[] | NoEdition> {
  const found: SourceRead[] = [];
  let last: NoEdition | null = null;
  for (const source of sources.toReversed()) {
    const read = await readEdition(source).catch((error: unknown) => {
      throw sources.length === 1 ? error : withName(error, source);
    });
    if ("reason" in read) last = read;
    else found.unshift({ source, day: source.period ?? "", edition: read });
    if (found.length > 0 && onlyNewest) break;
  }
  if (found.length > 0) return found;
  if (last !== null && sources.length === 1) return last;
  const [first, newest] = [sources[0]?.name ?? "", sources.at(-1)?.name ?? ""];
  return { reason: "no-papers", message: `the site published nothing between ${first} and ${newest}` };
}

/** Returns the error of one of several sources with the name of that source in its message. */
function withName(error: unknown, { name }: Source): unknown {
  if (!(error instanceof PaperboyError) || error.message.includes(name)) return error;
  const { code, message, hint, retryable } = error;
  const named = { message: `${name}: ${message}`, ...(hint === null ? {} : { hint }), cause: error, retryable };
  return new PaperboyError(code, named);
}

/**
 * Joins the editions of several days. Each paper occurs once, on the newest day that features it. A single edition is returned
 * unchanged.
 */
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
