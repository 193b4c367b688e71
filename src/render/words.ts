import { PaperboyError } from "../core/errors.js";
import { memoize } from "../core/memoize.js";
import type { TemplateFiles } from "./files.js";
import { canonicalTag } from "../core/text.js";
import type { Messages } from "./messages.js";
import { readMessages } from "./messages.js";

/** The forms of a day: `Monday, 9 March 2026`, `Mon 9 Mar`, `Monday, 9 March`, `9 March 2026`, `March 2026`. */
const FORMS = {
  long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  short: { weekday: "short", day: "numeric", month: "short" },
  weekday: { weekday: "long", day: "numeric", month: "long" },
  day: { day: "numeric", month: "long", year: "numeric" },
  month: { month: "long", year: "numeric" },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;

type DayForm = keyof typeof FORMS;

type Values = Readonly<Record<string, string | number>>;

/** The texts of one language: all texts of a letter that do not come from the page. */
export interface Words {
  readonly language: string;
  /** The text direction. */
  readonly dir: "ltr" | "rtl";
  /**
   * Returns a message with its `{values}` filled in; `count` selects the plural form.
   * @throws Error if no messages file has the key; the error of a template adds the place.
   */
  say(key: string, values?: Values): string;
  number(value: number): string;
  /** Formats a day in UTC. */
  date(day: Date, form: DayForm): string;
  range(from: Date, to: Date): string;
}

/**
 * Opens a language. The operator's messages override the built-in ones, which override English.
 * @throws PaperboyError `config-invalid` if there is no messages file for the language, or it is invalid.
 */
export function openWords(files: TemplateFiles, language: string): Words {
  const name = messagesFile(files, language);
  const own = name === null ? null : readMessages(files, name);
  if (own === null) throw unknownLanguage(files, language);
  const messages: Messages = { ...readMessages(files, "messages/en.json"), ...own };
  const { number, plural, date, range } = formatsOf(typeof own["locale"] === "string" ? own["locale"] : language);
  return {
    language,
    dir: messages["dir"] === "rtl" ? "rtl" : "ltr",
    number,
    date,
    range,
    say: (key, values = {}) => {
      const phrase = Object.hasOwn(messages, key) ? messages[key] : undefined;
      if (phrase === undefined) throw new Error(`there is no message "${key}" in messages/${language}.json`);
      const text =
        typeof phrase === "string" ? phrase : (phrase[plural(Number(values["count"] ?? 0))] ?? phrase.other ?? "");
      return fill(text, values, number);
    },
  };
}

interface Formats extends Pick<Words, "number" | "date" | "range"> {
  readonly plural: (count: number) => Intl.LDMLPluralRule;
}

/**
 * Returns the formats of a locale. An unknown locale falls back to English, because Intl would use the locale of the machine
 * and letters would differ between machines.
 */
const formatsOf = memoize((locale: string): Formats => {
  const locales = [locale, "en"];
  const dates = memoize((form) => new Intl.DateTimeFormat(locales, { ...FORMS[form as DayForm], timeZone: "UTC" }));
  const numbers = new Intl.NumberFormat(locales);
  const plurals = new Intl.PluralRules(locales);
  return {
    plural: (count) => plurals.select(count),
    number: (value) => numbers.format(value),
    date: (day, form) => {
      const text = dates(form).format(day);
      return locale === "en-GB" ? withStableComma(text, form) : text;
    },
    range: (from, to) => dates("day").formatRange(from, to),
  };
});

/**
 * Removes the comma after a British weekday, in which versions of CLDR differ, so that a letter is the same in every version of
 * Node.
 */
function withStableComma(text: string, form: DayForm): string {
  if (form === "long" || form === "weekday") return text.replace(/^(\w+),? /, "$1, ");
  return form === "short" ? text.replace(/^(\w+), /, "$1 ") : text;
}

/** Fills `{name}` in one pass, so that braces in a value stay unchanged. */
function fill(text: string, values: Values, number: (value: number) => string): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** Returns the messages file of a language, ignoring the case of its tag; null if there is none. */
function messagesFile(files: TemplateFiles, language: string): string | null {
  const wanted = canonicalTag(language);
  const tag = wanted === null ? undefined : tagsOf(files).find((known) => canonicalTag(known) === wanted);
  return tag === undefined ? null : `messages/${tag}.json`;
}

function tagsOf(files: TemplateFiles): string[] {
  return files
    .list("messages")
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length));
}

function unknownLanguage(files: TemplateFiles, language: string): PaperboyError {
  const name =
    canonicalTag(language) === null ? "messages/TAG.json (such as messages/fr.json)" : `messages/${language}.json`;
  return new PaperboyError("config-invalid", {
    message: `there is no messages file for the language "${language}"`,
    hint: `Use one of ${tagsOf(files).join(", ")}, or add ${name} to the template folder.`,
  });
}
