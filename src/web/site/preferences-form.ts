import { parsePeriod } from "../../core/calendar.js";
import { ABSTRACTS, MOST_REVISIT, ORDERS, splitTopics } from "../../core/model.js";
import type { View } from "../../core/model.js";
import type { Words } from "../../render/words.js";
import type { Frequency, SubscriberChange } from "../../store/store.js";
import type { Form } from "./form.js";

const FREQUENCIES = ["daily", "weekly", "monthly"] as const satisfies readonly Frequency[];

/** Whether letters are paused: not at all, until the subscriber resumes them, or until a day (`2026-03-09`). */
export type Pause =
  { readonly kind: "no" } | { readonly kind: "open" } | { readonly kind: "until"; readonly day: string };

/** A subscriber's choices. */
export interface Preferences {
  readonly frequency: Frequency;
  readonly view: View;
  readonly pause: Pause;
}

/** An invalid field and the key of the message that explains the error. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface PreferencesResult {
  readonly preferences: Preferences;
  readonly errors: readonly FieldError[];
}

/** Lists that a subscriber can enter, in the order of the form. */
const LISTS = ["include", "exclude", "authors", "organizations"] as const;

/** Limits on what one subscriber can store. */
const MAX_ENTRIES = 20;
const MAX_ENTRY_LENGTH = 60;
const MAX_PAPERS = 200;
const MAX_VOTES = 9_999;
const MAX_PAUSE_DAYS = 366;
const DAY_MS = 86_400_000;

interface ReadOptions {
  /** Values for fields that the form does not contain. */
  readonly before: Preferences;
  readonly languages: readonly string[];
  readonly now: Date;
}

/** Reads preferences from a form. Values that the form's own controls cannot produce are ignored. */
export function readPreferences(form: Form, { before, languages, now }: ReadOptions): PreferencesResult {
  const { view } = before;
  const lists = LISTS.map((field) => [field, form.has(field) ? parseList(form.get(field)) : view[field]] as const);
  const limit = form.has("limit") ? form.get("limit") : String(view.limit ?? "");
  const votes = form.has("votes") ? form.get("votes") : String(view.minUpvotes);
  const isTicked = (field: string, otherwise: boolean) => (form.has(field) ? form.get(field) === "yes" : otherwise);
  const revisit = REVISITS.find((value) => String(value) === form.get("revisit")) ?? view.revisit;
  const pause = readPause(form, before.pause);
  const preferences: Preferences = {
    frequency: oneOf(FREQUENCIES, form.get("frequency")) ?? before.frequency,
    pause,
    view: {
      ...view,
      ...Object.fromEntries(lists),
      limit: limit === "" ? null : Number(limit),
      minUpvotes: Number(votes),
      withCode: isTicked("code", view.withCode),
      order: oneOf(ORDERS, form.get("order")) ?? view.order,
      abstracts: oneOf(ABSTRACTS, form.get("abstracts")) ?? view.abstracts,
      pictures: isTicked("pictures", view.pictures),
      language: oneOf(languages, form.get("language")) ?? view.language,
      ...(revisit === undefined || (revisit === 0 && view.revisit === undefined) ? {} : { revisit }),
    },
  };
  const errors = [
    ...lists.flatMap(([field, entries]) => listErrors(field, entries)),
    ...(isWithin(limit, 1, MAX_PAPERS) ? [] : [{ field: "limit", message: "error.limit" }]),
    ...(isWithin(votes, 0, MAX_VOTES) ? [] : [{ field: "votes", message: "error.votes" }]),
    ...(pause.kind !== "until" || isPauseDay(pause.day, now) ? [] : [{ field: "until", message: "error.until" }]),
  ];
  return { preferences, errors };
}

/** The choices of `View.revisit`. */
const REVISITS: readonly number[] = Array.from({ length: MOST_REVISIT + 1 }, (_, count) => count);

/** Splits a list at commas, semicolons and line breaks, except within quotes; removes duplicates and control characters. */
function parseList(text: string): readonly string[] {
  const parts = splitTopics(text.normalize("NFC"), "lines").map((part) =>
    part.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim(),
  );
  return [...new Set(parts.filter((part) => part !== ""))];
}

