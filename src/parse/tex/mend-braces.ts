import { inFont, writeFraction, writeRoot } from "./letters.js";
import { LOST_WORDS } from "./lost-words.js";
import type { Rule } from "./rule.js";
import { writeScript } from "./scripts.js";
import type { Script } from "./scripts.js";

const FONTS =
  "textit|textbf|textsc|texttt|textrm|textsf|textsl|textnormal|underline|overline|mathcal|mathbb|mathscr|mathfrak|mathbf|mathrm|mathit|mathsf|mathtt|boldsymbol|operatorname|widehat|widetilde|mathbbm";

/** Inside braces, from the inside out. They are repeated while they find something, as deep as real nesting goes. */
export const IN_BRACES: readonly Rule[] = [
  {
    why: "no English word ends in a font's name with a brace after it",
    pattern: new RegExp(String.raw`\\?(${FONTS})\{([^{}]{0,200})\}`, "g"),
    replace: (_, font, text) => inFont(font, text),
  },
  {
    why: "a short font name or a root, alone, with a brace after it",
    pattern: /(?<![\p{L}\\_])(text|emph|bm|hat|bar|tilde|vec|mbox)\{([^{}]{0,200})\}/gu,
    replace: (_, _font, text) => text,
  },
  {
    why: "sqrt with a brace after it",
    pattern: /(?<![\p{L}\\_])sqrt\{([^{}]{1,60})\}/gu,
    replace: (_, body) => writeRoot("", body),
  },
  {
    why: "frac with two braces after it",
    pattern: /(?<![\p{L}\\_])[dt]?frac\{([^{}]{1,60})\}\{([^{}]{1,60})\}/gu,
    replace: (_, numerator, denominator) => writeFraction(numerator, denominator),
  },
  {
    why: "a group that opens with a font switch",
    pattern: /\{\s?\\?(?:bf|it|em|sc|tt|rm|sf|sl|bfseries|itshape)\s([^{}]{1,300})\}/g,
    replace: (_, text) => text.trim(),
  },
  {
    why: "a circle raised is a degree",
    pattern: /\^(?:\{\\?circ\}|\\?circ(?![A-Za-z]))/g,
    replace: () => "°",
  },
  {
    why: "one letter in braces lost its font: {F}_t, the {W}-space",
    pattern: /(?<![\p{L}\p{N}\\$}_^])\{(\p{L})\}(?=[\s_^(){}\-.,;:]|$)/gu,
    replace: (_, letter) => letter,
  },
  {
    why: "^ or _ with a brace after it is TeX alone",
    pattern: /([_^])\{([^{}]{0,80})\}/g,
    replace: (_, mark, content) => writeScript(scriptOf(mark), scriptContent(content)),
  },
  {
    why: "one symbol in braces is TeX's way to take its space away: {=}, {times}, 10{,}000",
    pattern: /\{\s?([=+\-<>,.:;~×±·∼≈≤≥→/|%−]|times|cdot|pm|to|approx|sim|leq|geq)\s?\}/g,
    replace: (_, sign) => (sign === "to" ? "→" : (LOST_WORDS.get(sign) ?? sign)),
  },
  {
    why: "braces around one accented letter, as bibliographies write it",
    pattern: /\{((?![A-Za-z])\p{L})\}/gu,
    replace: (_, letter) => letter,
  },
];

function scriptOf(mark: string): Script {
  return mark === "^" ? "sup" : "sub";
}

/** What stands in a script, without the spaces that TeX ignores; words keep theirs. */
function scriptContent(content: string): string {
  const signs = content
    .trim()
    .replace(/(?<![A-Za-z])(?:times|cdot|leq|geq|pm|sim)(?![A-Za-z])/g, (word) => LOST_WORDS.get(word) ?? word);
  return signs
    .replace(/\s*([=+\-−×·→∈≤≥±∼<>,/])\s*/g, "$1")
    .replace(/^\\?(star|ast|dagger|prime|top|circ)$/, (_, name: string) => LOST_WORDS.get(`^${name}`) ?? name);
}
