import { PaperboyError } from "../core/errors.js";
import type { Cut } from "./cut.js";
import { bytes, fitsEncoded } from "./size.js";

/** The maximum size of each part of a letter in bytes. Gmail clips at about 102 kB; Google publishes no figure. */
export const BUDGET = { html: 90_000, htmlEncoded: 100_000, text: 60_000 } as const;

/** The number of papers of a letter and of its revisit. */
export interface PaperCounts {
  readonly papers: number;
  readonly revisit: number;
}

/** Renders the parts of a letter with a cut. */
export interface PartWriters {
  readonly html: (cut: Cut) => string;
  readonly text: (cut: Cut) => string;
}

/** The parts of a letter within the budget. */
export interface Fitted {
  readonly html: string;
  readonly text: string;
  readonly cut: Cut;
  /** The number of times that the HTML part was rendered. */
  readonly renders: number;
}

/**
 * Renders a letter with the smallest cut that fits the budget. Cuts are ordered: they first drop the papers of the revisit,
 * then shorten abstracts, then keep only titles, then drop papers, each from the last paper upwards. A binary search finds the
 * cut in about log2(3 × papers) renders.
 * @throws PaperboyError `config-invalid` if a letter of one title does not fit, because the templates or their texts are too
 *   large.
 */
export function fit(counts: PaperCounts, write: PartWriters): Fitted {
  let renders = 0;
  const attempt = (position: number): Fitted | null => {
    renders += 1;
    return partsWithin(cutAt(position, counts), write);
  };
  const whole = attempt(0);
  if (whole) return whole;
  const last = Math.max(1, counts.revisit + 3 * counts.papers - 1);
  let tooMuch = 0;
  let best: { readonly position: number; readonly parts: Fitted } | null = null;
  while (tooMuch + 1 < (best?.position ?? last)) {
    const position = Math.floor((tooMuch + (best?.position ?? last)) / 2);
    const parts = attempt(position);
    if (parts) best = { position, parts };
    else tooMuch = position;
  }
  const found = best?.parts ?? attempt(last);
  if (!found) throw tooLarge(write.html(cutAt(last, counts)));
  return { ...found, renders };
}

/**
 * Renders both parts; returns null if one does not fit. Renders the HTML part first, because it is nearly always the larger
 * one.
 */
function partsWithin(cut: Cut, write: PartWriters): Fitted | null {
  const html = write.html(cut);
  if (bytes(html) > BUDGET.html || !fitsEncoded(html, BUDGET.htmlEncoded)) return null;
  const text = write.text(cut);
  return bytes(text) > BUDGET.text ? null : { html, text, cut, renders: 1 };
}

/** Returns a cut by its position in the order: 0 cuts nothing, `revisit + 3 × papers` cuts everything. */
export function cutAt(position: number, { papers, revisit }: PaperCounts): Cut {
  const step = (from: number) => Math.min(Math.max(position - revisit - from, 0), papers);
  return {
    revisit: Math.min(position, revisit),
    shortened: step(0),
    titlesOnly: step(papers),
    left: step(2 * papers),
  };
}

function tooLarge(html: string): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `a letter of one title has ${bytes(html)} bytes of HTML, over the limit of ${BUDGET.html}`,
    hint: `Shorten the intro, the footer or the templates. The limits are ${BUDGET.html} bytes of HTML and ${BUDGET.text} of text.`,
  });
}
