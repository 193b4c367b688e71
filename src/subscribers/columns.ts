import type { View } from "../core/model.js";
import type { Subscriber } from "../store/store.js";

/** How a cell of text becomes a value, and a value a cell. In JSON the value stands as it is. */
interface Kind {
  readonly read: (cell: string) => unknown;
  readonly write: (value: unknown) => string;
  /** What a blank cell (in JSON: null) means; absent: as if the column were not there. */
  readonly blank?: unknown;
}

/** Phrases between semicolons; `\;` is a semicolon of the phrase itself, `\\` a backslash. */
const list: Kind = {
  read: (cell) =>
    (cell.match(/(?:\\[\s\S]|[^;\\])+/g) ?? [])
      .map((phrase) => phrase.replaceAll(/\\([;\\])/g, "$1").trim())
      .filter((phrase) => phrase !== ""),
  write: (value) => (value as readonly string[]).map((phrase) => phrase.replaceAll(/[;\\]/g, "\\$&")).join(";"),
  blank: [],
};
const number: Kind = { read: (cell) => (/^\d{1,9}$/.test(cell) ? Number(cell) : cell), write: String };
const limit: Kind = { ...number, write: (value) => (value === null ? "" : number.write(value)), blank: null };
/** Readers from before there was a revisit have no number: they get none. */
const noneUnlessSaid: Kind = { ...number, write: (value) => number.write(value ?? 0) };
const word: Kind = { read: (cell) => cell, write: String };
const YES_OR_NO: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  "1": true,
  false: false,
  no: false,
  "0": false,
};
const truth: Kind = { read: (cell) => YES_OR_NO[cell.toLowerCase()] ?? cell, write: (value) => (value ? "yes" : "no") };

interface ViewColumn extends Kind {
  readonly name: string;
  readonly key: keyof View;
}

/** The columns that say what a reader's letter holds: their names in files, and in a view. */
export const VIEW_COLUMNS: readonly ViewColumn[] = [
  { name: "language", key: "language", ...word },
  { name: "include", key: "include", ...list },
  { name: "exclude", key: "exclude", ...list },
  { name: "authors", key: "authors", ...list },
  { name: "organizations", key: "organizations", ...list },
  { name: "min_upvotes", key: "minUpvotes", ...number },
  { name: "with_code", key: "withCode", ...truth },
  { name: "limit", key: "limit", ...limit },
  { name: "order", key: "order", ...word },
  { name: "abstracts", key: "abstracts", ...word },
  { name: "full_up_to", key: "fullUpTo", ...number },
  { name: "leading", key: "leading", ...number },
  { name: "pictures", key: "pictures", ...truth },
  { name: "revisit", key: "revisit", ...noneUnlessSaid },
];

/** What a view that lacks a key means. */
const ABSENT: Partial<View> = { revisit: 0 };

/** The columns before those of the view. `joined_at` is written for people; an import does not read it. */
const PERSON_COLUMNS = ["email", "state", "paused_until", "frequency", "origin", "joined_at"] as const;

/** Every column of an export, in order; an import knows them all and needs `email` alone. */
export const COLUMNS: readonly string[] = [...PERSON_COLUMNS, ...VIEW_COLUMNS.map(({ name }) => name)];

const KNOWN: ReadonlySet<string> = new Set(COLUMNS);

/** Whether a column of a file means something here. */
export function isColumn(name: string): boolean {
  return KNOWN.has(name);
}

/** A reader as an object of an export, keys in the order of COLUMNS. Instants are ISO 8601 in UTC. */
export function recordOf(reader: Omit<Subscriber, "id">): Readonly<Record<string, unknown>> {
  const view: View = { ...ABSENT, ...reader.view };
  return {
    email: reader.address,
    state: reader.state,
    paused_until: reader.pausedUntil?.toISOString() ?? null,
    frequency: reader.frequency,
    origin: reader.origin,
    joined_at: reader.joinedAt.toISOString(),
    ...Object.fromEntries(VIEW_COLUMNS.map(({ name, key }) => [name, view[key]])),
  };
}

/** A reader as the cells of a CSV export, in the order of COLUMNS. Every preference is written out, so that the file says the same in any home. */
export function cellsOf(reader: Omit<Subscriber, "id">): readonly string[] {
  const { email, state, paused_until, frequency, origin, joined_at } = recordOf(reader);
  const person = [email, state, paused_until ?? "", frequency, origin, joined_at].map(String);
  return [...person, ...VIEW_COLUMNS.map(({ key, write }) => write(reader.view[key]))];
}
