import type { Digest, Letter } from "../core/model.js";
import { SHORT_ABSTRACT } from "./clip.js";
import type { Extent } from "./paper-data.js";

/** How much the size budget takes away, counted from the last paper up. */
export interface Cut {
  /** Papers of the revisit that are left out; they go first. */
  readonly revisit: number;
  /** Abstracts that are shortened. */
  readonly shortened: number;
  /** Papers of which the title alone stays. */
  readonly titlesOnly: number;
  /** Papers that are left out. */
  readonly left: number;
}

export const NO_CUT: Cut = { revisit: 0, shortened: 0, titlesOnly: 0, left: 0 };

/** How many papers of a digest a cut really changed: one whose abstract is short anyway lost nothing. */
export function trimmedBy(cut: Cut, { kept }: Digest): Required<Letter>["trimmed"] {
  const shown = kept.slice(0, kept.length - cut.left).map((entry, index) => ({
    ...entry,
    extent: extentOf(kept.length - index, cut),
  }));
  const shortened = shown.filter(
    ({ form, extent, paper }) =>
      form === "full" && extent === "shortened" && (paper.abstract?.length ?? 0) > SHORT_ABSTRACT,
  );
  const titlesOnly = shown.filter(
    ({ form, extent, paper }) => extent === "title" && (form === "full" || paper.summary !== null),
  );
  const again = cut.revisit > 0 ? { revisit: cut.revisit } : {};
  return { shortened: shortened.length, titlesOnly: titlesOnly.length, left: cut.left, ...again };
}

/** What a cut leaves of a paper, by its place from the end: 1 is the last. */
export function extentOf(fromEnd: number, { shortened, titlesOnly }: Cut): Extent {
  if (fromEnd <= titlesOnly) return "title";
  return fromEnd <= shortened ? "shortened" : "whole";
}
