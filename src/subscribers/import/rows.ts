import * as z from "zod";
import type { View } from "../../core/model.js";
import { parseAddress } from "../../send/message/address.js";
import type { NewSubscriber } from "../../store/store.js";
import { isColumn, VIEW_COLUMNS } from "../columns.js";
import { isAddressColumn, plainAddress } from "./address-column.js";
import { isConsentColumn, mayRefuse, readConsent } from "./consent.js";
import { checkView, EXPECTED_INSTANT, explainIssues, parseInstant, quoted } from "../preferences.js";
import type { CheckedView } from "../preferences.js";

/** One row of a file: the value of each known column (text from CSV, any value from JSON), or the reason why it cannot be read. */
export type Row =
  | { readonly line: number; readonly cells: ReadonlyMap<string, unknown> }
  | { readonly line: number; readonly why: string };

/**
 * Returns the cells of a row that an import reads: those of `COLUMNS`, those of columns about consent, and any other cell that shows that
 * the person left. The first filled cell of the address columns becomes `email`.
 */
export function cellsOf(
  entries: readonly (readonly [name: string, value: unknown])[],
  addresses: readonly string[],
): ReadonlyMap<string, unknown> {
  const all = new Map(entries);
  const filled = addresses.find((name) => typeof all.get(name) !== "string" || all.get(name) !== "");
  const email = all.get(filled ?? addresses[0] ?? "");
  const others = entries.filter(
    ([name, value]) => name !== "email" && (isColumn(name) || isConsentColumn(name) || mayRefuse(name, value)),
  );
  return new Map([...(addresses.length > 0 ? ([["email", email]] as const) : []), ...others]);
}

/** Whether an import reads a column of this name: one of `COLUMNS`, the address, or consent. */
export function isRead(name: string): boolean {
  return isColumn(name) || isAddressColumn(name) || isConsentColumn(name);
}

/** The kind of problem of a refused row, which does not depend on the subscribers in the store. */
export type RowProblem = "unreadable" | "bad-address" | "wrong-value";

/** A subscriber who can be added, or the problem of the row. `email` is spelt as in the file, for the report. */
export type ParsedRow =
  | {
      readonly line: number;
      readonly email: string;
      readonly subscriber: NewSubscriber;
      /** The cell that shows that the person left elsewhere; such a person is never mailed. */
      readonly left?: string;
    }
  | { readonly line: number; readonly email: string; readonly problem: RowProblem; readonly why: string };

const personSchema = z.object({
  state: z.enum(["pending", "active", "paused", "gone", "bounced"]).optional(),
  frequency: z.enum(["daily", "weekly", "monthly"]).optional(),
  origin: z.enum(["named", "operator", "site", "mail"]).default("operator"),
});

const PERSON_KEYS = Object.keys(personSchema.shape);

/**
 * Creates a parser of rows. If columns are absent, a reader is daily, active and has the default view; with only
 * `paused_until`, the reader is paused. A blank list or limit in a column means none. Rows with equal preferences share one
 * view object. A reader who is not subscribed elsewhere (`readConsent`) is never active, whatever the other columns contain.
 * @param fileName can also show that readers left: Mailchimp names the files of each state after it.
 */
export function createRowParser(defaultView: View, fileName = ""): (row: Row) => ParsedRow {
  const viewOf = createViewParser(defaultView);
  return (row) => {
    if (!("cells" in row)) return { line: row.line, email: "", problem: "unreadable", why: row.why };
    const { line, cells } = row;
    const given = cells.get("email");
    const email = typeof given === "string" ? plainAddress(given) : "";
    const parsed = parseAddress(email);
    if (!parsed.ok) return { line, email, problem: "bad-address", why: `the address ${parsed.why}` };
    const wrong = (why: string): ParsedRow => ({ line, email, problem: "wrong-value", why });
    const { address } = parsed;
    const consent = readConsent(cells, fileName);
    if (consent.state === "unknown") return wrong(`${consent.because}: ${EXPECTED_CONSENT}`);
    if (consent.state !== "active") {
      const absent = { pausedUntil: null, frequency: "daily", origin: "operator", view: defaultView } as const;
      return { line, email, subscriber: { address, state: consent.state, ...absent }, left: consent.because };
    }
    const person = parsePerson(cells);
    if (!person.ok) return wrong(person.why);
    const view = viewOf(cells);
    if (!view.ok) return wrong(view.why);
    return { line, email, subscriber: { address, ...person.values, view: view.view } };
  };
}

const EXPECTED_CONSENT = "expected a word such as subscribed or unsubscribed; correct it, or remove the column";

type Person = Pick<NewSubscriber, "state" | "pausedUntil" | "frequency" | "origin">;

function parsePerson(cells: ReadonlyMap<string, unknown>): { ok: true; values: Person } | { ok: false; why: string } {
  const given = Object.fromEntries(PERSON_KEYS.map((key) => [key, scalar(cells.get(key))]));
  const checked = personSchema.safeParse(given);
  if (!checked.success) return { ok: false, why: explainIssues(checked.error, given, (key) => key) };
  const until = scalar(cells.get("paused_until"));
  const pausedUntil = until === undefined ? null : parseInstant(until);
  if (pausedUntil === undefined) return { ok: false, why: `paused_until ${quoted(until)}: ${EXPECTED_INSTANT}` };
  const { state = pausedUntil ? "paused" : "active", frequency = "daily", origin } = checked.data;
  if (pausedUntil && state !== "paused") return { ok: false, why: `paused_until is given, but the state is ${state}` };
  return { ok: true, values: { state, pausedUntil, frequency, origin } };
}

/** The maximum number of views that are cached for rows with equal preferences; a list of a million subscribers has dozens. */
const MAX_VIEWS = 1000;

/** The maximum length of cached preferences in characters of JSON, so that a file of long ones does not fill the memory. */
const MAX_KEY_LENGTH = 1000;

type CompleteView = { readonly ok: true; readonly view: View } | Extract<CheckedView, { ok: false }>;

function createViewParser(defaultView: View): (cells: ReadonlyMap<string, unknown>) => CompleteView {
  const known = new Map<string, View>();
  return (cells) => {
    const given = VIEW_COLUMNS.flatMap(({ name }) => (cells.has(name) ? [name, cells.get(name)] : []));
    if (given.length === 0) return { ok: true, view: defaultView };
    const key = JSON.stringify(given);
    const same = known.get(key);
    if (same !== undefined) return { ok: true, view: same };
    const parsed = parseView(cells);
    if (!parsed.ok) return parsed;
    const view = Object.keys(parsed.view).length === 0 ? defaultView : { ...defaultView, ...parsed.view };
    if (key.length <= MAX_KEY_LENGTH && known.size < MAX_VIEWS) known.set(key, view);
    return { ok: true, view };
  };
}

function parseView(cells: ReadonlyMap<string, unknown>): CheckedView {
  const given: Record<string, unknown> = {};
  for (const { name, key, parse, blank } of VIEW_COLUMNS) {
    if (!cells.has(name)) continue;
    const value = scalar(cells.get(name)) ?? blank;
    if (value !== undefined) given[key] = typeof value === "string" ? parse(value) : value;
  }
  if (Object.keys(given).length === 0) return { ok: true, view: {} };
  return checkView(given, (key) => VIEW_COLUMNS.find((column) => column.key === key)?.name ?? key);
}

/** Trims text. Blank text and null become undefined; other JSON values stay. */
function scalar(value: unknown): unknown {
  if (typeof value !== "string") return value ?? undefined;
  return value.trim() === "" ? undefined : value.trim();
}
