import { BUDGET } from "../budget.js";
import { bytes, encodedBytes, fitsEncoded } from "../size.js";
import type { Check, Finding } from "./check.js";

const NUMBERS = new Intl.NumberFormat("en-GB");

/** Above this a letter still fits, and the operator learns in time that a longer day may not. */
const NEARLY_FULL = 75_000;

const shorter = "Show fewer papers in full (`view.fullUpTo`, `view.limit`), or choose shorter abstracts.";

/** What a letter may weigh (docs/deliverability.md, "The letter itself"). */
export const SIZE_CHECKS: readonly Check[] = [
  {
    id: "html-size",
    severity: "error",
    looksAt: `the HTML part is at most ${number(BUDGET.html)} bytes: Gmail clips what is longer`,
    mend: shorter,
    run: ({ letter }) => over(bytes(letter.html), BUDGET.html, "the HTML part"),
  },
  {
    id: "html-nearly-full",
    severity: "warning",
    looksAt: `the HTML part leaves room: at most ${number(NEARLY_FULL)} bytes`,
    mend: shorter,
    run: ({ letter }) => over(bytes(letter.html), NEARLY_FULL, "the HTML part"),
  },
  {
    id: "encoded-size",
    severity: "error",
    looksAt: `the HTML part in its smaller transfer encoding is at most ${number(BUDGET.htmlEncoded)} bytes`,
    mend: shorter,
    run: ({ letter: { html } }) =>
      fitsEncoded(html, BUDGET.htmlEncoded)
        ? []
        : over(encodedBytes(html), BUDGET.htmlEncoded, "the encoded HTML part"),
  },
  {
    id: "text-size",
    severity: "error",
    looksAt: `the text part is at most ${number(BUDGET.text)} bytes`,
    mend: shorter,
    run: ({ letter }) => over(bytes(letter.text), BUDGET.text, "the text part"),
  },
];

function over(size: number, most: number, what: string): Finding[] {
  return size > most
    ? [{ message: `${what} is ${number(size)} bytes, ${number(size - most)} more than the most` }]
    : [];
}

function number(value: number): string {
  return NUMBERS.format(value);
}
