import type { Edition, RevisitPaper, RisingPaper, Revisit, View } from "../core/model.js";
import { matcherFor } from "./match.js";

/** Whether readers of a view get a revisit at all. */
export function wantsRevisit({ revisit = 0 }: Pick<View, "revisit">): boolean {
  return revisit > 0;
}

/**
 * The rising papers of an edition for a view: those that it wants, up to its number, the greatest rise first. Nothing where the view
 * asks for none. Pure.
 */
export function revisitAt({ rising = [] }: Pick<Edition, "rising">, view: View): Revisit | undefined {
  if (!wantsRevisit(view)) return undefined;
  const match = matcherFor(view);
  const limit = view.revisit ?? 0;
  const matched = rising.map((one) => ({ one, ...match(one.paper) }));
  const wanted = matched.filter(({ isKept }) => isKept);
  const looked = ({ one, reasons }: (typeof matched)[number]): RevisitPaper => ({
    ...one,
    reasons: [...reasons, rise(one)],
  });
  return {
    kept: wanted.slice(0, limit).map(looked),
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
