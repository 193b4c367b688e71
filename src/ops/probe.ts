import { addDays, isoWeekOf, monthOf, utcDay } from "../core/calendar.js";
import { PaperboyError } from "../core/errors.js";
import type { ErrorCode } from "../core/errors.js";
import type { PageFormat, Paper, Reading, Source } from "../core/model.js";
import { readEdition } from "../editions/read-edition.js";
import type { ReadParts } from "../editions/read-page.js";
import { SITE_KINDS } from "../fetch/kinds.js";

export type ProbedKind = keyof typeof SITE_KINDS;

/** Every kind of source on the site, in the order in which a probe asks for them. */
export const PROBED_KINDS = Object.keys(SITE_KINDS) as readonly ProbedKind[];

/** What a probe asks for, by kind: pages that are complete, common words, and a paper that was on the site from its first year. */
const SAMPLES: Readonly<Record<ProbedKind, (today: string) => string>> = {
  day: lastWeekday,
  week: (today) => isoWeekOf(addDays(today, -7)),
  month: (today) => monthOf(addDays(`${monthOf(today)}-01`, -1)),
  trending: () => "trending",
  search: () => "search:diffusion models",
  paper: () => "2310.03744",
};

/** What a probe needs. */
export interface ProbeParts {
  readonly read: () => Promise<ReadParts>;
  readonly source: (text: string) => Source;
}

/** How one kind of source can be read now. */
export interface Probe {
  readonly kind: ProbedKind;
  readonly name: string;
  /** Why it cannot be read; null if it can. */
  readonly reason: ErrorCode | null;
  /** What served, or would serve a run; null if nothing did. */
  readonly reader: PageFormat | null;
  readonly papers: number;
  readonly skipped: number;
  /** How many papers have each field. */
  readonly fields: Readonly<Record<string, number>>;
  /** Differences from the known format, and the error if there is one. Without the address of the site. */
  readonly drift: readonly string[];
}

/** Returns a function that reads the sample of a kind once. Requests follow one another, whatever the calls do. */
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
  const parts = { ...given, warn: (message: string) => void warnings.push(message) };
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

/** The fields that a page can lack. */
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

/** Returns the last completed day from Monday to Friday; the site has no page of a weekend. */
function lastWeekday(today: string): string {
  const days = [1, 2, 3].map((back) => addDays(today, -back));
  return days.find((day) => ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) ?? addDays(today, -1);
}
