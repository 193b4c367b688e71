import type { Edition, RevisitPaper, RisingPaper, Revisit, View } from "../core/model.js";
import { matcherFor } from "./match.js";

/** Whether a view has a revisit section. */
export function hasRevisit({ revisit = 0 }: Pick<View, "revisit">): boolean {
  return revisit > 0;
}

/**
 * Selects the rising papers of an edition that match a view, greatest gain first, up to its limit. Returns undefined if the
 * view has no revisit.
 */
export function revisitAt({ rising = [] }: Pick<Edition, "rising">, view: View): Revisit | undefined {
  if (!hasRevisit(view)) return undefined;
  const match = matcherFor(view);
  const limit = view.revisit ?? 0;
  const matched = rising.map((one) => ({ one, ...match(one.paper) }));
  const wanted = matched.filter(({ isKept }) => isKept);
  const toRevisitPaper = ({ one, reasons }: (typeof matched)[number]): RevisitPaper => ({
    ...one,
    reasons: [...reasons, rise(one)],
  });
  return {
    kept: wanted.slice(0, limit).map(toRevisitPaper),
    dropped: [
      ...wanted
        .slice(limit)
        .map(({ one }) => ({ ...one, reasons: [{ rule: "over-limit", limit } as const, rise(one)] })),
      ...matched.filter(({ isKept }) => !isKept).map(({ one, reasons }) => ({ ...one, reasons })),
    ],
  };
}

function rise({ since, before, now }: RisingPaper): RevisitPaper["reasons"][number] {
  return { rule: "rose", since, before, now };
}
