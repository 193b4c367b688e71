import { BUDGET, encodedBytes, fitsEncoded } from "../budget.js";
import { characters } from "../clip.js";
import type { Check, Finding, Checked } from "./check.js";
import { select, singleSpaced } from "./elements.js";

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

/** RFC 5322, section 2.1.1: lines should have no more than 78 characters. */
const LONGEST_SUBJECT = 78;
/** Inboxes show 40 to 140 characters after the subject. */
const LONGEST_PREHEADER = 150;

/** Control characters, and characters that change the text direction (Unicode TR 9). */
const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Words that fit any letter. A subject with only these words says nothing about the edition. */
const GENERIC: ReadonlySet<string> = new Set(
  (
    "a the of for your my our today todays yesterday daily weekly monthly day week month digest paper papers newsletter news " +
    "update updates letter summary top latest new hugging face huggingface hf arxiv paperboy from in and " +
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun " +
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep oct nov dec " +
    "die der das und vom heute täglich tägliche wöchentlich neue neues aus woche tag monat januar februar märz mai juni juli oktober dezember"
  ).split(" "),
);

/** Checks the subject and the preheader, which inboxes show. */
export const WORD_CHECKS: readonly Check[] = [
  {
    id: "subject",
    severity: "error",
    requires: `the subject is specific and has one line of at most ${LONGEST_SUBJECT} characters`,
    fix: "Let subject.hbs name the leading papers, and shorten the words around them.",
    run: checkSubject,
  },
  {
    id: "preheader",
    severity: "warning",
    requires: `the preheader differs from the subject and has at most ${LONGEST_PREHEADER} characters`,
    fix: "Let preheader.hbs add to the subject in one line, and keep it at the top of the HTML part.",
    run: checkPreheader,
  },
];

function checkSubject({ letter: { subject }, digest }: Checked): Finding[] {
  if (subject.trim() === "") return [{ message: "the subject is empty" }];
  const length = characters(subject);
  const isTitle = digest.kept.some(({ paper }) => subject.includes(singleSpaced(paper.title).slice(0, 20)));
  const namesNone = digest.kept.length > 0 && isGeneric(subject) && !isTitle;
  return [
    ...(length > LONGEST_SUBJECT ? [{ message: `the subject has ${length} characters`, where: subject }] : []),
    ...(CONTROL.test(subject) ? [{ message: "the subject contains control or direction characters" }] : []),
    ...(namesNone ? [{ message: "the subject names no paper and would fit any edition", where: subject }] : []),
  ];
}

function isGeneric(subject: string): boolean {
  const words =
    subject
      .toLowerCase()
      .replaceAll(/['’]/g, "")
      .match(/\p{L}+/gu) ?? [];
  return words.every((word) => GENERIC.has(word));
}

function checkPreheader({ letter: { subject, preheader }, $ }: Checked): Finding[] {
  const line = singleSpaced(preheader);
  if (line === "") return [{ message: "the preheader is empty, so inboxes show the first words of the letter" }];
  const length = characters(preheader);
  const sameAsSubject = line.toLowerCase() === singleSpaced(subject).toLowerCase();
  return [
    ...(sameAsSubject ? [{ message: "the preheader repeats the subject", where: line }] : []),
    ...(length > LONGEST_PREHEADER ? [{ message: `the preheader has ${length} characters`, where: line }] : []),
    ...(singleSpaced($([...select($, "body")]).text()).includes(line)
      ? []
      : [{ message: "the HTML part does not contain the preheader" }]),
  ];
}
