import { PaperboyError } from "../core/errors.js";
import { isObject } from "../core/json.js";
import { nearest } from "../core/nearest.js";
import type { TemplateFiles } from "./files.js";
import { canonicalTag } from "../core/text.js";

/** A message: one text, or one text for each plural form of the language. */
export type Phrase = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Messages = Readonly<Record<string, Phrase>>;

const ENGLISH = "messages/en.json";
const PLURAL_FORMS: readonly string[] = ["zero", "one", "two", "few", "many", "other"];

/** The prefix of messages for the operator's own templates. Every other unknown key is a typo. */
const OWN_KEY = /^own\./;

/** Settings of a language in its messages file. */
const SETTINGS: Readonly<Record<string, { readonly holds: (value: unknown) => boolean; readonly expected: string }>> = {
  dir: { holds: (value) => value === "ltr" || value === "rtl", expected: `"ltr" or "rtl"` },
  locale: {
    holds: (value) => typeof value === "string" && canonicalTag(value) !== null,
    expected: `a language tag such as "en-GB"`,
  },
};

/**
 * Reads the messages files with a name, the operator's overriding the built-in one; null if there is none.
 * @throws PaperboyError `config-invalid` for invalid JSON, an unknown key or an invalid message.
 */
export function readMessages(files: TemplateFiles, name: string): Messages | null {
  const layers = files.layers(name);
  if (layers.length === 0) return null;
  const known = Object.keys(JSON.parse(files.layers(ENGLISH)[0] ?? "{}") as object);
  const read = layers.map((text) => checked(parse(text, files.where(name)), known, files.where(name)));
  return Object.fromEntries(read.flatMap((messages) => Object.entries(messages)));
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: `${file} is not JSON: ${String(cause)}${placeOf(cause, text)}`,
      hint: "Write keys and texts in double quotes, with a comma between two entries and none after the last.",
      cause,
    });
  }
}

/** Returns the line and column of a mistake, for parsers that report only its offset. */
function placeOf(cause: unknown, text: string): string {
  const [, position] = /at position (\d+)(?! \(line)/.exec(String(cause)) ?? [];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return ` (line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1})`;
}

function checked(messages: unknown, known: readonly string[], file: string): Messages {
  const mistakes = isObject(messages)
    ? Object.entries(messages).flatMap(([key, value]) => mistakeIn(key, value, known) ?? [])
    : ["must be an object of keys and texts: { … }"];
  if (mistakes.length === 0) return messages as Messages;
  throw new PaperboyError("config-invalid", {
    message: `${file}: ${mistakes.join("; ")}`,
    hint: `templates/${ENGLISH} lists every message. Keys of your own templates begin with "own.".`,
  });
}

function mistakeIn(key: string, value: unknown, known: readonly string[]): string | null {
  if (!known.includes(key) && !OWN_KEY.test(key)) return `unknown message "${key}"${didYouMean(key, known)}`;
  const setting = SETTINGS[key];
  if (setting) return setting.holds(value) ? null : `"${key}" must be ${setting.expected}`;
  if (typeof value === "string") return null;
  if (!isObject(value)) return `"${key}" must be a text, or a text for each plural form`;
  const form = Object.keys(value).find((name) => !PLURAL_FORMS.includes(name));
  if (form !== undefined) return `"${key}" has no plural form "${form}"${didYouMean(form, PLURAL_FORMS)}`;
  if (Object.values(value).some((text) => typeof text !== "string")) return `"${key}" must have a text for each form`;
  return "other" in value ? null : `"${key}" needs the plural form "other"`;
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === null ? "" : ` (did you mean "${meant}"?)`;
}
