import { addDays, isoWeekOf, monthOf, utcDay } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { ErrorCode } from "../core/errors.js";
import type { PageFormat, Paper, Reading, Source } from "../core/model.js";
import { readEdition } from "../editions/read-edition.js";
import type { ReadParts } from "../editions/read-edition.js";
import { SITE_KINDS } from "../fetch/kinds.js";

export type ProbedKind = keyof typeof SITE_KINDS;

/** Every kind of source on the site, in the order of the probe. */
export const PROBED_KINDS = Object.keys(SITE_KINDS) as readonly ProbedKind[];

/** The sample of each kind: complete pages, a search for common words, and a paper from the first year of the site. */
const SAMPLES: Readonly<Record<ProbedKind, (today: string) => string>> = {
  day: lastWeekday,
  week: (today) => isoWeekOf(addDays(today, -7)),
  month: (today) => monthOf(addDays(`${monthOf(today)}-01`, -1)),
  trending: () => "trending",
  search: () => "search:diffusion models",
  paper: () => "2310.03744",
};

/** The parts that a probe uses. */
export interface ProbeParts {
  readonly read: () => Promise<ReadParts>;
  readonly source: (text: string) => Source;
}

/** The result of reading one kind of source. */
export interface Probe {
  readonly kind: ProbedKind;
  readonly name: string;
  /** The reason why it cannot be read; null if it can. */
  readonly reason: ErrorCode | null;
  /** The format that was read; null if none could be read. */
  readonly reader: PageFormat | null;
  readonly papers: number;
  readonly skipped: number;
  /** The number of papers that have each field. */
  readonly fields: Readonly<Record<string, number>>;
  /** Differences from the known format, and the error, if any. The host of the site is replaced by SITE. */
  readonly drift: readonly string[];
}

/** Returns a function that reads the sample of a kind. Concurrent calls make their requests one after the other. */
export function openProbe({ read, source }: ProbeParts): (kind: ProbedKind) => Promise<Probe> {
  let before: Promise<unknown> = Promise.resolve();
  return (kind) => {
    const probe = before.then(() => probeKind(kind, { read, source }));
    before = probe.catch(() => undefined);
    return probe;
  };
}

async function probeKind(kind: ProbedKind, { read, source }: ProbeParts): Promise<Probe> {
  const warnings: string[] = [];
  const given = await read();
  const parts = { ...given, enrich: undefined, warn: (message: string) => void warnings.push(message) };
  const name = SAMPLES[kind](utcDay(given.clock()));
  const { host } = new URL(given.site);
  const anonymous = (texts: readonly string[]) => texts.map((text) => text.replaceAll(host, "SITE"));
  const nothing = { kind, name, reader: null, papers: 0, skipped: 0, fields: {} };
  try {
    const found = await readEdition(
      { source: source(kind === "paper" ? `${given.site}/papers/${name}` : name), early: true },
      parts,
    );
    if ("reason" in found) return { ...nothing, reason: found.reason, drift: anonymous([...warnings, found.message]) };
    return { kind, name, reason: null, ...summaryOf(found.reading), drift: anonymous(warnings) };
  } catch (error) {
    if (!(error instanceof PaperboyError)) throw error;
    return { ...nothing, reason: error.code, drift: anonymous([...warnings, error.message]) };
  }
}

function summaryOf({ format, papers, skipped }: Reading): Pick<Probe, "reader" | "papers" | "skipped" | "fields"> {
  const names = FIELDS.filter((field) => papers.some((paper) => hasValue(paper[field])));
  const fields = names.map((field) => [field, papers.filter((paper) => hasValue(paper[field])).length]);
  return { reader: format, papers: papers.length, skipped: skipped.length, fields: Object.fromEntries(fields) };
}

/** The fields that may be missing on a page. */
const FIELDS = [
  ...([
    "title",
    "abstract",
    "authors",
    "upvotes",
    "comments",
    "publishedAt",
    "featuredOn",
    "summary",
    "keywords",
  ] as const),
  ...(["codeUrl", "stars", "projectUrl", "organization", "submittedBy", "thumbnailUrl", "mediaUrls"] as const),
] satisfies readonly (keyof Paper)[];

function hasValue(value: unknown): boolean {
  return value !== null && !(Array.isArray(value) && value.length === 0);
}

/** Returns the last completed day from Monday to Friday, since the site has no pages for weekends. */
function lastWeekday(today: string): string {
  const days = [1, 2, 3].map((back) => addDays(today, -back));
  return days.find((day) => ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) ?? addDays(today, -1);
}
