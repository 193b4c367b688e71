import { parsePeriod } from "../../core/calendar.js";
import { ABSTRACTS } from "../../core/model.js";
import type { View } from "../../core/model.js";
import type { Frequency, SubscriberChange } from "../../store/store.js";
import type { Form } from "./form.js";

export const FREQUENCIES = ["daily", "weekly", "monthly"] as const satisfies readonly Frequency[];

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

/** Limits on what one subscriber can store. */
const MAX_TOPICS = 20;
const MAX_TOPIC_LENGTH = 60;
const MAX_PAPERS = 200;
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
  const topics = (field: "include" | "exclude") =>
    form.has(field) ? parseTopics(form.get(field)) : before.view[field];
  const [include, exclude] = [topics("include"), topics("exclude")];
  const limit = form.has("limit") ? form.get("limit") : String(before.view.limit ?? "");
  const pause = readPause(form, before.pause);
  const preferences: Preferences = {
    frequency: oneOf(FREQUENCIES, form.get("frequency")) ?? before.frequency,
    pause,
    view: {
      ...before.view,
      include,
      exclude,
      limit: limit === "" ? null : Number(limit),
      abstracts: oneOf(ABSTRACTS, form.get("abstracts")) ?? before.view.abstracts,
      pictures: form.has("pictures") ? form.get("pictures") === "yes" : before.view.pictures,
      language: oneOf(languages, form.get("language")) ?? before.view.language,
    },
  };
  const errors = [
    ...(["include", "exclude"] as const).flatMap((field) => topicErrors(field, preferences.view[field])),
    ...(isLimit(limit) ? [] : [{ field: "limit", message: "error.limit" }]),
    ...(pause.kind !== "until" || isPauseDay(pause.day, now) ? [] : [{ field: "until", message: "error.until" }]),
  ];
  return { preferences, errors };
}

/** Splits topics at commas, semicolons and line breaks; removes duplicates and control characters. */
function parseTopics(text: string): readonly string[] {
  const parts = text
    .normalize("NFC")
    .split(/[,;\n]/)
    .map((part) => part.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim());
  return [...new Set(parts.filter((part) => part !== ""))];
}

function topicErrors(field: "include" | "exclude", topics: readonly string[]): FieldError[] {
  if (topics.length > MAX_TOPICS) return [{ field, message: "error.topics" }];
  return topics.some((topic) => topic.length > MAX_TOPIC_LENGTH) ? [{ field, message: "error.topic" }] : [];
}

function isLimit(text: string): boolean {
  return text === "" || (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PAPERS);
}

function readPause(form: Form, before: Pause): Pause {
  const kind = oneOf(["no", "open", "until"] as const, form.get("pause"));
  if (kind === undefined) return before;
  return kind === "until" ? { kind, day: form.get("until") } : { kind };
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
