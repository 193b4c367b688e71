import type { Digest, Letter } from "../core/model.js";
import { SHORT_ABSTRACT } from "./clip.js";
import type { Extent } from "./paper-data.js";

/** The papers that the size budget removes or shortens, starting with the last one. */
export interface Cut {
  /** The number of papers of the revisit to drop; these are dropped first. */
  readonly revisit: number;
  /** The number of papers to drop. */
  readonly left: number;
  /** The number of the remaining papers whose abstracts are shortened. */
  readonly shortened: number;
  /** The number of the remaining papers to reduce to their titles. */
  readonly titlesOnly: number;
}

export const NO_CUT: Cut = { revisit: 0, left: 0, shortened: 0, titlesOnly: 0 };

/** Counts the papers that a cut changes. A paper with a short abstract is not changed. */
export function trimmedBy(cut: Cut, { kept }: Digest): Required<Letter>["trimmed"] {
  const shown = kept.slice(0, kept.length - cut.left);
  const extents = shown
    .map(({ form, paper }, index) => ({ form, paper, extent: extentOf(shown.length - index, cut) }))
    .filter(({ form }) => form !== "line");
  const shortened = extents.filter(
    ({ extent, paper }) => extent === "shortened" && (paper.abstract?.length ?? 0) > SHORT_ABSTRACT,
  );
  const titlesOnly = extents.filter(({ extent }) => extent === "title");
  const revisit = cut.revisit > 0 ? { revisit: cut.revisit } : {};
  return { shortened: shortened.length, titlesOnly: titlesOnly.length, left: cut.left, ...revisit };
}

/** Returns how much of a paper a cut keeps, by its position from the end of the remaining papers; 1 is the last. */
export function extentOf(fromEnd: number, { shortened, titlesOnly }: Cut): Extent {
  if (fromEnd <= titlesOnly) return "title";
  return fromEnd <= shortened ? "shortened" : "whole";
}
