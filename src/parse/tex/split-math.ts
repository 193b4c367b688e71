/**
 * Mathematics between its delimiters, told apart from money, shell variables and lone dollars. The rule for `$` is
 * pandoc's (tex_math_dollars: no space inside either dollar, no digit after the second), and what stands between must
 * look like mathematics.
 */

import { LONGEST_FORMULA } from "./math.js";

/** A stretch of text: prose, or a formula with what it was written in. */
export interface Span {
  readonly math: boolean;
  /** The prose, or the formula without its delimiters. */
  readonly content: string;
  /** As it was typed. */
  readonly typed: string;
}

const CLOSERS: Readonly<Record<string, string>> = { $$: "$$", $: "$", "\\(": "\\)", "\\[": "\\]" };

const OPENER = /\\\\|\\[([]|\\.|\$\$?/gs;

/** A text cut into prose and formulas, in order; joined, their `typed` parts are the text. */
export function splitMath(text: string): Span[] {
  const spans: Span[] = [];
  const opener = new RegExp(OPENER);
  let done = 0;
  for (let match = opener.exec(text); match !== null; match = opener.exec(text)) {
    const formula = formulaAt(text, match.index, match[0]);
    if (formula === null) continue;
    spans.push(prose(text.slice(done, match.index)), formula);
    done = match.index + formula.typed.length;
    // A formula may end on the first of two dollars, and the second opens the next.
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

/** Where the first closer that is not escaped stands; -1 without one. */
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
  // A letter after the second dollar: `$HOME$PATH` is for the shell.
  if (ONE_WORD.test(content) && /\p{L}{4}/u.test(content)) return !/[\p{L}{_]/u.test(next);
  // A space inside one dollar alone is a slip that a command makes certain; inside both, a relation or a lone letter does.
  if (opens !== closes) return /^\s*\\[A-Za-z]/.test(content) && isMath(content);
  return (
    isMath(content) && (!opens || hasTex(content) || /^\s\p{L}(?:\s?[=<>≤≥]\s?[\p{L}\d.,]{1,8})?\s$/u.test(content))
  );
}

function hasTex(content: string): boolean {
  return /[\\^]|_[{\w]|\{[^{}]*\}/.test(content);
}

/** Names of functions and of common quantities that are longer than the three letters of a plain variable. */
const LONG_WORDS =
  /^(?:loss|softmax|argmax|argmin|sinh|cosh|tanh|rank|diag|sign|prob|poly|polylog|ReLU|sqrt|pass|bits?)$/;

/** What plain formulas (no TeX in them) are made of: letters, digits and signs of arithmetic. */
const PLAIN_FORMULA = /^[\p{L}\p{N}\s+\-=<>()[\].,|/*'!:;%±×·≤≥≈∼→∞@&]{1,60}$/u;

/** One name, such as `$DPO$`. */
const ONE_WORD = /^\p{L}[\p{L}\p{N}-]{0,24}$/u;

/**
 * Prose, paths and variables between two dollars are no formula: `$5 a month for x_1, or $`, `$HOME/$`, `${NAME}:$`. Four
 * letters in a row are a word unless they name a function.
 */
function isMath(content: string): boolean {
  const bare = content.trim();
  if (bare === "" || (!bare.includes("\\") && /^[,.;]|[/:,]$/.test(bare))) return false;
  const words = bare
    .replace(/\\(?:text\w*|emph|mbox|mathrm|mathsf|mathit|mathtt|mathbf|operatorname)\*?\s?\{[^{}]*\}/g, " ")
    .replace(/\\[A-Za-z]+/g, " ")
    .match(/\p{L}{4,}/gu);
  const long = (words ?? []).filter((word) => !LONG_WORDS.test(word)).length;
  if (hasTex(bare)) return long <= 2 || !/\p{L}{3,}\s\p{L}{2,}\s\p{L}{2,}/u.test(bare);
  return long === 0 && PLAIN_FORMULA.test(bare) && !/^\d[\d.,]*[KMBkmb]?\s+\p{L}/u.test(bare);
}
