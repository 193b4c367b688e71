import { buildPage } from "../support/page-builder.js";
import type { Entry } from "../support/papers.js";
import { manyEntries } from "../support/papers.js";

/** The twelve papers of the damaged pages. */
export const entries = manyEntries(12, 4);
export const ids = entries.map(({ paper }) => paper.id);

export interface Damage {
  /** Changes the data only. */
  readonly data?: (entry: Json, index: number) => unknown;
  /** Changes the cards only. */
  readonly cards?: (html: string) => string;
}

type Json = Record<string, unknown> & { paper: Record<string, unknown> };

/** Builds a damaged page of 2026-10-02. */
export function page({ data, cards }: Damage, from: readonly Entry[] = entries): string {
  const change = (json: string) => {
    const list = JSON.parse(json) as { dailyPapers: Json[] };
    return JSON.stringify({
      ...list,
      dailyPapers: list.dailyPapers.map((entry, index) => data?.(entry, index) ?? entry),
    });
  };
  const html = buildPage({ kind: "day", date: "2026-10-02", entries: from, mangle: { data: change } });
  const at = html.indexOf("<article");
  return html.slice(0, at) + (cards?.(html.slice(at)) ?? html.slice(at));
}

/** Removes keys from the papers of the first `upTo` entries. */
export function without(keys: readonly string[], upTo = 99) {
  return (entry: Json, index: number): Json => {
    const kept = Object.entries(entry.paper).filter(([key]) => index >= upTo || !keys.includes(key));
    return { ...entry, summary: undefined, paper: Object.fromEntries(kept) };
  };
}

/** Sets a value in the paper of one entry, and in the copy on the entry itself. */
export function wrong(key: string, value: unknown, at = 0) {
  const copied = key === "title" || key === "summary" ? { [key]: value } : {};
  return (entry: Json, index: number): Json =>
    index === at ? { ...entry, ...copied, paper: { ...entry.paper, [key]: value } } : entry;
}

/** Builds a page with different entries in its data and its cards. */
export function joined(data: readonly Entry[], cards: readonly Entry[]): string {
  const html = buildPage({ kind: "day", date: "2026-10-02", entries: cards });
  const props = /data-target="DailyPapers" data-props="[^"]*"/;
  const [wanted = ""] = props.exec(buildPage({ kind: "day", date: "2026-10-02", entries: data })) ?? [];
  return html.replace(props, () => wanted);
}
