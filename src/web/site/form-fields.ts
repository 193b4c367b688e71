import { ABSTRACTS } from "../../core/model.js";
import type { Words } from "../../render/words.js";
import { FREQUENCIES } from "./preferences-form.js";
import type { FieldError, Preferences } from "./preferences-form.js";

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

/** Returns the data of the two topic fields, with a mark on invalid ones. */
export function topicFields({ view }: Preferences, errors: readonly FieldError[]) {
  return (["include", "exclude"] as const).map((field) => ({
    field,
    label: `topics.${field}`,
    hint: `topics.${field}.hint`,
    value: view[field].join(", "),
    isInvalid: errors.some((error) => error.field === field),
  }));
}

/** Returns the data of the fields that only the preferences form has. */
export function detailFields(
  { view, pause }: Preferences,
  { languages, words }: { readonly languages: readonly string[]; readonly words: Words },
) {
  const nameOf = new Intl.DisplayNames([words.language, "en"], { type: "language" });
  return {
    limit: view.limit ?? "",
    pictures: view.pictures,
    languages: choices(languages, view.language, (tag) => nameOf.of(tag) ?? tag),
    pauses: choices(["no", "until", "open"], pause.kind, (kind) => words.say(`pause.${kind}`)),
    until: pause.kind === "until" ? pause.day : "",
  };
}
