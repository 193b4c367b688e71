import { ABSTRACTS, MOST_REVISIT, ORDERS } from "../../core/model.js";
import type { View } from "../../core/model.js";
import type { Theme, Wish } from "./parts.js";
import { TABS } from "./tabs.js";
import type { TabId } from "./tabs.js";

/** What the page shows; all of it stands in the address, so that a reload keeps it. */
export interface State {
  readonly wish: Wish;
  readonly tab: TabId;
  /** The place that a check named and somebody wants to see. */
  readonly mark: string | null;
  /** The number of the test letter whose outcome is shown. */
  readonly sent: number | null;
}

export const THEMES: readonly Theme[] = ["comfortable", "compact"];

/** What one field of a view may be; `undefined` means that the text was not understood, and the start's value stands. */
type Read<T> = (text: string) => T | undefined;

const MOST_PHRASES = 50;
const MOST_PAPERS = 500;

/** The fields of a view that the address can change. */
const VIEW_FIELDS: { readonly [Field in keyof View]?: Read<View[Field]> } = {
  include: phrases,
  exclude: phrases,
  authors: phrases,
  organizations: phrases,
  minUpvotes: (text) => (text === "" ? 0 : wholeNumber(text)),
  withCode: yesOrNo,
  limit: (text) => (text === "" ? null : positive(text)),
  order: oneOf(ORDERS),
  abstracts: oneOf(ABSTRACTS),
  pictures: yesOrNo,
  revisit: (text) => (text === "" ? 0 : atMost(MOST_REVISIT)(text)),
  language: (text) => (/^[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/.test(text) ? text : undefined),
};

/**
 * Reads the address. What is missing or not understood is as `start` has it. A field may come twice (a check box and its
 * default): the last one counts.
 */
export function readState(query: URLSearchParams, start: Wish): State {
  const last = (name: string) => query.getAll(name).at(-1);
  const view = Object.entries(VIEW_FIELDS).map(([field, read]) => {
    const text = last(field);
    return [field, text === undefined ? undefined : read(text.trim())] as const;
  });
  const given = Object.fromEntries(view.filter(([, value]) => value !== undefined));
  return {
    wish: {
      source: last("typed")?.trim() || last("source")?.trim() || start.source,
      theme: oneOf(THEMES)(last("theme") ?? "") ?? start.theme,
      view: { ...start.view, ...given },
    },
    tab: TABS.find(({ id }) => id === last("tab"))?.id ?? TABS[0].id,
    mark: last("mark") ?? null,
    sent: wholeNumber(last("sent") ?? "") ?? null,
  };
}

/** Another address that keeps what this one shows: `changes` are set, null ones go. */
export function withChanges(query: URLSearchParams, changes: Readonly<Record<string, string | null>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return `?${next.toString()}`;
}

function phrases(text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  return parts.filter(Boolean).slice(0, MOST_PHRASES);
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function positive(text: string): number | undefined {
  const number = wholeNumber(text);
  return number !== undefined && number >= 1 && number <= MOST_PAPERS ? number : undefined;
}

function atMost(most: number): Read<number> {
  return (text) => {
    const number = wholeNumber(text);
    return number !== undefined && number <= most ? number : undefined;
  };
}

function yesOrNo(text: string): boolean | undefined {
  return text === "yes" ? true : text === "no" ? false : undefined;
}

function oneOf<T extends string>(values: readonly T[]): Read<T> {
  return (text) => values.find((value) => value === text);
}
