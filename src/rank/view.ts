import type { View } from "../core/model.js";

/**
 * What a reader gets who asked for nothing. It is an opinion: a letter is read in three minutes, so up to 25 papers all
 * stand in full, and above that the ten leading ones do and the rest take one line each. Everything is wanted, the most
 * voted first.
 */
export const DEFAULT_VIEW: View = {
  include: [],
  exclude: [],
  authors: [],
  organizations: [],
  minUpvotes: 0,
  withCode: false,
  limit: null,
  order: "votes",
  abstracts: "full",
  fullUpTo: 25,
  leading: 10,
  pictures: false,
  language: "en",
};

type ConfiguredView = { readonly [Key in keyof View]?: View[Key] | undefined };

/** Returns the default view with the configured values over it; an undefined value leaves the default. */
export function defaultView(configured: ConfiguredView): View {
  return {
    ...DEFAULT_VIEW,
    ...Object.fromEntries(Object.entries(configured).filter(([, value]) => value !== undefined)),
  };
}
