import { parsePeriod } from "../../core/calendar.js";
import { ABSTRACTS } from "../../core/model.js";
import type { View } from "../../core/model.js";
import type { Frequency, SubscriberChange } from "../../store/store.js";
import type { Form } from "./form.js";

export const FREQUENCIES = ["daily", "weekly", "monthly"] as const satisfies readonly Frequency[];

/** When letters rest. */
export type Pause =
  { readonly kind: "no" } | { readonly kind: "open" } | { readonly kind: "until"; readonly day: string };

/** What a reader can choose. */
export interface Wish {
  readonly frequency: Frequency;
  readonly view: View;
  readonly pause: Pause;
}

/** A field that cannot be taken, and the key of the message that says why. */
export interface Mistake {
  readonly field: string;
  readonly message: string;
}

export interface ReadWish {
  readonly wish: Wish;
  readonly mistakes: readonly Mistake[];
}

/** What a stranger may store with us is small: many more topics than anybody reads, of a few words each. */
const MOST_TOPICS = 20;
const LONGEST_TOPIC = 60;
const MOST_PAPERS = 200;
const LONGEST_PAUSE_DAYS = 366;
const DAY_MS = 86_400_000;

interface Context {
  /** What holds where the form says nothing. */
  readonly before: Wish;
  readonly languages: readonly string[];
  readonly now: Date;
}

/** Reads what a form says over what held before. Values that a browser would not send are passed over in silence. */
export function readWish(form: Form, { before, languages, now }: Context): ReadWish {
  const topics = (field: "include" | "exclude") => (form.has(field) ? phrasesOf(form.get(field)) : before.view[field]);
  const [include, exclude] = [topics("include"), topics("exclude")];
  const limit = form.has("limit") ? form.get("limit") : String(before.view.limit ?? "");
  const pause = readPause(form, before.pause);
  const wish: Wish = {
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
  const mistakes = [
    ...(["include", "exclude"] as const).flatMap((field) => mistakesIn(field, wish.view[field])),
    ...(isLimit(limit) ? [] : [{ field: "limit", message: "mistake.limit" }]),
    ...(pause.kind !== "until" || isPauseDay(pause.day, now) ? [] : [{ field: "until", message: "mistake.until" }]),
  ];
  return { wish, mistakes };
}

/** Topics as they were typed: by commas or lines, each once, without control characters. */
function phrasesOf(text: string): readonly string[] {
  const parts = text
    .normalize("NFC")
    .split(/[,;\n]/)
    .map((part) => part.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim());
  return [...new Set(parts.filter((part) => part !== ""))];
}

function mistakesIn(field: "include" | "exclude", phrases: readonly string[]): Mistake[] {
  if (phrases.length > MOST_TOPICS) return [{ field, message: "mistake.topics" }];
  return phrases.some((phrase) => phrase.length > LONGEST_TOPIC) ? [{ field, message: "mistake.topic" }] : [];
}

function isLimit(text: string): boolean {
  return text === "" || (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_PAPERS);
}

function readPause(form: Form, before: Pause): Pause {
  const kind = oneOf(["no", "open", "until"] as const, form.get("pause"));
  if (kind === undefined) return before;
  return kind === "until" ? { kind, day: form.get("until") } : { kind };
}

/** A real day after today and within a year. */
function isPauseDay(day: string, now: Date): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !parsePeriod(day)?.span) return false;
  const ahead = Date.parse(day) - now.getTime();
  return ahead > 0 && ahead <= LONGEST_PAUSE_DAYS * DAY_MS;
}

/** How a pause is stored: letters come again with the first run of its day, by UTC. */
export function pauseChange(pause: Pause): Pick<SubscriberChange, "state" | "pausedUntil"> {
  if (pause.kind === "no") return { state: "active", pausedUntil: null };
  return { state: "paused", pausedUntil: pause.kind === "open" ? null : new Date(`${pause.day}T00:00:00Z`) };
}

/** The day so many days from now, for a pause. */
export function pauseFor(days: number, now: Date): Pause {
  return { kind: "until", day: new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10) };
}

function oneOf<T extends string>(values: readonly T[], text: string): T | undefined {
  return values.find((value) => value === text);
}
