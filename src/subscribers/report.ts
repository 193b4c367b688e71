import { stringify } from "csv-stringify/sync";
import { cellsOf, COLUMNS, recordOf } from "./columns.js";
import type { ImportCounts, Unadded } from "./import.js";
import type { Subscriber, SubscriberState, SubscriberStore } from "../store/store.js";

/** Readers that are read from the store at once. */
const PAGE = 1000;

/** A lone carriage return would end a line for some readers of CSV. */
const QUOTED = { quoted_match: /[\r\n]/ };

/** The first line of a report of rows that added nobody. */
export const REPORT_HEAD = "line,problem,email,why\n";

/** A line of the report (CSV, RFC 4180). The address stands as the file had it. */
export function reportLine({ line, problem, email, why }: Unadded): string {
  return stringify([[line, problem, email, why]], QUOTED);
}

/** What an import did, in one line: `12 added, 3 known already, 1 refused, of 16`. */
export function tellCounts(counts: ImportCounts, dryRun: boolean): string {
  const parts = [
    `${counts.added} ${dryRun ? "would be added" : "added"}`,
    counts.known > 0 && `${counts.known} known already`,
    counts.duplicate > 0 && `${counts.duplicate} twice in the file`,
    counts.suppressed > 0 && `${counts.suppressed} erased before`,
    counts.refused > 0 && `${counts.refused} refused`,
  ];
  return `${parts.filter(Boolean).join(", ")}, of ${counts.rows}`;
}

/** How a list of readers is written. `csv` and `json` (an object a line) are what an import reads. */
export type ListShape = "csv" | "json" | "text";

const HEADS: Readonly<Record<ListShape, string>> = { csv: stringify([[...COLUMNS]]), json: "", text: "" };

const WRITERS: Readonly<Record<ListShape, (readers: readonly Subscriber[]) => string>> = {
  // Cells stand as they are, also those that a spreadsheet takes for a formula: a sign put before them would come back
  // with the next import as part of a phrase (the help of export says so).
  csv: (readers) =>
    stringify(
      readers.map((reader) => [...cellsOf(reader)]),
      QUOTED,
    ),
  json: (readers) => readers.map((reader) => `${JSON.stringify(recordOf(reader))}\n`).join(""),
  text: (readers) => readers.map(textLine).join(""),
};

function textLine({ address, state, frequency, view, origin }: Subscriber): string {
  return `${address.padEnd(40)}  ${state.padEnd(8)}${frequency.padEnd(9)}${view.language.padEnd(4)}${origin}\n`;
}

interface ListWish {
  readonly shape: ListShape;
  readonly state?: SubscriberState | undefined;
  readonly limit?: number | undefined;
}

/** The readers in the store as text, a thousand at a time, so that a list of any length takes constant memory. */
export async function* writeReaders(
  subscribers: SubscriberStore,
  { shape, state, limit = Number.POSITIVE_INFINITY }: ListWish,
): AsyncGenerator<string> {
  yield HEADS[shape];
  let after = 0;
  let left = limit;
  while (left > 0) {
    const page = { after, limit: Math.min(PAGE, left), ...(state === undefined ? {} : { state }) };
    const readers = await subscribers.list(page);
    const last = readers.at(-1);
    if (last === undefined) return;
    yield WRITERS[shape](readers);
    after = last.id;
    left -= readers.length;
  }
}

/** `3 readers: 2 active, 1 gone`. */
export function tellStates(counts: Readonly<Record<SubscriberState, number>>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  const states = parts.map(([state, count]) => `${count} ${state}`).join(", ");
  return all === 0 ? "no readers yet" : `${all} ${all === 1 ? "reader" : "readers"}: ${states}`;
}
