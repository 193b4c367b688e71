import { characters } from "../clip.js";
import type { Check, Checked, Finding } from "./check.js";
import { select, single } from "./elements.js";

/** RFC 5322, section 2.1.1: lines should have no more than 78 characters. */
const LONGEST_SUBJECT = 78;
/** Inboxes show about 40 to 140 characters beside the subject; what follows is lost. */
const LONGEST_PREHEADER = 150;

/** Control characters, and those that turn the direction of what follows (Unicode TR 9). */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Words that any letter could have; a subject of these alone says nothing about the day. */
const GENERIC: ReadonlySet<string> = new Set(
  (
    "a the of for your my our today todays yesterday daily weekly monthly day week month digest paper papers newsletter news " +
    "update updates letter summary top latest new hugging face huggingface hf arxiv paperboy from in and " +
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun " +
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep oct nov dec " +
    "die der das und vom heute täglich tägliche wöchentlich neue neues aus woche tag monat januar februar märz mai juni juli oktober dezember"
  ).split(" "),
);

/** What stands in the inbox before a letter is opened. */
export const WORD_CHECKS: readonly Check[] = [
  {
    id: "subject",
    severity: "error",
    looksAt: `the subject is there, specific, one line and at most ${LONGEST_SUBJECT} characters`,
    mend: "Let subject.hbs name the leading papers, and shorten what stands around them.",
    run: (checked) => lookAtSubject(checked),
  },
  {
    id: "preheader",
    severity: "warning",
    looksAt: `the line beside the subject is there, says something else and has at most ${LONGEST_PREHEADER} characters`,
    mend: "Let preheader.hbs say in one line what the subject does not, and keep it at the top of the HTML part.",
    run: (checked) => lookAtPreheader(checked),
  },
];

function lookAtSubject({ letter: { subject }, digest }: Checked): Finding[] {
  if (subject.trim() === "") return [{ message: "the subject is empty" }];
  const length = characters(subject);
  const isTitle = digest.kept.some(({ paper }) => subject.includes(single(paper.title).slice(0, 20)));
  const namesNone = digest.kept.length > 0 && isGeneric(subject) && !isTitle;
  return [
    ...(length > LONGEST_SUBJECT ? [{ message: `the subject has ${length} characters`, where: subject }] : []),
    ...(STEERING.test(subject) ? [{ message: "the subject holds control or direction characters" }] : []),
    ...(namesNone ? [{ message: "the subject would fit any day: it names no paper", where: subject }] : []),
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

function lookAtPreheader({ letter: { subject, preheader }, $ }: Checked): Finding[] {
  const line = single(preheader);
  if (line === "") return [{ message: "there is no preheader: inboxes will show the letter's first words" }];
  const length = characters(preheader);
  const sameAsSubject = line.toLowerCase() === single(subject).toLowerCase();
  return [
    ...(sameAsSubject ? [{ message: "the preheader repeats the subject", where: line }] : []),
    ...(length > LONGEST_PREHEADER ? [{ message: `the preheader has ${length} characters`, where: line }] : []),
    ...(single($([...select($, "body")]).text()).includes(line)
      ? []
      : [{ message: "the HTML part does not hold the preheader" }]),
  ];
}
