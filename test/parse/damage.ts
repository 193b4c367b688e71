import { buildPage } from "../support/page-builder.js";
import type { Entry } from "../support/papers.js";
import { manyEntries } from "../support/papers.js";

/** The twelve papers that the tests of damage damage. */
export const entries = manyEntries(12, 4);
export const ids = entries.map(({ paper }) => paper.id);

export interface Damage {
  /** What is changed in the data only; the cards show the entries as they were. */
  readonly data?: (entry: Json, index: number) => unknown;
  /** What is changed in the cards only. */
  readonly cards?: (html: string) => string;
}

type Json = Record<string, unknown> & { paper: Record<string, unknown> };

/** A page of 2026-10-02, damaged. */
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

/** Takes keys out of the papers of the first so many entries. */
export function without(keys: readonly string[], upTo = 99) {
  return (entry: Json, index: number): Json => {
    const kept = Object.entries(entry.paper).filter(([key]) => index >= upTo || !keys.includes(key));
    return { ...entry, summary: undefined, paper: Object.fromEntries(kept) };
  };
}

/** Puts a value into the paper of the entry at a place, and into the copy beside it. */
export function wrong(key: string, value: unknown, at = 0) {
  const copied = key === "title" || key === "summary" ? { [key]: value } : {};
  return (entry: Json, index: number): Json =>
    index === at ? { ...entry, ...copied, paper: { ...entry.paper, [key]: value } } : entry;
}

/** A page whose data has these entries and whose cards have those. */
export function joined(data: readonly Entry[], cards: readonly Entry[]): string {
  const html = buildPage({ kind: "day", date: "2026-10-02", entries: cards });
  const props = /data-target="DailyPapers" data-props="[^"]*"/;
  const [wanted = ""] = props.exec(buildPage({ kind: "day", date: "2026-10-02", entries: data })) ?? [];
  return html.replace(props, () => wanted);
}
