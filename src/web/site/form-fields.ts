import { ABSTRACTS, ORDERS } from "../../core/model.js";
import type { Words } from "../../render/words.js";
import { FREQUENCIES, LISTS, REVISITS } from "./preferences-form.js";
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
