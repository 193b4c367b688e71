import { AS_ON_PAGE } from "../core/model.js";
import type { Reason } from "../core/model.js";
import { openFiles } from "./files.js";
import { openWords } from "./words.js";
import { periodName } from "./period.js";
import type { Words } from "./words.js";

/** Returns a reason in a language, such as `has “agents” in its title`. */
export function describeReason(reason: Reason, language: string): string {
  return sayReason(reason, openWords(openFiles(null), language));
}

/** Returns a reason in words. */
function sayReason(reason: Reason, words: Words): string {
  const { key, values } = phraseOf(reason, words);
  return words.say(`reason.${key}`, values);
}

interface ReasonPhrase {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

function phraseOf(reason: Reason, words: Words): ReasonPhrase {
  if ("phrase" in reason) {
    const { rule, phrase, form, field } = reason;
    const values = { phrase, field: words.say(`field.${field}`) };
    return form === undefined ? { key: rule, values } : { key: `${rule}.form`, values: { ...values, form } };
  }
  if (reason.rule === "no-match") return { key: reason.rule, values: { wanted: reason.wanted.join(", ") } };
  if (reason.rule === "close")
    return { key: reason.rule, values: { title: reason.to, words: reason.words.join(", ") } };
  if (reason.rule === "not-close") {
    return { key: reason.rule, values: { closeness: Math.round(reason.closeness), minimum: reason.minimum } };
  }
  if (reason.rule === "over-limit") return { key: reason.rule, values: { limit: reason.limit } };
  if (reason.rule === "min-upvotes") {
    const { upvotes, minimum } = reason;
    return upvotes === null
      ? { key: "min-upvotes.unknown", values: { minimum } }
      : { key: "min-upvotes", values: { upvotes, minimum } };
  }
  if (reason.rule === "rose" || reason.rule === "rose-little") {
    const { rule, since, before, now } = reason;
    return { key: rule, values: { since: periodName(since, words), before, now } };
  }
  if (reason.rule === "revisited") return { key: `revisited.${reason.why}`, values: {} };
  if (reason.rule === "too-old") {
    return { key: reason.rule, values: { published: periodName(reason.published, words), since: reason.since } };
  }
  if (reason.rule === "order") {
    if (reason.value === AS_ON_PAGE) return { key: "order.page", values: {} };
    return reason.value === null
      ? { key: "order.unknown", values: {} }
      : { key: `order.${reason.order}`, values: { value: shortValue(reason.value) } };
  }
  return { key: reason.rule, values: {} };
}

/** Rounds a score to two decimals and shortens an instant to its day. */
function shortValue(value: number | string): number | string {
  return typeof value === "number" ? Math.round(value * 100) / 100 : value.replace(/T\d\d:.*$/, "");
}

/** The rules whose reasons are specific to one paper. The others apply to every paper of the letter. */
const SPECIFIC_RULES: ReadonlySet<Reason["rule"]> = new Set(["include", "authors", "organizations", "close"]);

/** Returns why a paper was chosen; null if no specific rule applied. */
export function whyChosen(reasons: readonly Reason[], words: Words): string | null {
  const texts = reasons.filter(({ rule }) => SPECIFIC_RULES.has(rule)).map((reason) => sayReason(reason, words));
  return [...new Set(texts)].join("; ") || null;
}
