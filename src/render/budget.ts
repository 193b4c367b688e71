import { PaperboyError } from "../core/errors.js";
import type { Cut } from "./cut.js";
import { bytes, fitsEncoded } from "./size.js";

/** The most bytes that the parts of a letter may take; Gmail clips near 102 kB (nobody publishes a figure). */
export const BUDGET = { html: 90_000, htmlEncoded: 100_000, text: 60_000 } as const;

/** How many papers a letter has, and how many stand in its revisit. */
export interface Extents {
  readonly papers: number;
  readonly revisit: number;
}

/** How the two parts of a letter are made with a cut. */
export interface PartWriters {
  readonly html: (cut: Cut) => string;
  readonly text: (cut: Cut) => string;
}

/** A letter's parts within the budget, and what that took. */
export interface Fitted {
  readonly html: string;
  readonly text: string;
  readonly cut: Cut;
  /** How often the HTML part was rendered to find out. */
  readonly renders: number;
}

/**
 * Renders with as small a cut as keeps within the budget. The cuts form one ladder: the revisit goes, paper by paper, then
 * abstracts shorten from the last paper up, then titles alone stay, then papers are left out; so halving finds the rung in about log2(3 x papers) renders.
 * @throws PaperboyError `config-invalid` when even one title does not fit: then the templates or their texts are too large.
 */
export function fit(extents: Extents, write: PartWriters): Fitted {
  let renders = 0;
  const attempt = (rung: number): Fitted | null => {
    renders += 1;
    return partsWithin(cutAt(rung, extents), write);
  };
  const whole = attempt(0);
  if (whole) return whole;
  const last = Math.max(1, extents.revisit + 3 * extents.papers - 1);
  let tooMuch = 0;
  let best: { readonly rung: number; readonly parts: Fitted } | null = null;
  while (tooMuch + 1 < (best?.rung ?? last)) {
    const rung = Math.floor((tooMuch + (best?.rung ?? last)) / 2);
    const parts = attempt(rung);
    if (parts) best = { rung, parts };
    else tooMuch = rung;
  }
  const found = best?.parts ?? attempt(last);
  if (!found) throw tooLarge(write.html(cutAt(last, extents)));
  return { ...found, renders };
}

/** The text part is only written once the HTML part fits: it is the smaller one, nearly always. */
function partsWithin(cut: Cut, write: PartWriters): Fitted | null {
  const html = write.html(cut);
  if (bytes(html) > BUDGET.html || !fitsEncoded(html, BUDGET.htmlEncoded)) return null;
  const text = write.text(cut);
  return bytes(text) > BUDGET.text ? null : { html, text, cut, renders: 1 };
}

/** The rung of the ladder: 0 takes nothing, `revisit + 3 x papers` would take everything. */
export function cutAt(rung: number, { papers, revisit }: Extents): Cut {
  const step = (from: number) => Math.min(Math.max(rung - revisit - from, 0), papers);
  return {
    revisit: Math.min(rung, revisit),
    shortened: step(0),
    titlesOnly: step(papers),
    left: step(2 * papers),
  };
}

function tooLarge(html: string): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `a letter of one title alone takes ${bytes(html)} bytes of HTML: more than mail clients show`,
    hint: `Shorten the intro, the footer or the templates: a letter may have ${BUDGET.html} bytes of HTML and ${BUDGET.text} of text.`,
  });
}
