import { BUDGET, encodedBytes, fitsEncoded } from "../budget.js";
import type { Check, Finding } from "./check.js";

const NUMBERS = new Intl.NumberFormat("en-GB");

/** The size, in bytes, above which the letter of a longer day may not fit. */
const NEARLY_FULL = 75_000;

const SHORTEN = "Show fewer papers in full (`view.fullUpTo`, `view.limit`), or choose shorter abstracts.";

/** Checks whether the letter is within the size budget (docs/deliverability.md, "The letter itself"). */
export const SIZE_CHECKS: readonly Check[] = [
  {
    id: "html-size",
    severity: "error",
    requires: `the HTML part is at most ${number(BUDGET.html)} bytes, because Gmail clips longer ones`,
    fix: SHORTEN,
    run: ({ letter }) => over(Buffer.byteLength(letter.html), BUDGET.html, "the HTML part"),
  },
  {
    id: "html-nearly-full",
    severity: "warning",
    requires: `the HTML part leaves room for longer days: at most ${number(NEARLY_FULL)} bytes`,
    fix: SHORTEN,
    run: ({ letter }) => over(Buffer.byteLength(letter.html), NEARLY_FULL, "the HTML part"),
  },
  {
    id: "encoded-size",
    severity: "error",
    requires: `the HTML part has at most ${number(BUDGET.htmlEncoded)} bytes in its smaller transfer encoding`,
    fix: SHORTEN,
    run: ({ letter: { html } }) =>
      fitsEncoded(html, BUDGET.htmlEncoded)
        ? []
        : over(encodedBytes(html), BUDGET.htmlEncoded, "the encoded HTML part"),
  },
  {
    id: "text-size",
    severity: "error",
    requires: `the text part is at most ${number(BUDGET.text)} bytes`,
    fix: SHORTEN,
    run: ({ letter }) => over(Buffer.byteLength(letter.text), BUDGET.text, "the text part"),
  },
];

function over(size: number, most: number, what: string): Finding[] {
  return size > most
    ? [{ message: `${what} is ${number(size)} bytes, ${number(size - most)} over the limit of ${number(most)}` }]
    : [];
}

function number(value: number): string {
  return NUMBERS.format(value);
}
