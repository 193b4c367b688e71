import { ABSTRACTS } from "../../core/model.js";
import type { Words } from "../../render/words.js";
import { FREQUENCIES } from "./preferences-form.js";
import type { Mistake, Wish } from "./preferences-form.js";

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

function choices(values: readonly string[], chosen: string, label: (value: string) => string): readonly Choice[] {
  return values.map((value) => ({ value, label: label(value), isChosen: value === chosen }));
}

/** The fields that both forms have. */
export function wishFields({ frequency, view }: Wish, words: Words) {
  return {
    frequencies: choices(FREQUENCIES, frequency, (value) => words.say(`frequency.${value}`)),
    lengths: choices(ABSTRACTS, view.abstracts, (value) => words.say(`length.${value}`)),
  };
}

/** The lists of topics; each tells whether it must be corrected. */
export function topicFields({ view }: Wish, mistakes: readonly Mistake[]) {
  return (["include", "exclude"] as const).map((field) => ({
    field,
    label: `topics.${field}`,
    hint: `topics.${field}.hint`,
    value: view[field].join(", "),
    isWrong: mistakes.some((mistake) => mistake.field === field),
  }));
}

/** The fields that only the preferences have. */
export function readerFields(
  { view, pause }: Wish,
  { languages, words }: { languages: readonly string[]; words: Words },
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
