import { accented } from "./accents.js";
import { endsInRoot, inFont, writeFraction, writeRoot } from "./unicode-math.js";
import { BARE_COMMANDS } from "./bare-commands.js";
import type { Rule } from "./rule.js";
import { writeScript } from "./scripts.js";
import type { Script } from "./scripts.js";
import { writeQuantity } from "./units.js";

const FONTS =
  "textit|textbf|textsc|texttt|textrm|textsf|textsl|textnormal|underline|overline|mathcal|mathbb|mathscr|mathfrak|mathbf|mathrm|mathit|mathsf|mathtt|boldsymbol|operatorname|widehat|widetilde|mathbbm".split(
    "|",
  );

/** Rules for braces without their commands. They are repeated from the inside out while they match. */
export const BRACE_RULES: readonly Rule[] = [
  {
    why: "a font whose closing brace is on the wrong side of its bracket: ^{(text{best)}",
    needs: ["(text", "(math"],
    pattern: () => /\((?:text|mathrm|mathbf|mathsf)\{([^{}()]{1,40})\)/g,
    replace: (_, content) => `(${content})`,
  },
  {
    why: "the name of a font with a brace after it occurs in no English text",
    needs: FONTS.map((name) => `${name}{`),
    pattern: () => new RegExp(String.raw`\\?(${FONTS.join("|")})\{([^{}]{0,200})\}`, "g"),
    replace: (_, font, text) => inFont(font, text),
  },
  {
    why: "a font name before one letter: boldsymbol v, mathcal O(n), mathcalO(n)",
    needs: FONTS,
    pattern: () => /(?<![\p{L}\\_])(mathcal|mathbb|mathbf|mathscr|mathfrak|boldsymbol) ?(\p{L})(?![\p{L}])/gu,
    replace: (_, font, letter) => inFont(font, letter),
  },
  {
    why: "a fraction over a number, whose numerator is a text: text{length}{3}",
    needs: ["}{"],
    pattern: () => /(?<![\p{L}\\_])(?:text|mbox|mathrm)\{([^{}]{1,60})\}\{(\d{1,4})\}/gu,
    replace: (_, numerator, denominator) => `${numerator}/${denominator}`,
  },
  {
    why: "a quantity with its unit: SI{40}{millisecond}",
    needs: ["SI{", "qty{"],
    pattern: () => /(?<![\p{L}\p{N}\\_])(?:SI|qty)\{([^{}]{1,20})\}\{([^{}]{1,40})\}/gu,
    replace: (_, number, unit) => writeQuantity(number, unit),
  },
  {
    why: "a degree sign: 360{deg}",
    needs: ["{deg"],
    pattern: () => /(?<=[\d$] ?)\{\\?deg(?:ree)?s?\}/g,
    replace: () => "°",
  },
  {
    why: "a short font name, alone, with a brace after it",
    needs: ["text{", "emph{", "bm{", "mbox{"],
    pattern: () => /(?<![\p{L}\\_])(?:text|emph|bm|mbox)\{([^{}]{0,200})\}/gu,
    replace: (_, text) => text,
  },
  {
    why: "an accent with a brace after it: hat{y}",
    needs: ["hat{", "bar{", "tilde{", "vec{", "overline{"],
    pattern: () => /(?<!\p{L}{2}|\\|_)(hat|bar|tilde|vec|widehat|widetilde|overline)\{([^{}]{1,20})\}/gu,
    replace: (_, accent, text) => accented(accent, text),
  },
  {
    why: "sqrt with a brace after it, even if a variable precedes it directly",
    needs: ["sqrt{"],
    pattern: () => /(?<!\p{L}{2}|\\|_)sqrt\{([^{}]{1,60})\}(?=(.?))/gsu,
    replace: (_, body, next) => beforeFactor(writeRoot("", body), next),
  },
  {
    why: "sqrt with a bracket after it; a dot or an underscore before it means code",
    needs: ["sqrt("],
    pattern: () => /(?<![\p{L}\p{N}_.\\])sqrt\(([^(){}]{1,40})\)(?=(.?))/gsu,
    replace: (_, body, next) => beforeFactor(writeRoot("", body.trim()), next),
  },
  {
    why: "frac with two braces after it",
    needs: ["frac{"],
    pattern: () => /(?<!\p{L}{2}|\\|_)[dt]?frac\{([^{}]{1,60})\}\{([^{}]{1,60})\}/gu,
    replace: (_, numerator, denominator) => writeFraction(numerator, denominator),
  },
  {
    why: "binom with two braces after it",
    needs: ["binom{"],
    pattern: () => /(?<![\p{L}\\_])binom\{([^{}]{1,60})\}\{([^{}]{1,60})\}/gu,
    replace: (_, all, chosen) => `(${all} choose ${chosen})`,
  },
  {
    why: "a group that opens with a font switch",
    needs: ["{"],
    pattern: () => /\{\s?\\?(?:bf|it|em|sc|tt|rm|sf|sl|bfseries|itshape)\s([^{}]{1,300})\}/g,
    replace: (_, text) => text.trim(),
  },
  {
    why: "a superscript circle is a degree sign",
    needs: ["circ"],
    pattern: () => /\^(?:\{\\?circ\}|\\?circ(?![a-su-zA-Z])|(?<=\d\^)o(?=[\s.,;)C]|$))/g,
    replace: () => "°",
  },
  {
    why: "set membership or a map whose font command is lost: xin{R}^d, {X}to{Y}",
    needs: ["in{", "to{"],
    pattern: () => /(?<=(?<![\p{L}\p{N}])\p{L})(in)(?=\{[A-Z]\})|(?<=\})(to)(?=\{)/gu,
    replace: (name) => (name === "in" ? " ∈ " : " → "),
  },
  {
    why: "one letter in braces whose font command is lost: {F}_t, the {W}-space, |{V}|",
    needs: ["{"],
    pattern: () => /(?<![\p{L}\p{N}\\$}_^])\{(\p{L})\}(?=[\s_^(){}[\]|\-.,;:]|$)/gu,
    replace: (_, letter) => letter,
  },
  {
    why: "a name in braces, next to a script, a bracket or a Greek letter, whose font command is lost: {SE}(3), {TC}^0, Δ{PSNR}",
    needs: ["{"],
    pattern: () =>
      /(?<![\p{L}\p{N}\\$}_^])\{(\p{Lu}[\p{L}\p{N}]{1,11})\}(?=[_^([@])|(?<=\p{Script=Greek})\{(\p{L}{2,12})\}|(?<![\p{L}\p{N}\\$}_^])\{(pass|rank|softmax|poly|polylog)\}(?=[@_^([])/gu,
    replace: (_, ...names) => names.slice(0, 3).find((name) => typeof name === "string") ?? "",
  },
  {
    why: "two pairs of braces after a script: the inner pair had a font command",
    needs: ["_{{", "^{{"],
    pattern: () => /(?<=[_^])\{\{([^{}]{0,80})\}\}/g,
    replace: (_, content) => `{${content}}`,
  },
  {
    why: "a number in braces whose font command is lost: {4times}, {sim 4times}",
    needs: ["times}", "{sim"],
    pattern: () => /(?<![\p{L}\p{N}\\$}_^])\{((?:sim ?)?\d[\d.]{0,6}(?:times)|sim ?\d[\d.]{0,6}[%KMB]?)\}/gu,
    replace: (_, content) => content,
  },
  {
    why: "^ and _ precede a brace only in TeX",
    needs: ["_{", "^{"],
    pattern: () => /([_^])\{([^{}]{0,80})\}/g,
    replace: (_, mark, content) => writeScript(scriptOf(mark), scriptContent(content)),
  },
  {
    why: "TeX removes the space around a symbol by braces: {=}, {times}, 10{,}000",
    needs: ["{"],
    pattern: () => /\{\s?([=+\-<>,.:;~×±·∼≈≤≥→/|%−°]|times|cdot|pm|to|approx|sim|leq|geq)\s?\}/g,
    replace: (_, sign) => (sign === "to" ? "→" : (BARE_COMMANDS.get(sign) ?? sign)),
  },
  {
    why: "braces around one accented letter, as bibliographies write it; after one variable they are a part of a fraction",
    needs: ["{"],
    pattern: () => /\{(?<!(?<![\p{L}\p{N}])[\p{L}\d]\{(?!.\}\p{Ll}))((?![A-Za-z])\p{L}(?:[_^][\p{L}\d])?)\}/gu,
    replace: (_, letter) => letter,
  },
];

