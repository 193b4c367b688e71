import { createHash } from "node:crypto";
import type { Edition, Letter, Source, View } from "../../core/model.js";
import type { ReadParts } from "../read-edition.js";
import type { Compared } from "../revisit.js";
import type { Channel } from "../../store/store.js";
import type { LetterText, RecordedLetter, RecordedPage, RecordedRead, RecordedRevisit } from "./record.js";

/** An edition that was prepared, and what each group of its readers gets. */
export interface Prepared {
  readonly edition: Edition;
  readonly channel: Channel;
  readonly groups: readonly PreparedGroup[];
  readonly compared: Compared | null;
}

/** Readers who get the same letter, or none. */
export interface PreparedGroup {
  readonly view: View;
  readonly readers: number;
  readonly withheld: readonly string[];
  readonly papers: readonly string[];
  readonly letter: Letter | null;
}

/** Parts that are listened to while one source is read. */
export interface Listening {
  readonly parts: ReadParts;
  /** Says what became of the source. */
  froze(edition: Edition): void;
}

/** What was read so far, by the id of the edition that was frozen from it. */
export interface Recorder {
  listen(source: Source, options: { readonly parts: ReadParts; readonly early: boolean }): Listening;
  /** What an edition was made from; empty when it was frozen by an earlier run. */
  readsOf(edition: Pick<Edition, "id" | "days">): readonly RecordedRead[];
  /** What its revisit was made from; null without one. */
  revisitOf(prepared: Pick<Prepared, "compared">): RecordedRevisit | null;
}

/** Listens to one run. */
export function createRecorder(): Recorder {
  const reads = new Map<string, RecordedRead>();
  const readsOf: Recorder["readsOf"] = ({ id, days = [] }) =>
    [...days.map((day) => `day:${day}`), id].flatMap((known) => reads.get(known) ?? []);
  return {
    listen: (source, { parts, early }) => {
      const pages: RecordedPage[] = [];
      let at: Date | null = null;
      // Asked first when the page has come: reading and freezing are then one instant, which a replay can name.
      const clock = () => (at ??= parts.clock());
      return {
        parts: {
          ...parts,
          clock,
          fetch: async (location) => {
            const page = await parts.fetch(location);
            pages.push({
              ...page,
              asked: withoutLogin(location),
              url: page.url === null ? null : plain(page.url),
              fetchedAt: page.fetchedAt.toISOString(),
            });
            return page;
          },
        },
        froze: ({ id }) =>
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
  return { ...source, location: withoutLogin(location), apiUrl: apiUrl === null ? null : plain(apiUrl) };
}

function withoutLogin(location: Source["location"]): Source["location"] {
  return location.type === "url" ? { type: "url", url: plain(location.url) } : { ...location };
}

/** An address without a login: a mirror may want one (RFC 3986, section 3.2.1), and a record holds no secrets. */
function plain(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/?#@]*@/i, "$1");
}

/** More different letters than this are counted, not kept: beyond, a record would outgrow what it was made from. */
const MOST_LETTERS = 50;

/** The letters of an edition, each once, those with most readers first. */
export function recordedLetters(groups: readonly PreparedGroup[]): {
  readonly letters: readonly RecordedLetter[];
  readonly leftOut: number;
} {
  const distinct = new Map<string, RecordedLetter>();
  for (const { view, readers, withheld, papers, letter } of groups) {
    const hash = letter === null ? null : letterHash(letter);
    const key = JSON.stringify([view, withheld, hash]);
    const known = distinct.get(key)?.readers ?? 0;
    const kept = letter && { subject: letter.subject, html: letter.html, text: letter.text };
    distinct.set(key, { view, readers: readers + known, withheld, papers, hash, letter: kept });
  }
  const all = [...distinct.values()].toSorted((a, b) => b.readers - a.readers);
  return { letters: all.slice(0, MOST_LETTERS), leftOut: Math.max(all.length - MOST_LETTERS, 0) };
}

/** The fingerprint by which a letter is told from others: 16 hexadecimal digits of SHA-256. */
export function letterHash({ subject, html, text }: LetterText): string {
  return createHash("sha256")
    .update(JSON.stringify([subject, html, text]))
    .digest("hex")
    .slice(0, 16);
}
