import { PaperboyError } from "../errors.js";
import type { TemplateFiles } from "./files.js";

type Phrase = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
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

/** Opens a language: an operator's messages stand over the built-in ones, and those over English. */
export function openWords(files: TemplateFiles, language: string): Words {
  const name = `messages/${language}.json`;
  const own = LANGUAGE_TAG.test(language) ? readMessages(files, name) : null;
  if (own === null) throw unknownLanguage(files, language);
  const messages = { ...readMessages(files, "messages/en.json"), ...own };
  const locale = typeof own["locale"] === "string" ? own["locale"] : language;
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const number = (value: number) => numbers.format(value);
  const format = (form: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...form, timeZone: "UTC" });
  return {
    language,
    dir: messages["dir"] === "rtl" ? "rtl" : "ltr",
    number,
    say: (key, values = {}) => {
      const phrase = Object.hasOwn(messages, key) ? messages[key] : undefined;
      if (phrase === undefined) throw new Error(`there is no message "${key}" in ${name}`);
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

const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/;

/** All files of that name, merged; null when there is none. */
function readMessages(files: TemplateFiles, name: string): Readonly<Record<string, Phrase>> | null {
  const layers = files.layers(name).map((text) => parseMessages(text, files.where(name)));
  return layers.length === 0 ? null : Object.fromEntries(layers.flatMap((messages) => Object.entries(messages)));
}

function parseMessages(text: string, file: string): Record<string, Phrase> {
  try {
    return JSON.parse(text) as Record<string, Phrase>;
  } catch (cause) {
    throw new PaperboyError("config-invalid", { message: `${file} is not JSON: ${String(cause)}`, cause });
  }
}

function unknownLanguage(files: TemplateFiles, language: string): PaperboyError {
  const known = files.list("messages").map((name) => name.replace(/\.json$/, ""));
  return new PaperboyError("config-invalid", {
    message: `there is no messages file for the language "${language}"`,
    hint: `The letter speaks ${known.join(", ")}; another language needs messages/${language}.json in the folder of templates.`,
  });
}
