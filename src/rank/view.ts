import { withInterests } from "../core/model.js";
import type { View } from "../core/model.js";

/**
 * The view of a subscriber without preferences: every paper, the most votes first. For a letter that takes three to four minutes to
 * read, three papers lead, those up to the 20th have a summary, and the rest take one line each.
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
  abstracts: "none",
  fullUpTo: 20,
  leading: 3,
  pictures: false,
  language: "en",
};

type ConfiguredView = { readonly [Key in keyof View]?: View[Key] | undefined };

/** Returns the default view, overridden by the configured values. An undefined value keeps the default. */
export function defaultView(configured: ConfiguredView): View {
  const view = {
    ...DEFAULT_VIEW,
    ...Object.fromEntries(Object.entries(configured).filter(([, value]) => value !== undefined)),
  };
  return configured.interests && configured.order === undefined ? withInterests(view, configured.interests) : view;
}
