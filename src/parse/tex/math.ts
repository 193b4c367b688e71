import { createRequire } from "node:module";
import type temml from "temml";
import { writeQuantity } from "./units.js";
import { writeNodes } from "./write-nodes.js";
import type { TexNode } from "./write-nodes.js";

/**
 * The only module that uses temml. The parser of temml (`__parse`) is not a public API, so its version is pinned, and tests
 * detect a change.
 */

/** Longer formulas stay unchanged, because they do not fit into an abstract. */
export const LONGEST_FORMULA = 1000;

const MAX_FORMULA_DEPTH = 24;

/** Commands that define, load or repeat something. Abstracts do not need them, and their cost is unbounded. */
const FORBIDDEN =
  /\\(?:[gex]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand|char|includegraphics|href|url|html\w*|class|id|style|data|csname|expandafter|input|include|loop)(?![A-Za-z])/;

/** The color that temml assigns to unknown commands. `writeNodes` recognises them by it. */
const UNKNOWN = "unknown command";

/** Text arguments. The site and some authors leave `_` unescaped in them, which TeX rejects. */
const TEXT_ARGUMENT = /\\(?:text\w*|mbox|operatorname)\{[^{}]*\}/g;

/** A quantity of siunitx, whose units are no commands of mathematics. */
const QUANTITY = /\\(?:SI|qty)\{([^{}]{0,40})\}\{([^{}]{0,60})\}/g;

/** A minus sign before a word is a hyphen: `$DR^{3}-Eval$`. */
const HYPHEN = /\u2212(?=\p{L}{2})/gu;

/** Commands that temml lacks, and synonyms that papers use. */
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

/** Loads temml on first use, because many pages have no formula. Uses `require`, because parsing is synchronous. */
function parser(): TexParser {
  const loaded = createRequire(import.meta.url)("temml") as typeof temml;
  return loaded as unknown as TexParser;
}

/**
 * Converts a formula (without its dollars) to text; null when it cannot be parsed. An unknown command becomes its name, or with
 * `refuse` the result is null.
 */
export function mathToText(formula: string, unknown: "name" | "refuse" = "name"): string | null {
  if (formula.length > LONGEST_FORMULA || FORBIDDEN.test(formula) || depth(formula) > MAX_FORMULA_DEPTH) return null;
  try {
    const source = formula.replace(QUANTITY, asText).replace(TEXT_ARGUMENT, withPlainUnderscores);
    const nodes = parser()["__parse"](source, options());
    const text = writeNodes(nodes, { tight: false, symbol, unknownColor: UNKNOWN, refuse: unknown === "refuse" });
    return text.replace(HYPHEN, "-").replace(/\s+/g, " ").normalize("NFC");
  } catch {
    return null;
  }
}

/** Returns the character of a symbol command: `≤` for `\leq`. */
function symbol(name: string): string {
  try {
    return textOf(parser()["__renderToMathMLTree"](name, { ...options(), throwOnError: true })).replace(/\u2061/g, "");
  } catch {
    return name;
  }
}

function asText(_: string, number: string, unit: string): string {
  return `\\text{${writeQuantity(number, unit).replace("%", "\\%")}}`;
}

function withPlainUnderscores(argument: string): string {
  return argument.replace(/(?<!\\)_/g, "\\_");
}

function textOf({ text, children }: MathMlNode): string {
  return text ?? (children ?? []).map(textOf).join("");
}

function options(): object {
  // Creates a new object each time, because temml changes it.
  return { displayMode: true, maxExpand: 300, errorColor: UNKNOWN, macros: { ...MACROS } };
}

/** Returns the nesting depth of braces, brackets and environments. */
function depth(formula: string): number {
  let open = 0;
  let deepest = 0;
  for (const [level] of formula.matchAll(
    /[{}[\]()]|\\left(?![a-z])|\\right(?![a-z])|\\begin|\\end|[\^_]|\\(?:d|t|c)?frac|\\sqrt/g,
  )) {
    open += /^[{[(]$|left|begin/.test(level) ? 1 : /^[}\])]$|right|end/.test(level) ? -1 : 0;
    deepest = Math.max(deepest, open);
  }
  // Commands without braces around their arguments (`\frac\frac\frac…`, `^^^`) also recurse.
  const bare = /(?:\\[A-Za-z]+\s*){24}/.test(formula) ? MAX_FORMULA_DEPTH + 1 : 0;
  return Math.max(deepest, bare);
}
