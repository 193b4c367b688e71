import { PaperboyError } from "../../core/errors.js";
import type { Digest, Edition, Letter, Location, View } from "../../core/model.js";
import { rank } from "../../rank/digest.js";
import { joinDays } from "../catch-up.js";
import { withRecordedTexts } from "../enrich/enrich.js";
import { readEdition } from "../read-edition.js";
import type { ReadParts } from "../read-edition.js";
import { withRising } from "../revisit.js";
import type { EditionRecord, RecordedLetter, RecordedPage, RecordedRead } from "./record.js";

/** What `replayRecord` needs from the current configuration. */
export interface ReplayParts {
  /** Renders the letter of a digest, as `run` does. */
  readonly letter: (digest: Digest) => Promise<Letter>;
  /** Returns the view that replaces a recorded one. */
  readonly viewOf: (recorded: View) => View;
  readonly warn: (message: string) => void;
}

/** A recorded letter and its replay. `letter` is null if no paper matches the view. */
export interface ReplayedLetter {
  readonly recorded: RecordedLetter;
  readonly letter: Letter | null;
  readonly papers: readonly string[];
}

/** The result of replaying a record. */
export interface Replay {
  readonly edition: Edition;
  readonly letters: readonly ReplayedLetter[];
}

/**
 * Parses, ranks and renders a recorded edition again, with the recorded pages and times. Fetches, stores and sends nothing.
 * @throws PaperboyError like `readEdition`, or `fetch-failed` for a page that is not in the record.
 */
export async function replayRecord(record: EditionRecord, parts: ReplayParts): Promise<Replay> {
  const edition = await editionOf(record, parts);
  const letters: ReplayedLetter[] = [];
  for (const recorded of record.letters) letters.push(await letterFor(edition, recorded, parts));
  return { edition, letters };
}

async function editionOf(record: EditionRecord, parts: ReplayParts): Promise<Edition> {
  const found = [];
  for (const read of record.reads) {
    found.push({ day: read.source.period ?? record.edition.id, edition: await readOffline(read, record, parts) });
  }
  const edition = withRecordedTexts(joinDays(found), record.edition);
  if (!record.revisit) return edition;
  const pages = [];
  for (const read of record.revisit.reads) pages.push(await readOffline(read, record, parts));
  return withRising(edition, record.revisit, pages).edition;
}

async function readOffline(
  read: RecordedRead,
  { configuration }: EditionRecord,
  { warn }: Pick<ReplayParts, "warn">,
): Promise<Edition> {
  const { source, early } = read;
  const again = await readEdition({ source, early }, offlineParts(read, { configuration, warn }));
  if ("reason" in again) throw new PaperboyError(again.reason, { message: again.message });
  return again.edition;
}

function offlineParts(
  { pages, at }: RecordedRead,
  { configuration, warn }: Pick<EditionRecord, "configuration"> & Pick<ReplayParts, "warn">,
): ReadParts {
  return {
    fetch: async (location) => pageFor(location, pages),
    site: configuration.site,
    clock: () => new Date(at),
    useApi: configuration.api,
    keepPage: () => Promise.resolve(null),
    warn,
  };
}

function pageFor(location: Location, pages: readonly RecordedPage[]) {
  const found = pages.find(({ requested }) => keyOf(requested) === keyOf(location));
  if (found) {
    const { fetchedAt, generatedAt } = found;
    return {
      ...found,
      fetchedAt: new Date(fetchedAt),
      generatedAt: generatedAt === null ? null : new Date(generatedAt),
    };
  }
  throw new PaperboyError("fetch-failed", {
    message: `the record has no page for ${keyOf(location)}`,
    hint: "This version of Paperboy requests other pages than the version that made the record.",
  });
}

function keyOf(location: Location): string {
  if (location.type === "url") return location.pastCaches ? `${location.url} past caches` : location.url;
  return location.type === "file" ? `file ${location.path}` : "standard input";
}

async function letterFor(
  edition: Edition,
  recorded: RecordedLetter,
  { letter, viewOf }: ReplayParts,
): Promise<ReplayedLetter> {
  const withheld = new Set(recorded.withheld);
  const papers = edition.papers.filter(({ id }) => !withheld.has(id));
  const digest = rank({ ...edition, papers }, viewOf(recorded.view), {
    liked: recorded.liked ?? [],
    among: edition.papers,
  });
  const kept = digest.kept.map(({ paper }) => paper.id);
  return { recorded, letter: kept.length === 0 ? null : await letter(digest), papers: kept };
}
