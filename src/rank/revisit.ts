import type { Edition, Looked, Risen, SecondLook, View } from "../core/model.js";
import { judgeBy } from "./match.js";

/** Whether readers of a view get a second look at all. */
export function wantsSecondLook({ secondLook = 0 }: Pick<View, "secondLook">): boolean {
  return secondLook > 0;
}

/**
 * The risen papers of an edition for a view: those that it wants, up to its number, the greatest rise first. Nothing where the view
 * asks for none. Pure.
 */
export function secondLookAt({ risen = [] }: Pick<Edition, "risen">, view: View): SecondLook | undefined {
  if (!wantsSecondLook(view)) return undefined;
  const judge = judgeBy(view);
  const limit = view.secondLook ?? 0;
  const judged = risen.map((one) => ({ one, ...judge(one.paper) }));
  const wanted = judged.filter(({ isKept }) => isKept);
  const looked = ({ one, reasons }: (typeof judged)[number]): Looked => ({ ...one, reasons: [...reasons, rise(one)] });
  return {
    kept: wanted.slice(0, limit).map(looked),
    dropped: [
      ...wanted
        .slice(limit)
        .map(({ one }) => ({ ...one, reasons: [{ rule: "over-limit", limit } as const, rise(one)] })),
      ...judged.filter(({ isKept }) => !isKept).map(({ one, reasons }) => ({ ...one, reasons })),
    ],
  };
}

function rise({ since, before, now }: Risen): Looked["reasons"][number] {
  return { rule: "rose", since, before, now };
}
