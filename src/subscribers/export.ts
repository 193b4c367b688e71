import { stringify } from "csv-stringify/sync";
import type { Subscriber, SubscriberState, SubscriberStore } from "../store/store.js";
import { cellsOf, COLUMNS, recordOf } from "./columns.js";

/** The number of subscribers per query. */
const PAGE_SIZE = 1000;

/** The format of a list. `subscribers import` reads `csv` and `json` (one object per line). */
export type ListFormat = "csv" | "json" | "text";

const HEADERS: Readonly<Record<ListFormat, string>> = { csv: stringify([[...COLUMNS]]), json: "", text: "" };

/** Quotes cells with a line break. Some CSV readers treat a single carriage return as the end of a line. */
export const QUOTED = { quoted_match: /[\r\n]/ };

const FORMATTERS: Readonly<Record<ListFormat, (subscribers: readonly Subscriber[]) => string>> = {
  // Cells that a spreadsheet would treat as a formula are not escaped, because an import would read the escape as part of a
  // phrase.
  csv: (subscribers) =>
    stringify(
      subscribers.map((subscriber) => [...cellsOf(subscriber)]),
      QUOTED,
    ),
  json: (subscribers) => subscribers.map((subscriber) => `${JSON.stringify(recordOf(subscriber))}\n`).join(""),
  text: (subscribers) => subscribers.map(textLine).join(""),
};

function textLine({ address, state, frequency, view, origin }: Subscriber): string {
  // Recipients who are named only by runs (`--to`, `to:`) get no letters of the list, so they have no frequency.
  const standing = origin === "named" && state === "active" ? "" : state;
  const often = origin === "named" ? "" : frequency;
  return `${address.padEnd(40)}  ${standing.padEnd(8)}${often.padEnd(9)}${view.language.padEnd(4)}${origin}\n`;
}

export interface ListQuery {
  readonly format: ListFormat;
  readonly state?: SubscriberState | undefined;
  readonly limit?: number | undefined;
  /** Lists the recipients who are named only by runs, instead of the subscribers. */
  readonly named?: true | undefined;
}

/** Yields the subscribers of the store as text, page by page, so that memory does not grow with the list. */
export async function* formatSubscribers(
  store: SubscriberStore,
  { format, state, named, limit = Number.POSITIVE_INFINITY }: ListQuery,
): AsyncGenerator<string> {
  yield HEADERS[format];
  let after = 0;
  let left = limit;
  while (left > 0) {
    const who = named ? ("named" as const) : ("list" as const);
    const page = { after, limit: Math.min(PAGE_SIZE, left), who, ...(state === undefined ? {} : { state }) };
    const subscribers = await store.list(page);
    const last = subscribers.at(-1);
    if (last === undefined) return;
    yield FORMATTERS[format](subscribers);
    after = last.id;
    left -= subscribers.length;
  }
}

/** Returns a summary such as `3 subscribers: 2 active, 1 gone`. */
export function formatStates(counts: Readonly<Record<SubscriberState, number>>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  const states = parts.map(([state, count]) => `${count} ${state}`).join(", ");
  return all === 0 ? "no subscribers yet" : `${all} ${all === 1 ? "subscriber" : "subscribers"}: ${states}`;
}
