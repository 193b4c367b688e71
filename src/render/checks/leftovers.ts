import type { Check, Checked, Finding } from "./check.js";
import { pathOf, singleSpaced } from "./elements.js";

/** Traces of a template with a wrong name, or with a value that is not a text. */
const TEMPLATE_MARKS = /\{\{|\}\}|\[object [A-Z]\w*\]|(?<![\w.-])(?:undefined|NaN)(?![\w-])/g;

/**
 * Traces of TeX: a command, a group after `_` or `^`, an escaped character, math between dollars. Does not match money (`$5 and
 * $6`), file names with an underscore, and ambiguous texts.
 */
const TEX_MARKS =
  /\\(?:[a-zA-Z]{2,}|[%&#_$(){}[\]])|[_^]\{[^}]*\}|\$[A-Za-z]\$|\$(?=[^$\n]*[\\^_{])[^$\s](?:[^$\n]*[^$\s])?\$(?!\d)/g;

/** Checks whether readers see template markup, TeX or lost characters. */
export const LEFTOVER_CHECKS: readonly Check[] = [
  {
    id: "leftover-template",
    severity: "error",
    requires: "no text contains `{{`, `[object Object]`, `undefined` or `NaN` from a template",
    fix: "Correct the name in the template or the messages file.",
    run: (checked) =>
      passages(checked).flatMap(({ text, where }) =>
        [...text.matchAll(TEMPLATE_MARKS)]
          .filter((match) => !isFromPapers(text, match, checked.paperText))
          .map(([mark]) => ({ message: `template output contains ${JSON.stringify(mark)}`, where: where() })),
      ),
  },
  {
    id: "leftover-tex",
    severity: "warning",
    requires: "no visible text contains TeX",
    fix: "Report the title, or add the command to the tables of the TeX reader (src/parse/tex).",
    run: (checked) =>
      passages(checked).flatMap(({ text, where }) =>
        [...text.matchAll(TEX_MARKS)].map(([mark]) => ({
          message: `a text contains TeX: ${mark.slice(0, 40)}`,
          where: where(),
        })),
      ),
  },
  {
    id: "encoding",
    severity: "error",
    requires: "the HTML part declares UTF-8 at its start, and no part contains U+FFFD",
    fix: 'Keep `<meta charset="utf-8">` first in the head, and save templates and messages files as UTF-8.',
    run: checkEncoding,
  },
];

interface Passage {
  readonly text: string;
  /** Called only for a finding, because building a path is slow. */
  readonly where: () => string;
}

/** Returns the subject, the preheader, the visible texts of the HTML part, and the lines of the text part. */
function passages({ letter, texts, $ }: Checked): Passage[] {
  return [
    { text: letter.subject, where: () => "subject" },
    { text: letter.preheader, where: () => "preheader" },
    ...texts.map(({ text, element }) => ({ text, where: () => pathOf($, element) })),
    ...letter.text
      .split("\n")
      .map((line, index) => ({ text: singleSpaced(line), where: () => `text part, line ${index + 1}` })),
  ];
}

/**
 * Whether the word around a mark occurs in the papers. A paper may mention `{{` or NaN, and must not prevent sending. On such a
 * day, a NaN of the template itself is not found either.
 */
function isFromPapers(text: string, { 0: mark, index }: RegExpExecArray, paperText: string): boolean {
  const before = /\S*$/.exec(text.slice(0, index))?.[0] ?? "";
  const after = /^\S*/.exec(text.slice(index + mark.length))?.[0] ?? "";
  const word = before + mark + after;
  const bare = word.replaceAll(/^[“"'(]+|[”"'),.;:…]+$/g, "");
  return paperText.includes(word) || paperText.includes(bare);
}

/** Clients read the charset from the first 1024 bytes (HTML Standard, "Specifying the document's character encoding"). */
function checkEncoding({ letter, paperText }: Checked): Finding[] {
  const declared = /<meta\s[^>]*charset\s*=\s*["']?\s*utf-8/i.test(letter.html.slice(0, 1024));
  const broken = paperText.includes("\uFFFD") ? [] : (["subject", "preheader", "html", "text"] as const);
  return [
    ...(declared ? [] : [{ message: "the first 1024 bytes have no <meta charset> of UTF-8" }]),
    ...broken
      .filter((part) => letter[part].includes("\uFFFD"))
      .map((part) => ({ message: "contains U+FFFD: a character was lost", where: part })),
  ];
}
