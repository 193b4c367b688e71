import type { Check, Checked, Finding } from "./check.js";
import { pathOf, single } from "./elements.js";

/** What a template leaves behind when it names something that is not there, or prints a value that is no text. */
const TEMPLATE_MARKS = /\{\{|\}\}|\[object [A-Z]\w*\]|(?<![\w.-])(?:undefined|NaN)(?![\w-])/g;

/**
 * What TeX looks like when it was not made readable: a command, a group after `_` or `^`, an escaped sign, math between
 * dollars. Money (`$5 and $6`) and file names with an underscore are none. It errs towards silence.
 */
const TEX_MARKS =
  /\\(?:[a-zA-Z]{2,}|[%&#_$(){}[\]])|[_^]\{[^}]*\}|\$[A-Za-z]\$|\$(?=[^$\n]*[\\^_{])[^$\s](?:[^$\n]*[^$\s])?\$(?!\d)/g;

/** Things that should have become text before a reader sees them. */
export const LEFTOVER_CHECKS: readonly Check[] = [
  {
    id: "leftover-template",
    severity: "error",
    looksAt: "no `{{`, `[object Object]`, `undefined` or `NaN` is left of a template",
    mend: "Correct the name in the template or in the messages file.",
    run: (checked) =>
      passages(checked).flatMap(({ text, where }) =>
        [...text.matchAll(TEMPLATE_MARKS)]
          .filter((match) => !isTheirs(text, match, checked.paperText))
          .map(([mark]) => ({ message: `a template left ${JSON.stringify(mark)}`, where: where() })),
      ),
  },
  {
    id: "leftover-tex",
    severity: "warning",
    looksAt: "no TeX is left in what readers see",
    mend: "Add the command to the tables of the TeX reader (src/parse/tex), or report the title.",
    run: (checked) =>
      passages(checked).flatMap(({ text, where }) =>
        [...text.matchAll(TEX_MARKS)].map(([mark]) => ({
          message: `TeX is left: ${mark.slice(0, 40)}`,
          where: where(),
        })),
      ),
  },
  {
    id: "encoding",
    severity: "error",
    looksAt: "the HTML part declares UTF-8 at its start and holds no U+FFFD",
    mend: 'Keep `<meta charset="utf-8">` first in the head, and save templates and messages as UTF-8.',
    run: lookAtEncoding,
  },
];

interface Passage {
  readonly text: string;
  /** Told only of what is found: a path through the letter takes longer than looking. */
  readonly where: () => string;
}

/** Everything that is read: the inbox line, the HTML part's texts, the text part line by line. */
function passages({ letter, texts, $ }: Checked): Passage[] {
  return [
    { text: letter.subject, where: () => "subject" },
    { text: letter.preheader, where: () => "preheader" },
    ...texts.map(({ text, element }) => ({ text, where: () => pathOf($, element) })),
    ...letter.text
      .split("\n")
      .map((line, index) => ({ text: single(line), where: () => `text part, line ${index + 1}` })),
  ];
}

/**
 * Whether the word that holds a mark is a word of the papers: they may well speak of `{{` or NaN, and no page must be able
 * to stop the mail. On a day on which one does, a template's own NaN passes too.
 */
function isTheirs(text: string, { 0: mark, index }: RegExpExecArray, paperText: string): boolean {
  const before = /\S*$/.exec(text.slice(0, index))?.[0] ?? "";
  const after = /^\S*/.exec(text.slice(index + mark.length))?.[0] ?? "";
  const word = before + mark + after;
  const bare = word.replaceAll(/^[“"'(]+|[”"'),.;:…]+$/g, "");
  return paperText.includes(word) || paperText.includes(bare);
}

/** Clients look for the charset in the first 1024 bytes (HTML Standard, "Specifying the document's character encoding"). */
function lookAtEncoding({ letter, paperText }: Checked): Finding[] {
  const declared = /<meta\s[^>]*charset\s*=\s*["']?\s*utf-8/i.test(letter.html.slice(0, 1024));
  const broken = paperText.includes("\uFFFD") ? [] : (["subject", "preheader", "html", "text"] as const);
  return [
    ...(declared ? [] : [{ message: "no <meta charset> of UTF-8 stands in the first 1024 bytes" }]),
    ...broken
      .filter((part) => letter[part].includes("\uFFFD"))
      .map((part) => ({ message: "U+FFFD: a character was lost", where: part })),
  ];
}
