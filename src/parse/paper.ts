import type { Paper, Skipped } from "../core/model.js";
import { WRONG } from "./clean.js";
import { FIELDS } from "./fields.js";
import type { Field, FieldName, FieldValues } from "./fields.js";
import { baseOf } from "./urls.js";

/** One entry of a reading: whatever it holds for a field, best first. */
export type Entry = (field: FieldName) => readonly unknown[];

/** What reading an entry needs to know of its page. */
interface EntryContext {
  readonly site: string;
  /** The day on which the page featured its papers; null for every other kind of page. */
  readonly day: string | null;
  /** The fields that are on every entry: one of the wrong type costs the entry, not the field. */
  readonly essential: ReadonlySet<FieldName>;
}

/** A paper and the fields whose values had the wrong type, or the reason why there is none. */
type ParsedEntry = { readonly paper: Paper; readonly wrong: readonly FieldName[] } | Pick<Skipped, "id" | "reason">;

/** Reads an entry whole or not at all. */
export function parseEntry(entry: Entry, context: EntryContext): ParsedEntry {
  const wrong = new Set<FieldName>();
  const take = <Name extends FieldName>(name: Name): Taken<FieldValues[Name]> => {
    const taken = takeField(FIELDS[name], entry(name), context.site);
    if (taken.isWrong) wrong.add(name);
    return taken;
  };
  const id = take("id").value;
  if (id === null) return { id: null, reason: wrong.has("id") ? "its id is no arXiv id" : "it has no id" };
  const title = take("title");
  if (title.value === null)
    return { id, reason: wrong.has("title") ? "its title has the wrong type or size" : "it has no title" };
  const paper = assemble({ id, title: title.value, rawTitle: title.from, take }, context);
  const costly = [...wrong].filter((name) => context.essential.has(name));
  if (costly.length > 0) return { id, reason: `wrong type or size: ${costly.join(", ")}` };
  return { paper, wrong: [...wrong] };
}

interface Taken<Value> {
  readonly value: Value;
  /** The value as the page has it. */
  readonly from: unknown;
  readonly isWrong: boolean;
}

function takeField<Value>({ clean, empty }: Field<Value>, found: readonly unknown[], site: string): Taken<Value> {
  let isWrong = false;
  for (const from of found) {
    if (from === undefined || from === null) continue;
    const value = clean(from, site);
    if (value === WRONG) isWrong = true;
    else if (!isEmpty(value)) return { value, from, isWrong: false };
  }
  return { value: empty, from: null, isWrong };
}

/** Whether a field says nothing. */
export function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

interface Parts {
  readonly id: string;
  readonly title: string;
  readonly rawTitle: unknown;
  readonly take: <Name extends FieldName>(name: Name) => Taken<FieldValues[Name]>;
}

/** The keys stand in the order in which `paperboy parse` prints them. */
function assemble({ id, title, rawTitle, take }: Parts, { site, day }: EntryContext): Paper {
  const abstract = take("abstract");
  const summary = take("summary");
  return {
    id,
    title,
    abstract: abstract.value,
    authors: take("authors").value,
    upvotes: take("upvotes").value,
    comments: take("comments").value,
    url: `${baseOf(site)}/papers/${id}`,
    arxivUrl: `https://arxiv.org/abs/${id}`,
    pdfUrl: `https://arxiv.org/pdf/${id}`,
    codeUrl: take("codeUrl").value,
    stars: take("stars").value,
    projectUrl: take("projectUrl").value,
    organization: take("organization").value,
    submittedBy: take("submittedBy").value,
    publishedAt: take("publishedAt").value,
    featuredOn: take("featuredOn").value ?? day,
    thumbnailUrl: take("thumbnailUrl").value,
    mediaUrls: take("mediaUrls").value,
    summary: summary.value,
    keywords: take("keywords").value,
    raw: { title: asWritten(rawTitle) ?? title, abstract: asWritten(abstract.from), summary: asWritten(summary.from) },
  };
}

function asWritten(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
