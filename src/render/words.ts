import { PaperboyError } from "../errors.js";
import type { TemplateFiles } from "./files.js";
import { canonicalTag } from "./language.js";
import type { Messages } from "./messages.js";
import { readMessages } from "./messages.js";

type Values = Readonly<Record<string, string | number>>;

/** The words of one language: everything that a letter says which the page did not. */
export interface Words {
  readonly language: string;
  /** The direction in which the language is written, for the letter's `dir`. */
  readonly dir: "ltr" | "rtl";
  /**
   * A message by key, with its `{values}` filled in; `count` chooses the plural form.
   * @throws Error when no messages file has such a key; a template that asks for it is told its place.
   */
  say(key: string, values?: Values): string;
  number(value: number): string;
  /** A day such as `2026-03-09` in the given form, always by UTC. */
  date(day: Date, form: Intl.DateTimeFormatOptions): string;
  range(from: Date, to: Date): string;
}

/**
 * Opens a language: an operator's messages stand over the built-in ones, and those over English.
 * @throws PaperboyError `config-invalid` when there are no messages for it, or they are wrong.
 */
export function openWords(files: TemplateFiles, language: string): Words {
  const name = messagesFile(files, language);
  const own = name === null ? null : readMessages(files, name);
  if (own === null) throw unknownLanguage(files, language);
  const messages: Messages = { ...readMessages(files, "messages/en.json"), ...own };
  // Where Intl does not know a language it would take the machine's own, and the same letter would differ from one to another.
  const locales = [typeof own["locale"] === "string" ? own["locale"] : language, "en"];
  const plurals = new Intl.PluralRules(locales);
  const numbers = new Intl.NumberFormat(locales);
  const number = (value: number) => numbers.format(value);
  const format = (form: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locales, { ...form, timeZone: "UTC" });
  return {
    language,
    dir: messages["dir"] === "rtl" ? "rtl" : "ltr",
    number,
    say: (key, values = {}) => {
      const phrase = Object.hasOwn(messages, key) ? messages[key] : undefined;
      if (phrase === undefined) throw new Error(`there is no message "${key}" in messages/${language}.json`);
      const text =
        typeof phrase === "string"
          ? phrase
          : (phrase[plurals.select(Number(values["count"] ?? 0))] ?? phrase.other ?? "");
      return fill(text, values, number);
    },
    date: (day, form) => format(form).format(day),
    range: (from, to) => format({ day: "numeric", month: "long", year: "numeric" }).formatRange(from, to),
  };
}

/** Fills `{name}` in one pass, so that a value which itself holds braces stays as it is. */
function fill(text: string, values: Values, number: (value: number) => string): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** The messages file of a language, found by its tag in whatever case either is written; null when there is none. */
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
    hint: `The letter speaks ${tagsOf(files).join(", ")}; another language needs ${name} in the folder of templates.`,
  });
}
