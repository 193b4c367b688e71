import { DAYS } from "../core/model.js";
import type { View } from "../core/model.js";
import type { Subscriber } from "../store/store.js";

/** Converts between a CSV cell and a value of a view. A JSON file contains the value itself. */
interface CellFormat {
  readonly parse: (cell: string) => unknown;
  readonly format: (value: unknown) => string;
  /** The value of a blank cell (in JSON: null). Without it, a blank cell counts as an absent column. */
  readonly blank?: unknown;
}

/**
 * Phrases, separated by semicolons. `\;` is a semicolon in a phrase, `\\` a backslash. The schema of a view also splits topics at commas,
 * but not names.
 */
const list: CellFormat = {
  parse: (cell) =>
    (cell.match(/(?:\\[\s\S]|[^;\\])+/g) ?? [])
      .map((phrase) => phrase.replaceAll(/\\([;\\])/g, "$1").trim())
      .filter((phrase) => phrase !== ""),
  format: (value) => (value as readonly string[]).map((phrase) => phrase.replaceAll(/[;\\]/g, "\\$&")).join(";"),
  blank: [],
};
const number: CellFormat = { parse: (cell) => (/^\d{1,9}$/.test(cell) ? Number(cell) : cell), format: String };
const limit: CellFormat = { ...number, format: (value) => (value === null ? "" : number.format(value)), blank: null };
/** Views that were stored before revisits existed lack this number, which then counts as 0. */
const revisit: CellFormat = { ...number, format: (value) => number.format(value ?? 0) };
const word: CellFormat = { parse: (cell) => cell, format: String };
const source: CellFormat = { ...word, format: (value) => word.format(value ?? DAYS) };
const since: CellFormat = { ...number, format: (value) => (value === undefined ? "" : number.format(value)) };
/** A view without interests lacks the list. */
const likes: CellFormat = { parse: list.parse, format: (value) => list.format(value ?? []) };
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["0", false],
]);
const boolean: CellFormat = {
  parse: (cell) => BOOLEANS.get(cell.toLowerCase()) ?? cell,
  format: (value) => (value ? "yes" : "no"),
};

interface ViewColumn extends CellFormat {
  readonly name: string;
  readonly key: keyof View;
}

/** The columns with a subscriber's preferences, by their names in files and their keys in a view. */
export const VIEW_COLUMNS: readonly ViewColumn[] = [
  { name: "language", key: "language", ...word },
  { name: "include", key: "include", ...list },
  { name: "exclude", key: "exclude", ...list },
  { name: "authors", key: "authors", ...list },
  { name: "organizations", key: "organizations", ...list },
  { name: "min_upvotes", key: "minUpvotes", ...number },
  { name: "with_code", key: "withCode", ...boolean },
  { name: "limit", key: "limit", ...limit },
  { name: "order", key: "order", ...word },
  { name: "abstracts", key: "abstracts", ...word },
  { name: "full_up_to", key: "fullUpTo", ...number },
  { name: "leading", key: "leading", ...number },
  { name: "pictures", key: "pictures", ...boolean },
  { name: "revisit", key: "revisit", ...revisit },
  { name: "source", key: "source", ...source },
  { name: "since", key: "since", ...since },
  { name: "interests", key: "interests", ...likes },
  { name: "min_closeness", key: "minCloseness", ...since },
];

/** The values of keys that older views lack. */
const LATER_KEYS: Partial<View> = { revisit: 0, source: DAYS };

/** The columns before those of the view. An import ignores `joined_at`. */
const PERSON_COLUMNS = ["email", "state", "paused_until", "frequency", "origin", "joined_at"] as const;

/** Every column of an export, in order. An import accepts them all and requires only `email`. */
export const COLUMNS: readonly string[] = [...PERSON_COLUMNS, ...VIEW_COLUMNS.map(({ name }) => name)];

const KNOWN: ReadonlySet<string> = new Set(COLUMNS);

/** Aliases of columns: the names that the public site uses. */
const OTHER_NAMES: Readonly<Record<string, string>> = { topics: "include" };

/** Returns the name that an export has for a column, whose spelling may differ in a file. */
export function columnName(given: string): string {
  const name = given.trim().toLowerCase();
  return Object.hasOwn(OTHER_NAMES, name) ? (OTHER_NAMES[name] ?? name) : name;
}

/** Whether `COLUMNS` contains a column, whose spelling may differ in a file. */
export function isColumn(name: string): boolean {
  return KNOWN.has(name);
}

/**
 * Returns a subscriber as an object of a JSON export, with its keys in the order of `COLUMNS`. Instants are in ISO 8601 and
 * UTC.
 */
export function recordOf(subscriber: Omit<Subscriber, "id">): Readonly<Record<string, unknown>> {
  const view: View = { ...LATER_KEYS, ...subscriber.view };
  return {
    email: subscriber.address,
    state: subscriber.state,
    paused_until: subscriber.pausedUntil?.toISOString() ?? null,
    frequency: subscriber.frequency,
    origin: subscriber.origin,
    joined_at: subscriber.joinedAt.toISOString(),
    ...Object.fromEntries(VIEW_COLUMNS.map(({ name, key }) => [name, view[key] ?? null])),
  };
}

/**
 * Returns a subscriber as the cells of a CSV export, in the order of `COLUMNS`. Includes every preference, so that the file has
 * the same meaning in a home with another configuration.
 */
export function cellsOf(subscriber: Omit<Subscriber, "id">): readonly string[] {
  const { email, state, paused_until, frequency, origin, joined_at } = recordOf(subscriber);
  const person = [email, state, paused_until ?? "", frequency, origin, joined_at].map(String);
  return [...person, ...VIEW_COLUMNS.map(({ key, format }) => format(subscriber.view[key]))];
}
