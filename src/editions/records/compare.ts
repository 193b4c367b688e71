import type { Edition, Letter } from "../../core/model.js";
import { changedLines, unifiedDiff } from "./text-diff.js";
import type { EditionRecord, LetterText } from "./record.js";
import { letterHash } from "./recorder.js";
import type { Replay, ReplayedLetter } from "./replay.js";

/** The sizes of one part of a letter in the record and in the replay, in bytes of UTF-8; 0 if there is no letter. */
export interface PartChange {
  readonly before: number;
  readonly after: number;
  /** The number of lines that are in only one of them. */
  readonly lines: number;
}

/** A paper that was added or removed. */
export interface PaperChange {
  readonly id: string;
  readonly title: string;
}

/** The comparison of one letter with its record. */
export interface LetterComparison {
  /** The hash of the recorded letter, or else of the replayed one; null if there is neither. */
  readonly hash: string | null;
  readonly readers: number;
  readonly identical: boolean;
  /** The subject; absent if it is unchanged. */
  readonly subject?: { readonly before: string | null; readonly after: string | null };
  readonly html: PartChange;
  readonly text: PartChange;
  readonly papersIn: readonly PaperChange[];
  readonly papersOut: readonly PaperChange[];
  /** The unified diff of the text part; empty if it is unchanged. */
  readonly diff: string;
}

/** The comparison of a record with its replay. */
export interface Comparison {
  readonly id: string;
  readonly edition: string;
  /** Whether every letter is identical, byte for byte. */
  readonly identical: boolean;
  /** Papers that are only in the replay, and papers that are only in the record. */
  readonly papersIn: readonly PaperChange[];
  readonly papersOut: readonly PaperChange[];
  readonly letters: readonly LetterComparison[];
}

/** Compares a replay with its record. */
export function compareReplay(record: EditionRecord, { edition, letters }: Replay): Comparison {
  const compared = letters.map((letter) => compareLetter(letter, titlesOf(record.edition, edition)));
  const changes = papersBetween(idsOf(record.edition), idsOf(edition), titlesOf(record.edition, edition));
  const isSameEdition = record.edition.id === edition.id && changes.papersIn.length + changes.papersOut.length === 0;
  return {
    id: record.id,
    edition: record.edition.id,
    identical: isSameEdition && compared.every(({ identical }) => identical),
    ...changes,
    letters: compared,
  };
}

function compareLetter({ recorded, letter, papers }: ReplayedLetter, titles: Titles): LetterComparison {
  const before = recorded.letter;
  const isSame = (part: keyof LetterText) => before?.[part] === letter?.[part];
  return {
    hash: recorded.hash ?? (letter && letterHash(letter)),
    readers: recorded.readers,
    identical: isSame("subject") && isSame("html") && isSame("text"),
    ...(isSame("subject") ? {} : { subject: { before: before?.subject ?? null, after: letter?.subject ?? null } }),
    html: partChange(before, letter, "html"),
    text: partChange(before, letter, "text"),
    ...papersBetween(recorded.papers, papers, titles),
    diff: unifiedDiff(before?.text ?? "", letter?.text ?? ""),
  };
}

function partChange(before: LetterText | null, after: Letter | null, part: "html" | "text"): PartChange {
  const [old, now] = [before?.[part] ?? "", after?.[part] ?? ""];
  return { before: Buffer.byteLength(old), after: Buffer.byteLength(now), lines: changedLines(old, now) };
}

function idsOf({ papers }: Edition): string[] {
  return papers.map(({ id }) => id);
}

type Titles = ReadonlyMap<string, string>;

function titlesOf(...editions: readonly Edition[]): Titles {
  return new Map(editions.flatMap(({ papers }) => papers.map(({ id, title }) => [id, title] as const)));
}

function papersBetween(before: readonly string[], after: readonly string[], titles: Titles) {
  const missing = (all: readonly string[], others: readonly string[]) =>
    all.filter((id) => !others.includes(id)).map((id) => ({ id, title: titles.get(id) ?? "" }));
  return { papersIn: missing(after, before), papersOut: missing(before, after) };
}
