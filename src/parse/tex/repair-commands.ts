import { mathToText } from "./math.js";
import type { Rule } from "./rule.js";

/** Rules for broken commands of running text, applied before the commands themselves. */
export const COMMAND_RULES: readonly Rule[] = [
  {
    why: "arXiv takes a command for an accent over its first letters: \\b{eta} is \\beta, \\c{hi} is \\chi",
    needs: /\\[A-Za-z]\{[a-z]{2}/,
    pattern: () => /\\([A-Za-z])\{([a-z]{2,12})\}/g,
    replace: (whole, first, rest) => {
      const sign = mathToText(`\\${first}${rest}`, "refuse") ?? "";
      return /^[^ -~]$/u.test(sign) ? sign : whole;
    },
  },
  {
    why: "a group with a font switch, such as {\\bf x}",
    needs: ["{"],
    pattern: () =>
      /\{\s?\\(?:(?:bf|it|em|sc|tt|rm|sf|sl|bfseries|itshape|scshape|ttfamily|small|large|tiny)(?![A-Za-z])|color\{[^{}]{1,30}\})([^{}]{0,300})\}/g,
    replace: (_, content) => content.trim(),
  },
  {
    why: "an amount whose escaped dollar the site removed as the start of a formula: \\0.05 per task, \\1,000, \\81",
    needs: /\\\d/,
    pattern: () =>
      /\\(?<![\w\\]\\)(?=\d{1,3}(?:,\d{3})+|\d+\.\d+|\d+(?:[KMB]\b| (?:per|million|billion)\b)|\d{2,7}(?![\w)]))/g,
    replace: () => "$",
  },
  {
    why: "the same for one digit, after a word that precedes an amount: roughly \\1",
    needs: /\\\d/,
    pattern: () =>
      /\\(?<=\b(?:about|around|at|below|costs?|costing|just|only|over|roughly|spending|than|under) \\)(?=\d(?![\w)]))/g,
    replace: () => "$",
  },
  {
    why: "a line break before the number of an item, which lost its second backslash: training; \\3) Pipelines",
    needs: /\\\d/,
    pattern: () => /\\(?<=[.,;:] \\)(?=\d{1,2}\) )/g,
    replace: () => "",
  },
  {
    why: "hyphenation points and corrections of spaces print nothing: data\\-base, et al.\\@",
    needs: ["\\-", "\\@", "\\/"],
    pattern: () => /\\-(?<=\p{L}\\-)(?=\p{L})|\\[@/](?=[\s.,;:)}]|$)/gu,
    replace: () => "",
  },
  {
    why: "a macro in front of its name, which the site expanded as well: \\OneName-Bench OneName-Bench",
    needs: /\\[A-Z][\w-]{2,60} [A-Z]/,
    pattern: () => /\\([A-Z][\w-]{2,60}) (?=\1(?![\w-]))/g,
    replace: () => "",
  },
  {
    why: "norms outside dollars: \\|x\\|",
    needs: ["\\|"],
    pattern: () => /\\\|(?<![\p{L}\p{N}\\]\\\|)([^|\\'"]{1,40})\\\|(?!\p{L})/gu,
    replace: (_, content) => `‖${content}‖`,
  },
  {
    why: "the bars of a divergence: KL(p\\|q)",
    needs: ["\\|"],
    pattern: () => /\\\|(?<=\(\p{L}[^()|\\]{0,20}\\\|)(?=\s?\p{L}[^()|\\]{0,20}\))/gu,
    replace: () => "‖",
  },
];