function listErrors(field: (typeof LISTS)[number], entries: readonly string[]): FieldError[] {
  if (entries.length > MAX_ENTRIES) return [{ field, message: "error.topics" }];
  return entries.some((entry) => entry.length > MAX_ENTRY_LENGTH) ? [{ field, message: "error.topic" }] : [];
}

/** Returns whether a text is empty or a whole number in a range. */
function isWithin(text: string, least: number, most: number): boolean {
  return text === "" || (/^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most);
}

/** Reads the pause. A new date counts even if the radio button in front of it was not selected. */
function readPause(form: Form, before: Pause): Pause {
  const kind = oneOf(["no", "open", "until"] as const, form.get("pause")) ?? before.kind;
  const day = form.get("until");
  const isNewDay = day !== "" && day !== (before.kind === "until" ? before.day : "");
  if (kind === "until" || (kind === before.kind && isNewDay)) {
    return { kind: "until", day: form.has("until") || before.kind !== "until" ? day : before.day };
  }
  return { kind };
}

/** Returns whether `day` is a valid date after now and within a year. */
function isPauseDay(day: string, now: Date): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !parsePeriod(day)?.span) return false;
  const ahead = Date.parse(day) - now.getTime();
  return ahead > 0 && ahead <= MAX_PAUSE_DAYS * DAY_MS;
}

/** Returns the stored form of a pause. It ends at 00:00 UTC of its day. */
export function pauseChange(pause: Pause): Pick<SubscriberChange, "state" | "pausedUntil"> {
  if (pause.kind === "no") return { state: "active", pausedUntil: null };
  return { state: "paused", pausedUntil: pause.kind === "open" ? null : new Date(`${pause.day}T00:00:00Z`) };
}

/** Returns a pause that ends `days` days from now. */
export function pauseFor(days: number, now: Date): Pause {
  return { kind: "until", day: new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10) };
}

function oneOf<T extends string>(values: readonly T[], text: string): T | undefined {
  return values.find((value) => value === text);
}

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

function choices(values: readonly string[], chosen: string, label: (value: string) => string): readonly Choice[] {
  return values.map((value) => ({ value, label: label(value), isChosen: value === chosen }));
}

/** Returns the data of the fields that the subscription and the preferences form share. */
export function preferenceFields({ frequency, view }: Preferences, words: Words) {
  return {
    frequencies: choices(FREQUENCIES, frequency, (value) => words.say(`frequency.${value}`)),
    lengths: choices(ABSTRACTS, view.abstracts, (value) => words.say(`length.${value}`)),
  };
}

/** Returns the data of the lists: topics, authors and organisations. */
export function listFields({ view }: Preferences, errors: readonly FieldError[]) {
  return LISTS.map((field) => ({
    field,
    label: `field.${field}`,
    hint: `field.${field}.hint`,
    value: view[field].join(", "),
    isInvalid: hasError(field, errors),
  }));
}

function hasError(field: string, errors: readonly FieldError[]): boolean {
  return errors.some((error) => error.field === field);
}

interface DetailOptions {
  readonly languages: readonly string[];
  readonly words: Words;
  readonly errors: readonly FieldError[];
}

/** Returns the data of the fields that only the preferences form has. Invalid numbers are shown as empty. */
export function detailFields({ view, pause }: Preferences, { languages, words, errors }: DetailOptions) {
  const nameOf = new Intl.DisplayNames([words.language, "en"], { type: "language" });
  const { limit, minUpvotes } = view;
  return {
    limit: limit === null || Number.isNaN(limit) ? "" : limit,
    votes: minUpvotes === 0 || Number.isNaN(minUpvotes) ? "" : minUpvotes,
    invalid: { limit: hasError("limit", errors), votes: hasError("votes", errors), until: hasError("until", errors) },
    withCode: view.withCode,
    orders: choices(ORDERS, view.order, (value) => words.say(`order.${value}`)),
    revisits: choices(REVISITS.map(String), String(view.revisit ?? 0), (value) =>
      value === "0" ? words.say("revisit.none") : words.say("revisit.some", { count: Number(value) }),
    ),
    pictures: view.pictures,
    languages: choices(languages, view.language, (tag) => nameOf.of(tag) ?? tag),
    pauses: choices(["no", "until", "open"], pause.kind, (kind) => words.say(`pause.${kind}`)),
    until: pause.kind === "until" ? pause.day : "",
  };
}
