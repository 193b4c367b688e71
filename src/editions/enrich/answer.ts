import type { Paper } from "../../core/model.js";
import { cleanKeywords, textUpTo, INVALID } from "../../parse/clean.js";
import type { Cleaner } from "../../parse/clean.js";
import { parseJson, valueAt } from "../../core/json.js";
import { LIMITS } from "../../parse/limits.js";

/** The texts that a program wrote for a paper. Omitted texts are absent. */
export interface Texts {
  readonly title?: string;
  readonly summary?: string;
  readonly keywords?: readonly string[];
  readonly note?: string;
}

/** The texts by the id of their paper, or the reason to refuse the whole answer, as the rest of "its answer ...". */
export type Answer =
  { readonly ok: true; readonly texts: ReadonlyMap<string, Texts> } | { readonly ok: false; readonly why: string };

/** The keys of an answer. They are cleaned like the texts of a page, with the same limits. */
const KEYS: Readonly<Record<keyof Texts, Cleaner<string | readonly string[] | null>>> = {
  title: textUpTo(LIMITS.title),
  summary: textUpTo(LIMITS.text),
  keywords: cleanKeywords,
  note: textUpTo(LIMITS.text),
};

/**
 * Reads an answer: `{"papers":[{"id","summary"?,"title"?,"keywords"?,"note"?}]}`. Blank texts and null count as absent, and other
 * keys are ignored. Refuses a whole answer with an unknown paper or an invalid value, since it may be about other papers.
 */
export function parseAnswer(output: string, papers: readonly Pick<Paper, "id">[]): Answer {
  const entries = valueAt(parseJson(output), "papers");
  if (!Array.isArray(entries)) return refused('is not JSON such as {"papers":[{"id":"2603.01234","summary":"..."}]}');
  const asked = new Set(papers.map(({ id }) => id));
  const texts = new Map<string, Texts>();
  for (const [index, entry] of entries.entries()) {
    const id = valueAt(entry, "id");
    if (typeof id !== "string") return refused(`has no id in papers[${index}]`);
    if (!asked.has(id)) return refused(`has the unknown id ${JSON.stringify(id.slice(0, 40))}`);
    if (texts.has(id)) return refused(`has the id ${id} twice`);
    const read = readTexts(entry);
    if (typeof read === "string") return refused(`has an invalid or too long ${read} of ${id}`);
    texts.set(id, read);
  }
  return { ok: true, texts };
}

function refused(why: string): Answer {
  return { ok: false, why };
}

/** Returns the texts of an entry, or the name of the first invalid one. */
function readTexts(entry: unknown): Texts | string {
  const texts: Record<string, unknown> = {};
  for (const [key, clean] of Object.entries(KEYS)) {
    const given = valueAt(entry, key) ?? null;
    const value = given === null ? null : clean(given, "");
    if (value === INVALID) return key;
    const filled = Array.isArray(value) ? value.filter((word) => word !== "") : value;
    if (filled !== null && filled.length > 0) texts[key] = filled;
  }
  return texts;
}
