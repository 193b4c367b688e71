import { PaperboyError } from "../../core/errors.js";
import type { Digest, Edition, Letter, Location, View } from "../../core/model.js";
import { readEdition } from "../read-edition.js";
import type { ReadParts } from "../read-edition.js";
import { rank } from "../../rank/digest.js";
import { joinDays } from "../catch-up.js";
import { withRisen } from "../revisit.js";
import type { EditionRecord, RecordedLetter, RecordedPage, RecordedRead } from "./record.js";

/** What a replay is made with: today's code, and what is handed in here. */
export interface ReplayParts {
  /** Renders a digest as a run would. */
  readonly letter: (digest: Digest) => Promise<Letter>;
  /** The view for a recorded one; itself where nothing has changed. */
  readonly viewOf: (recorded: View) => View;
  readonly warn: (message: string) => void;
}

/** A letter as it was recorded and as it is made now; null where no paper fits. */
export interface ReplayedLetter {
  readonly recorded: RecordedLetter;
  readonly letter: Letter | null;
  readonly papers: readonly string[];
}

/** A record, made again. */
export interface Replayed {
  readonly edition: Edition;
  readonly letters: readonly ReplayedLetter[];
}

/**
 * Makes a recorded edition and its letters again, from the recorded pages and clock. Nothing is fetched, stored or sent.
 * @throws PaperboyError as reading a page does, or `fetch-failed` for a page that the record does not hold.
 */
export async function replayRecord(record: EditionRecord, parts: ReplayParts): Promise<Replayed> {
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
  const edition = joinDays(found);
  if (!record.revisit) return edition;
  const pages = [];
  for (const read of record.revisit.reads) pages.push(await readOffline(read, record, parts));
  return withRisen(edition, record.revisit, pages).edition;
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
  const found = pages.find(({ asked }) => keyOf(asked) === keyOf(location));
  if (found) return { ...found, fetchedAt: new Date(found.fetchedAt) };
  throw new PaperboyError("fetch-failed", {
    message: `the record holds no page for ${keyOf(location)}`,
    hint: "This version of Paperboy reads other pages than the one that made the record did.",
  });
}

function keyOf(location: Location): string {
  if (location.type === "url") return location.url;
  return location.type === "file" ? `file ${location.path}` : "standard input";
}

async function letterFor(
  edition: Edition,
  recorded: RecordedLetter,
  { letter, viewOf }: ReplayParts,
): Promise<ReplayedLetter> {
  const withheld = new Set(recorded.withheld);
  const papers = edition.papers.filter(({ id }) => !withheld.has(id));
  const digest = rank({ ...edition, papers }, viewOf(recorded.view));
  const kept = digest.kept.map(({ paper }) => paper.id);
  return { recorded, letter: kept.length === 0 ? null : await letter(digest), papers: kept };
}