/** Writes a root so that a factor after it does not seem to be under it: `√n T`. */
function beforeFactor(root: string, next: string): string {
  return endsInRoot(root) && /[\p{L}\p{N}]/u.test(next) ? `${root} ` : root;
}

function scriptOf(mark: string): Script {
  return mark === "^" ? "sup" : "sub";
}

/** Returns the content of a script without the spaces that TeX ignores. */
function scriptContent(content: string): string {
  const signs = content
    // What remains of the spacing commands `\,` and `\!`.
    .replace(/^[\s,;:!]+|[\s,;!]+$/g, "")
    // One letter may precede a name: `xsim p`, `jneq i`. A text that ends in `in` or `to` may be a word.
    .replace(
      /(?<![A-Za-z]{2})(?:times|cdot|leq|geq|neq|pm|sim|approx|infty|rightarrow|ldots|cdots)(?![A-Za-z])/g,
      (word) => BARE_COMMANDS.get(word) ?? word,
    )
    .replace(/(?<=(?<![A-Za-z])[b-lnp-rt-zA-Z] ?)in(?= ?[\p{Lu}[{])/gu, "∈")
    .replace(/(?<=(?<![A-Za-z])[A-Za-z] ?)to ?(?=∞|0|infty)/g, "→");
  return signs
    .replace(/\s*([=+\-−×·→∈≤≥≠±∼≈<>,/])\s*/g, "$1")
    .replace(/infty/g, "∞")
    .replace(/^\\?(star|ast|dagger|prime|top|circ)$/, (_, name: string) => BARE_COMMANDS.get(`^${name}`) ?? name);
}
