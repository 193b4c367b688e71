import * as z from "zod";
import { parsePeriod } from "../core/calendar.js";
import type { View } from "../core/model.js";
import { parseAddress } from "../send/message/address.js";
import { settingsSchema } from "../config/schema.js";
import type { NewSubscriber } from "../store/store.js";
import { VIEW_COLUMNS } from "./columns.js";

/** One reader of a file: what stands in each known column (text from CSV, any value from JSON), or why it cannot be read. */
export type Row =
  | { readonly line: number; readonly cells: ReadonlyMap<string, unknown> }
  | { readonly line: number; readonly why: string };

/** Why a row is not taken, before anybody is looked up. */
export type RowProblem = "unreadable" | "bad-address" | "wrong-value";

/** What a row says: a reader who can be added, or what is wrong with it. `email` is as the file has it, for a report. */
export type RowVerdict =
  | { readonly line: number; readonly email: string; readonly reader: NewSubscriber }
  | { readonly line: number; readonly email: string; readonly problem: RowProblem; readonly why: string };

/** The same ranges as for `view` in the configuration, so that nobody can have a letter that the operator could not. */
const viewSchema = settingsSchema.shape.view.unwrap();

const personSchema = z.object({
  state: z.enum(["pending", "active", "paused", "gone", "bounced"]).optional(),
  frequency: z.enum(["daily", "weekly", "monthly"]).optional(),
  origin: z.enum(["named", "operator", "site", "mail"]).default("operator"),
});

const PERSON_KEYS = Object.keys(personSchema.shape);

/** A view that was given in parts, checked, or what is wrong with it. */
export type CheckedView =
  { readonly ok: true; readonly view: Partial<View> } | { readonly ok: false; readonly why: string };

/**
 * Checks the given parts of a view by the rules of the configuration.
 * @param nameOf the name under which the reader of a complaint knows a key.
 */
export function checkView(given: Readonly<Record<string, unknown>>, nameOf: (key: string) => string): CheckedView {
  // No limit is written as null in a view, and by leaving it out in the configuration.
  const { limit, ...others } = given;
  const checked = viewSchema.safeParse(limit === null ? others : given);
  if (!checked.success) return { ok: false, why: complain(checked.error, given, nameOf) };
  const view = Object.fromEntries(Object.entries(checked.data).filter(([, value]) => value !== undefined));
  return { ok: true, view: limit === null ? { ...view, limit: null } : view };
}

/** Reads a row after the other. */
export type RowReader = (row: Row) => RowVerdict;

/**
 * Readers from rows. What a row does not say is daily, active and as the house has it; `paused_until` alone means
 * paused. A blank list or limit in a column that is there means none. Whose rows say the same of the view share one.
 * @param house the view of a reader who asked for nothing.
 */
export function createRowReader(house: View): RowReader {
  const viewOf = createViewReader(house);
  return (row) => {
    if (!("cells" in row)) return { line: row.line, email: "", problem: "unreadable", why: row.why };
    const { line, cells } = row;
    const given = cells.get("email");
    const email = typeof given === "string" ? given.trim() : "";
    const parsed = parseAddress(email);
    if (!parsed.ok) return { line, email, problem: "bad-address", why: `the address ${parsed.why}` };
    const wrong = (why: string): RowVerdict => ({ line, email, problem: "wrong-value", why });
    const person = readPerson(cells);
    if (!person.ok) return wrong(person.why);
    const view = viewOf(cells);
    if (!view.ok) return wrong(view.why);
    return { line, email, reader: { address: parsed.address, ...person.values, view: view.view } };
  };
}

type Person = Pick<NewSubscriber, "state" | "pausedUntil" | "frequency" | "origin">;

function readPerson(cells: ReadonlyMap<string, unknown>): { ok: true; values: Person } | { ok: false; why: string } {
  const given = Object.fromEntries(PERSON_KEYS.map((key) => [key, scalar(cells.get(key))]));
  const checked = personSchema.safeParse(given);
  if (!checked.success) return { ok: false, why: complain(checked.error, given, (key) => key) };
  const until = scalar(cells.get("paused_until"));
  const pausedUntil = until === undefined ? null : parseInstant(until);
  if (pausedUntil === undefined) return { ok: false, why: `paused_until ${shown(until)}: ${EXPECTED_INSTANT}` };
  const { state = pausedUntil ? "paused" : "active", frequency = "daily", origin } = checked.data;
  if (pausedUntil && state !== "paused") return { ok: false, why: `paused_until is given, and the state is ${state}` };
  return { ok: true, values: { state, pausedUntil, frequency, origin } };
}

/** Views that are kept for rows that say the same; a list of a million has dozens. */
const MOST_VIEWS = 1000;

/** Characters of what a row says of its view, up to which it is kept: a file of long ones must not fill the memory. */
const MOST_SAID = 1000;

type OwnView = { readonly ok: true; readonly view: View } | Extract<CheckedView, { ok: false }>;

function createViewReader(house: View): (cells: ReadonlyMap<string, unknown>) => OwnView {
  const known = new Map<string, View>();
  return (cells) => {
    const said = VIEW_COLUMNS.flatMap(({ name }) => (cells.has(name) ? [name, cells.get(name)] : []));
    if (said.length === 0) return { ok: true, view: house };
    const key = JSON.stringify(said);
    const same = known.get(key);
    if (same !== undefined) return { ok: true, view: same };
    const read = readView(cells);
    if (!read.ok) return read;
    const view = Object.keys(read.view).length === 0 ? house : { ...house, ...read.view };
    if (key.length <= MOST_SAID && known.size < MOST_VIEWS) known.set(key, view);
    return { ok: true, view };
  };
}

function readView(cells: ReadonlyMap<string, unknown>): CheckedView {
  const given: Record<string, unknown> = {};
  for (const { name, key, read, blank } of VIEW_COLUMNS) {
    if (!cells.has(name)) continue;
    const value = scalar(cells.get(name)) ?? blank;
    if (value !== undefined) given[key] = typeof value === "string" ? read(value) : value;
  }
  if (Object.keys(given).length === 0) return { ok: true, view: {} };
  return checkView(given, (key) => VIEW_COLUMNS.find((column) => column.key === key)?.name ?? key);
}

/** Text without blanks around it; what is blank or null is undefined. Other values of JSON stay. */
function scalar(value: unknown): unknown {
  if (typeof value !== "string") return value ?? undefined;
  return value.trim() === "" ? undefined : value.trim();
}

export const EXPECTED_INSTANT = "expected a day such as 2026-10-02, or an instant such as 2026-10-02T07:00:00Z";

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** An instant from a day (its begin in UTC) or from ISO 8601 with an offset; undefined when it is neither. */
export function parseInstant(value: unknown): Date | undefined {
  const [text, day] = (typeof value === "string" && INSTANT.exec(value)) || [];
  if (text === undefined || day === undefined || !parsePeriod(day)?.span) return undefined;
  const instant = new Date(text);
  return Number.isNaN(Number(instant)) ? undefined : instant;
}

function complain(
  error: z.ZodError,
  given: Readonly<Record<string, unknown>>,
  nameOf: (key: string) => string,
): string {
  return error.issues
    .map(({ path: [key = ""], message }) => `${nameOf(String(key))} ${shown(given[String(key)])}: ${message}`)
    .join("; ");
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
