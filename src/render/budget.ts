import { PaperboyError } from "../errors.js";
import type { Cut } from "./letter-data.js";
import { bytes, encodedBytes } from "./size.js";

/** The most bytes that the parts of a letter may take; Gmail clips near 102 kB (MAIL.md, measured by its users). */
export const BUDGET = { html: 90_000, htmlEncoded: 100_000, text: 60_000 } as const;

/** The two parts of a letter. */
export interface Parts {
  readonly html: string;
  readonly text: string;
}

/** A letter's parts within the budget, and what that took. */
export interface Fitted extends Parts {
  readonly cut: Cut;
  /** How often it was rendered to find out. */
  readonly renders: number;
}

/** Whether both parts keep within the budget. */
export function isWithin({ html, text }: Parts): boolean {
  return bytes(html) <= BUDGET.html && encodedBytes(html) <= BUDGET.htmlEncoded && bytes(text) <= BUDGET.text;
}

/**
 * Renders with as small a cut as keeps within the budget. The cuts form one ladder: abstracts shorten from the last paper
 * up, then titles alone stay, then papers are left out; so halving finds the rung in about log2(3 x papers) renders.
 * @throws PaperboyError `config-invalid` when even one title does not fit: then the templates or their texts are too large.
 */
export function fit(papers: number, render: (cut: Cut) => Parts): Fitted {
  const whole = render(cutAt(0, papers));
  if (isWithin(whole)) return { ...whole, cut: cutAt(0, papers), renders: 1 };
  let low = 0;
  let high = Math.max(1, 3 * papers - 1);
  let renders = 1;
  let best: Fitted | null = null;
  while (high - low > 1 || best === null) {
    const middle = high - low > 1 ? Math.floor((low + high) / 2) : high;
    const cut = cutAt(middle, papers);
    const parts = render(cut);
    renders += 1;
    if (isWithin(parts)) {
      best = { ...parts, cut, renders };
      high = middle;
    } else if (middle === high) throw tooLarge(parts);
    else low = middle;
  }
  return { ...best, renders };
}

/** The rung of the ladder: 0 takes nothing, `3 x papers` would take everything. */
export function cutAt(rung: number, papers: number): Cut {
  const step = (from: number) => Math.min(Math.max(rung - from, 0), papers);
  return { shortened: step(0), titlesOnly: step(papers), left: step(2 * papers) };
}

function tooLarge({ html, text }: Parts): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `a letter with one title alone is ${bytes(html)} bytes of HTML and ${bytes(text)} of text: more than mail clients show`,
    hint: `Shorten the intro, the footer or the templates: the most is ${BUDGET.html} and ${BUDGET.text}.`,
  });
}
