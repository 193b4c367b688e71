import { createHash } from "node:crypto";
import type { Edition, Source } from "../../core/model.js";
import { withoutCredentials } from "../../fetch/failures.js";
import type { PreparedEdition, PreparedGroup } from "../prepare.js";
import type { ReadParts } from "../read-edition.js";
import type { LetterText, RecordedLetter, RecordedPage, RecordedRead, RecordedRevisit } from "./record.js";

/** Records one source while it is read. */
export interface SourceRecording {
  /** The parts for reading the source, which record the pages. */
  readonly parts: ReadParts;
  /** Stores the recording under the edition that was frozen from the source. */
  onFrozen(edition: Edition): void;
}

/** Records the sources that a run reads, by the edition that was frozen from them. */
export interface Recorder {
  record(source: Source, options: { readonly parts: ReadParts; readonly early: boolean }): SourceRecording;
  /** Returns the sources of an edition; none if an earlier run onFrozen it. */
  readsOf(edition: Pick<Edition, "id" | "days">): readonly RecordedRead[];
  /** Returns the input of the edition's revisit; null without one. */
  revisitOf(prepared: Pick<PreparedEdition, "compared">): RecordedRevisit | null;
}

export function createRecorder(): Recorder {
  const reads = new Map<string, RecordedRead>();
  const readsOf: Recorder["readsOf"] = ({ id, days = [] }) =>
    [...days.map((day) => `day:${day}`), id].flatMap((known) => reads.get(known) ?? []);
  return {
    record: (source, { parts, early }) => {
      const pages: RecordedPage[] = [];
      let at: Date | null = null;
      // Reads the clock once, so that a replay can reproduce reading and freezing with one instant.
      const clock = () => (at ??= parts.clock());
      return {
        parts: {
          ...parts,
          clock,
          fetch: async (location) => {
            const page = await parts.fetch(location);
            pages.push({
              ...page,
              requested: withoutLogin(location),
              url: page.url === null ? null : withoutCredentials(page.url),
              fetchedAt: page.fetchedAt.toISOString(),
              generatedAt: page.generatedAt?.toISOString() ?? null,
            });
            return page;
          },
        },
        onFrozen: ({ id }) =>
          void reads.set(id, { source: withoutLogins(source), early, at: clock().toISOString(), pages }),
      };
    },
    readsOf,
    revisitOf: ({ compared }) => {
      if (compared === null) return null;
      const { mailed, shown, pages } = compared;
      return { mailed, shown, reads: pages.flatMap((id) => readsOf({ id })) };
    },
  };
}

function withoutLogins(source: Source): Source {
  const { location, apiUrl } = source;
  return { ...source, location: withoutLogin(location), apiUrl: apiUrl === null ? null : withoutCredentials(apiUrl) };
}

function withoutLogin(location: Source["location"]): Source["location"] {
  return location.type === "url" ? { ...location, url: withoutCredentials(location.url) } : { ...location };
}

/** The maximum number of letters in a record. Further letters are only counted, so that records stay small. */
const MAX_LETTERS = 50;

/** Returns the distinct letters of an edition, most readers first. */
export function recordedLetters(groups: readonly PreparedGroup[]): {
  readonly letters: readonly RecordedLetter[];
  readonly leftOut: number;
} {
  const distinct = new Map<string, RecordedLetter>();
  for (const { view, readers, withheld, liked, papers, letter } of groups) {
    const hash = letter === null ? null : letterHash(letter);
    const key = JSON.stringify([view, withheld, hash]);
    const known = distinct.get(key)?.readers ?? 0;
    const kept = letter && { subject: letter.subject, html: letter.html, text: letter.text };
    const texts = liked.length > 0 ? { liked } : {};
    distinct.set(key, { view, readers: readers + known, withheld, ...texts, papers, hash, letter: kept });
  }
  const all = [...distinct.values()].toSorted((a, b) => b.readers - a.readers);
  return { letters: all.slice(0, MAX_LETTERS), leftOut: Math.max(all.length - MAX_LETTERS, 0) };
}

/** Returns the hash that identifies a letter: the first 16 hexadecimal digits of SHA-256. */
export function letterHash({ subject, html, text }: LetterText): string {
  return createHash("sha256")
    .update(JSON.stringify([subject, html, text]))
    .digest("hex")
    .slice(0, 16);
}
