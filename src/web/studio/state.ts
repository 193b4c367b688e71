import { ABSTRACTS, MOST_REVISIT, ORDERS } from "../../core/model.js";
import type { View } from "../../core/model.js";
import type { PreviewRequest, StudioParts } from "./parts.js";
import { TABS } from "./tabs.js";
import type { TabId } from "./tabs.js";

/** The state of the page. All of it is in the URL, so a reload keeps it. */
export interface State {
  readonly request: PreviewRequest;
  readonly tab: TabId;
  /** Location of the finding to highlight. */
  readonly mark: string | null;
  /** Number of the test letter whose result is shown. */
  readonly sent: number | null;
}

/** Parses a query parameter. Returns `undefined` for an invalid value, which is replaced by the initial value. */
type Read<T> = (text: string) => T | undefined;

const MAX_PHRASES = 50;
const MAX_PAPERS = 500;

/** The fields of a view that can be set in the URL. */
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
 * Parses the query string. `start` supplies missing and invalid values. The last value of a repeated parameter is used, because a
 * check box follows a hidden field with its default.
 */
export function readState(query: URLSearchParams, start: PreviewRequest): State {
  const last = (name: string) => query.getAll(name).at(-1);
  const view = Object.entries(VIEW_FIELDS).map(([field, read]) => {
    const text = last(field);
    return [field, text === undefined ? undefined : read(text.trim())] as const;
  });
  const given = Object.fromEntries(view.filter(([, value]) => value !== undefined));
  return {
    request: {
      source: last("typed")?.trim() || last("source")?.trim() || start.source,
      theme: last("theme")?.trim() || start.theme,
      view: { ...start.view, ...given },
    },
    tab: TABS.find(({ id }) => id === last("tab"))?.id ?? TABS[0].id,
    mark: last("mark") ?? null,
    sent: wholeNumber(last("sent") ?? "") ?? null,
  };
}

/** Returns the query string with `changes` applied; null removes a parameter. */
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
  return parts.filter(Boolean).slice(0, MAX_PHRASES);
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function positive(text: string): number | undefined {
  const number = wholeNumber(text);
  return number !== undefined && number >= 1 && number <= MAX_PAPERS ? number : undefined;
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

interface Option {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

/** Returns the data of the form that selects the source, the theme and the view. */
export async function controls(
  { request: { source, theme, view }, tab }: State,
  { saved, themes, languages }: StudioParts,
) {
  const pages = await saved();
  const isSaved = pages.some((page) => page.source === source);
  const current = isSaved ? [] : [{ value: source, label: source, isChosen: true }];
  return {
    tab,
    sources: [
      ...current,
      ...pages.map((page): Option => ({ value: page.source, label: page.label, isChosen: page.source === source })),
    ],
    selects: [
      { name: "theme", label: "Theme", options: optionsOf(themes(), theme) },
      { name: "order", label: "Order", options: optionsOf(ORDERS, view.order) },
      { name: "abstracts", label: "Abstracts", options: optionsOf(ABSTRACTS, view.abstracts) },
      { name: "language", label: "Language", options: optionsOf(languages(), view.language) },
    ],
    numbers: [
      { name: "limit", label: "Max. papers", value: view.limit ?? "", least: 1, hint: "all" },
      { name: "minUpvotes", label: "Min. votes", value: view.minUpvotes || "", least: 0, hint: "0" },
      { name: "revisit", label: "Revisit", value: view.revisit || "", least: 0, hint: "none" },
    ],
    phrases: [
      { name: "include", label: "Include", value: view.include.join(", "), hint: "agents, robots" },
      { name: "exclude", label: "Exclude", value: view.exclude.join(", "), hint: "survey" },
    ],
    boxes: [
      { name: "withCode", label: "With code only", isChecked: view.withCode },
      { name: "pictures", label: "Pictures", isChecked: view.pictures },
    ],
  };
}

function optionsOf(values: readonly string[], chosen: string): Option[] {
  return values.map((value) => ({ value, label: value, isChosen: value === chosen }));
}
