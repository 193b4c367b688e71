import type { View } from "../core/model.js";

/**
 * The view of a subscriber without preferences: every paper, by votes. So that a letter can be read in three minutes, it shows
 * up to 25 papers in full; a longer one shows the first ten in full and each of the others in one line.
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

/** Returns the default view, overridden by the configured values that are not undefined. */
export function defaultView(configured: ConfiguredView): View {
  return {
    ...DEFAULT_VIEW,
    ...Object.fromEntries(Object.entries(configured).filter(([, value]) => value !== undefined)),
  };
}
