/**
 * Finds formulas by their delimiters, and leaves amounts of money, shell variables and single dollar signs. For `$`, the rule
 * is pandoc's (tex_math_dollars: no space inside either dollar, no digit after the second), and the content must also look like
 * a formula.
 */

import { LONGEST_FORMULA } from "./math.js";

/** A part of a text: prose or a formula. */
export interface Span {
  readonly math: boolean;
  /** The prose, or the formula without delimiters. */
  readonly content: string;
  /** The source text, including delimiters. */
  readonly typed: string;
}

const CLOSERS: Readonly<Record<string, string>> = { $$: "$$", $: "$", "\\(": "\\)", "\\[": "\\]" };

const OPENER = /\\\\|\\[([]|\\.|\$\$?/gs;

/** Splits a text into prose and formulas. Joined, the `typed` parts are the original text. */
export function splitMath(text: string): Span[] {
  const spans: Span[] = [];
  const opener = new RegExp(OPENER);
  let done = 0;
  for (let match = opener.exec(text); match !== null; match = opener.exec(text)) {
    const formula = formulaAt(text, match.index, match[0]);
    if (formula === null) continue;
    spans.push(prose(text.slice(done, match.index)), formula);
    done = match.index + formula.typed.length;
    // A formula may end at the first of two adjacent dollars. The second one may then open the next formula.
    opener.lastIndex = done;
  }
  return [...spans, prose(text.slice(done))];
}

function prose(content: string): Span {
  return { math: false, content, typed: content };
}

function formulaAt(text: string, start: number, opener: string): Span | null {
  const closer = Object.hasOwn(CLOSERS, opener) ? CLOSERS[opener] : undefined;
  if (closer === undefined) return null;
  const window = text.slice(start + opener.length, start + opener.length + LONGEST_FORMULA + closer.length);
  const length = window.includes(closer) ? closerAt(window, closer) : -1;
  if (length <= 0) return null;
  const content = window.slice(0, length);
  const next = window.charAt(length + closer.length);
  const accepted = opener === "$" ? isInlineMath(content, next) : isMath(content);
  return accepted ? { math: true, content: content.trim(), typed: opener + content + closer } : null;
}

/** Returns the index of the first unescaped closing delimiter, or -1. */
function closerAt(window: string, closer: string): number {
  for (const match of window.matchAll(/\\[()[\]]|\\.|\$\$?/gs)) {
    if (match[0] === closer) return match.index;
    if (closer === "$" && match[0] === "$$") return match.index;
  }
  return -1;
}

function isInlineMath(content: string, next: string): boolean {
  const opens = /^\s/.test(content);
  const closes = /\s$/.test(content);
  if (/^[<>=≤≥∼≈+±×-]$/.test(content)) return true;
  if (/\d/.test(next)) return /\\/.test(content) && !opens && !closes && isMath(content);
  // If a letter follows the second dollar, the text is a pair of shell variables: `$HOME$PATH`.
  if (ONE_WORD.test(content) && /\p{L}{4}/u.test(content)) return !/[\p{L}{_]/u.test(next);
  // A space inside one dollar is a typing error if a command follows. Spaces inside both are, if the content is a relation or
  // one letter.
  if (opens !== closes) return /^\s*\\[A-Za-z]/.test(content) && isMath(content);
  return (
    isMath(content) && (!opens || hasTex(content) || /^\s\p{L}(?:\s?[=<>≤≥]\s?[\p{L}\d.,]{1,8})?\s$/u.test(content))
  );
}

function hasTex(content: string): boolean {
  return /[\\^~]|_[{\p{L}\p{N}]|\{[^{}]*\}/u.test(content);
}

/** Function names and common quantities of four or more letters. */
const LONG_WORDS =
  /^(?:loss|softmax|argmax|argmin|sinh|cosh|tanh|rank|diag|sign|prob|poly|polylog|ReLU|sqrt|pass|bits?)$/;

/** The characters of formulas without TeX: letters, digits and operators. */
const PLAIN_FORMULA = /^[\p{L}\p{N}\s+\-=<>()[\].,|/*'!:;%±×·≤≥≈∼→∞@&]{1,60}$/u;

/** One name, such as `$DPO$`. */
const ONE_WORD = /^\p{L}[\p{L}\p{N}-]{0,24}$/u;

/**
 * Whether a text between dollars is a formula. Excludes prose (`$5 a month for x_1, or $`), paths (`$HOME/$`) and variables
 * (`${NAME}:$`). Four or more letters in a row are a word, unless they name a function.
 */
function isMath(content: string): boolean {
  const bare = content.trim();
  if (bare === "" || (!bare.includes("\\") && /^[,.;]|[/:,]$/.test(bare))) return false;
  const prose = bare
    .replace(/\\(?:text\w*|emph|mbox|mathrm|mathsf|mathit|mathtt|mathbf|operatorname)\*?\s?\{[^{}]*\}/g, " ")
    .replace(/\\[A-Za-z]+/g, " ");
  if (hasTex(bare)) return !/(?<!\p{L})\p{L}{3,}\s\p{L}{2,}\s\p{L}{2,}|text(?:bf|it|sc|tt)\{/u.test(prose);
  const long = (prose.match(/\p{L}{4,}/gu) ?? []).filter((word) => !LONG_WORDS.test(word)).length;
  return long === 0 && PLAIN_FORMULA.test(bare) && !/^\d[\d.,]*[KMBkmb]?\s+\p{L}/u.test(bare);
}
