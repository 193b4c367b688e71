import { createRequire } from "node:module";
import type temml from "temml";
import { writeNodes } from "./write-nodes.js";
import type { TexNode } from "./write-nodes.js";

/**
 * The only module that knows temml. Its parser is not a promise of theirs (`__parse`), so the version is pinned and the
 * cases in the tests would show a change.
 */

/** Longer formulas are left as typed: one line of an abstract has no room for them. */
export const LONGEST_FORMULA = 1000;

const DEEPEST_FORMULA = 24;

/** What defines, loads or repeats has no place in an abstract and could cost without end. */
const FORBIDDEN =
  /\\(?:[gex]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand|char|includegraphics|href|url|html\w*|class|id|style|data|csname|expandafter|input|include|loop)(?![A-Za-z])/;

/** The colour that temml gives to a command it does not know; the context then leaves that command as typed. */
const UNKNOWN = "unknown command";

/** In text arguments sites and authors write `_` bare, which TeX refuses. */
const TEXT_ARGUMENT = /\\(?:text\w*|mbox|operatorname)\{[^{}]*\}/g;

/** A minus before a word is a hyphen: `$DR^{3}-Eval$`. */
const HYPHEN = /\u2212(?=\p{L}{2})/gu;

/** Commands that temml lacks or that papers use for the same thing. */
const MACROS: Readonly<Record<string, string>> = {
  "\\mathbbm": "\\mathbb{#1}",
  "\\mathds": "\\mathbb{#1}",
  "\\textsl": "\\text{#1}",
  "\\underline": "{#1}",
  "\\ensuremath": "{#1}",
  "\\xspace": "",
  "\\textsuperscript": "^{\\text{#1}}",
  "\\textsubscript": "_{\\text{#1}}",
  "\\uline": "{#1}",
  "\\scriptstyle": "",
  "\\E": "\\mathbb{E}",
  "\\mathop": "{#1}",
  "\\mathbfcal": "\\mathcal{#1}",
  "\\bbR": "\\mathbb{R}",
  "\\textnormal": "\\text{#1}",
  "\\percent": "\\%",
  "\\num": "{#1}",
  "\\SI": "{#1}\\,{#2}",
  "\\cmark": "\\checkmark",
  "\\xmark": "\\text{✗}",
};

interface TexParser {
  readonly __parse: (formula: string, options: object) => readonly TexNode[];
  readonly __renderToMathMLTree: (formula: string, options: object) => MathMlNode;
}

interface MathMlNode {
  readonly text?: string;
  readonly children?: readonly MathMlNode[];
}

/** Many pages hold no formula, and reading is synchronous: so the library is required here, not imported. It is loaded once. */
function parser(): TexParser {
  const loaded = createRequire(import.meta.url)("temml") as typeof temml;
  return loaded as unknown as TexParser;
}

/** A formula (without its dollars) as readable text, or null when it cannot be read: then it is best left as typed. */
export function mathToText(formula: string): string | null {
  if (formula.length > LONGEST_FORMULA || FORBIDDEN.test(formula) || depth(formula) > DEEPEST_FORMULA) return null;
  try {
    const nodes = parser()["__parse"](formula.replace(TEXT_ARGUMENT, withPlainUnderscores), options());
    const text = writeNodes(nodes, { tight: false, symbol, unknown: UNKNOWN });
    return text.replace(HYPHEN, "-").replace(/\s+/g, " ").normalize("NFC");
  } catch {
    return null;
  }
}

/** The character behind a symbol's name: `\leq` is `≤`. */
function symbol(name: string): string {
  try {
    return textOf(parser()["__renderToMathMLTree"](name, { ...options(), throwOnError: true })).replace(/\u2061/g, "");
  } catch {
    return name;
  }
}

function withPlainUnderscores(argument: string): string {
  return argument.replace(/(?<!\\)_/g, "\\_");
}

function textOf({ text, children }: MathMlNode): string {
  return text ?? (children ?? []).map(textOf).join("");
}

function options(): object {
  // New objects each time: temml writes into the macros that it is given.
  return { displayMode: true, maxExpand: 300, errorColor: UNKNOWN, macros: { ...MACROS } };
}

/** How deep the braces, and what else opens a level, are nested. */
function depth(formula: string): number {
  let open = 0;
  let deepest = 0;
  for (const [level] of formula.matchAll(
    /[{}[\]()]|\\left(?![a-z])|\\right(?![a-z])|\\begin|\\end|[\^_]|\\(?:d|t|c)?frac|\\sqrt/g,
  )) {
    open += /^[{[(]$|left|begin/.test(level) ? 1 : /^[}\])]$|right|end/.test(level) ? -1 : 0;
    deepest = Math.max(deepest, open);
  }
  // Commands that take their argument without braces (`\frac\frac\frac…`, `^^^`) recurse too.
  const bare = /(?:\\[A-Za-z]+\s*){24}/.test(formula) ? DEEPEST_FORMULA + 1 : 0;
  return Math.max(deepest, bare);
}
