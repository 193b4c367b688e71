import { extractAddresses } from "./addresses.js";
import type { Paper, Reading, Skipped } from "../core/model.js";
import { INVALID } from "./clean.js";
import { FIELDS } from "./fields.js";
import type { Field, FieldName, FieldValues } from "./fields.js";
import { baseOf } from "./urls.js";

/** Returns the values that an entry has for a field, the preferred one first. */
export type Entry = (field: FieldName) => readonly unknown[];

/** The facts about the page that `parseEntry` needs. */
interface EntryContext {
  readonly site: string;
  /** The day of a daily page; null for every other kind of page. */
  readonly day: string | null;
  /** Fields that every entry has. If one of them has the wrong type, the entry is skipped. */
  readonly essential: ReadonlySet<FieldName>;
}

/** A paper with the names of its fields of the wrong type, or the reason for skipping the entry. */
type ParsedEntry = { readonly paper: Paper; readonly wrong: readonly FieldName[] } | Pick<Skipped, "id" | "reason">;

/** Parses an entry, or refuses it as a whole. */
export function parseEntry(entry: Entry, context: EntryContext): ParsedEntry {
  const wrong = new Set<FieldName>();
  const take = <Name extends FieldName>(name: Name): Taken<FieldValues[Name]> => {
    const taken = takeField(FIELDS[name], entry(name), context.site);
    if (taken.isWrong) wrong.add(name);
    return taken;
  };
  const id = take("id").value;
  if (id === null) return { id: null, reason: wrong.has("id") ? "its id is not an arXiv id" : "it has no id" };
  const title = take("title");
  if (title.value === null)
    return { id, reason: wrong.has("title") ? "its title has the wrong type or size" : "it has no title" };
  const paper = assemble({ id, title: title.value, rawTitle: title.from, take }, context);
  const essential = [...wrong].filter((name) => context.essential.has(name));
  if (essential.length > 0) return { id, reason: `wrong type or size: ${essential.join(", ")}` };
  return { paper, wrong: [...wrong] };
}

interface Taken<Value> {
  readonly value: Value;
  /** The value before cleaning. */
  readonly from: unknown;
  readonly isWrong: boolean;
}

function takeField<Value>({ clean, empty }: Field<Value>, found: readonly unknown[], site: string): Taken<Value> {
  let isWrong = false;
  for (const from of found) {
    if (from === undefined || from === null) continue;
    const value = clean(from, site);
    if (value === INVALID) isWrong = true;
    else if (!isEmpty(value)) return { value, from, isWrong: false };
  }
  return { value: empty, from: null, isWrong };
}

/** Whether a field is null or an empty list. */
export function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

interface Parts {
  readonly id: string;
  readonly title: string;
  readonly rawTitle: unknown;
  readonly take: <Name extends FieldName>(name: Name) => Taken<FieldValues[Name]>;
}

/** Builds a paper. `paperboy parse` prints the keys in this order. */
function assemble({ id, title, rawTitle, take }: Parts, { site, day }: EntryContext): Paper {
  const abstract = take("abstract");
  const summary = take("summary");
  const links = { abstract: abstract.value, codeUrl: take("codeUrl").value, projectUrl: take("projectUrl").value };
  const linked = extractAddresses(links, { title, site });
  return {
    id,
    title,
    abstract: linked.abstract,
    authors: take("authors").value,
    upvotes: take("upvotes").value,
    comments: take("comments").value,
    url: `${baseOf(site)}/papers/${id}`,
    arxivUrl: `https://arxiv.org/abs/${id}`,
    pdfUrl: `https://arxiv.org/pdf/${id}`,
    codeUrl: linked.codeUrl,
    stars: take("stars").value,
    projectUrl: linked.projectUrl,
    organization: take("organization").value,
    submittedBy: take("submittedBy").value,
    publishedAt: take("publishedAt").value,
    featuredOn: take("featuredOn").value ?? day,
    thumbnailUrl: take("thumbnailUrl").value,
    mediaUrls: take("mediaUrls").value,
    summary: summary.value,
    keywords: take("keywords").value,
    raw: {
      title: textOrNull(rawTitle) ?? title,
      abstract: textOrNull(abstract.from),
      summary: textOrNull(summary.from),
    },
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/**
 * Adds fields that cards do not show (abstracts, authors, links) from the API's papers with the same ids. Changes neither the
 * fields from the cards nor the papers and their order.
 */
export function fillAbstracts(reading: Reading, fromApi: Reading): Reading {
  const known = new Map(fromApi.papers.map((paper) => [paper.id, paper]));
  const papers = reading.papers.map((paper) => {
    const other = known.get(paper.id);
    return other ? fill(paper, other) : paper;
  });
  return { ...reading, papers };
}

function fill(paper: Paper, other: Paper): Paper {
  const missing = Object.entries(other).filter(([key]) => isEmpty(paper[key as keyof Paper]));
  const { title, abstract, summary } = paper.raw;
  return {
    ...paper,
    ...(Object.fromEntries(missing) as Partial<Paper>),
    raw: { title, abstract: abstract ?? other.raw.abstract, summary: summary ?? other.raw.summary },
  };
}
