import { mathToText } from "./math.js";
import type { Rule } from "./rule.js";
import { signOf } from "./signs.js";

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
    replace: "$$",
  },
  {
    why: "the same for one digit, after a word that precedes an amount: roughly \\1",
    needs: /\\\d/,
    pattern: () =>
      /\\(?<=\b(?:about|around|at|below|costs?|costing|just|only|over|roughly|spending|than|under) \\)(?=\d(?![\w)]))/g,
    replace: "$$",
  },
  {
    why: "a line break before the number of an item, which lost its second backslash: training; \\3) Pipelines",
    needs: /\\\d/,
    pattern: () => /\\(?<=[.,;:] \\)(?=\d{1,2}\) )/g,
    replace: "",
  },
  {
    why: "hyphenation points and corrections of spaces print nothing: data\\-base, et al.\\@",
    needs: ["\\-", "\\@", "\\/"],
    pattern: () => /\\-(?<=\p{L}\\-)(?=\p{L})|\\[@/](?=[\s.,;:)}]|$)/gu,
    replace: "",
  },
  {
    why: "a macro in front of its name, which the site expanded as well: \\OneName-Bench OneName-Bench",
    needs: /\\[A-Z][\w-]{2,60} [A-Z]/,
    pattern: () => /\\([A-Z][\w-]{2,60}) (?=\1(?![\w-]))/g,
    replace: "",
  },
  {
    why: "norms outside dollars: \\|x\\|",
    needs: ["\\|"],
    pattern: () => /\\\|(?<![\p{L}\p{N}\\]\\\|)([^|\\'"]{1,40})\\\|(?!\p{L})/gu,
    replace: "‖$1‖",
  },
  {
    why: "the bars of a divergence: KL(p\\|q)",
    needs: ["\\|"],
    pattern: () => /\\\|(?<=\(\p{L}[^()|\\]{0,20}\\\|)(?=\s?\p{L}[^()|\\]{0,20}\))/gu,
    replace: "‖",
  },
];

/** Operators between the signs that remain of `\!` and `\;`. */
const NAMES = "approx|cdot|equiv|geq|leq|neq|pm|propto|rightarrow|sim|simeq|times";
const WORDS = "in|to|le|ge|ne|lt|gt|mid";

/** Rules for the spacing commands `\!` and `\;`, which the site leaves as `!` and `;`, and for the sizes of brackets. */
export const SPACE_RULES: readonly Rule[] = [
  {
    why: "on both sides of an operator: d!approx!33, x!in!{4, 8}, K!=!5",
    needs: /!(?:[a-z=<>+\-/|:×·]|[^ -~])/,
    pattern: () =>
      new RegExp(String.raw`(?<=[\p{L}\p{N}\p{Co})\]}])!+(${NAMES}|${WORDS}|[=<>+\-/|:≈∼≤≥≠→×·±∈])!+(?=\S)`, "gu"),
    replace: (_, name) => signOf(name),
  },
  {
    why: "after an operator before a number: sim!30",
    needs: /[a-z]!\d/,
    pattern: () => new RegExp(String.raw`(?<!\p{L}{2}|\\)(${NAMES})!+(?=\d)`, "gu"),
    replace: (_, name) => signOf(name),
  },
  {
    why: "between a function and its bracket: log!(n); n!(n-1) is a factorial",
    needs: /!(?:left|[bB]igg?l?)?[([{|]/,
    pattern: () =>
      /(?<=(?<![\p{L}\p{N}])(?:log|exp|max|min|argmax|argmin|softmax|Pr|KL))!+(?=(?:left|[bB]igg?l?)?[([{|])|!+(?=(?:left|[bB]igg?l?)[([{|])/gu,
    replace: "",
  },
  {
    why: "semicolons on both sides of an operator: a;=;b",
    needs: /;(?:[=<>]|[^ -~]|[a-z]{2,5};)/,
    pattern: () => new RegExp(String.raw`(?<=[\p{L}\p{N}\p{Co})\]}]);(${NAMES}|[=<>≈∼≤≥≠→×±∈]);(?=\S)`, "gu"),
    replace: (_, name) => ` ${signOf(name)} `,
  },
  {
    why: "brackets of a bound in the sizes left, right and big: Oleft( n right), Θbig(1big)",
    needs: /(?:left|[bB]igg?l?) ?[([]/,
    pattern: () =>
      /(?<=(?<![\p{L}\p{N}])[OoΘΩ𝒪]\u0303?)(?:left|[bB]igg?l?) ?([([]) ?(.{1,200}?) ?(?:right|[bB]igg?r?)(?=[)\]])/gu,
    replace: "$1$2",
  },
];
