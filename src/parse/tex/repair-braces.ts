import { accented } from "./accents.js";
import { applyRules } from "./rule.js";
import type { Rule } from "./rule.js";
import { raisedSignOf, signOf } from "./signs.js";
import { endsInRoot, inFont, SCRIPT_CHARACTERS, writeFraction, writeRoot, writeScript } from "./unicode-math.js";
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
    replace: "($1)",
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
    replace: "$1/$2",
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
    replace: "°",
  },
  {
    why: "a short font name, alone, with a brace after it",
    needs: ["text{", "emph{", "bm{", "mbox{"],
    pattern: () => /(?<![\p{L}\\_])(?:text|emph|bm|mbox)\{([^{}]{0,200})\}/gu,
    replace: "$1",
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
    replace: "($1 choose $2)",
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
    replace: "°",
  },
  {
    why: "set membership or a map whose font command is lost: xin{R}^d, {X}to{Y}",
    needs: ["in{", "to{"],
    pattern: () => /(?<=(?<![\p{L}\p{N}])\p{L})(in)(?=\{[A-Z]\})|(?<=\})(to)(?=\{)/gu,
    replace: (name) => ` ${signOf(name)} `,
  },
  {
    why: "one letter in braces whose font command is lost: {F}_t, the {W}-space, |{V}|",
    needs: ["{"],
    pattern: () => /(?<![\p{L}\p{N}\\$}_^])\{(\p{L})\}(?=[\s_^(){}[\]|\-.,;:]|$)/gu,
    replace: "$1",
  },
  {
    why: "a name in braces, next to a script, a bracket or a Greek letter, whose font command is lost: {SE}(3), {TC}^0, Δ{PSNR}",
    needs: ["{"],
    pattern: () =>
      /(?<![\p{L}\p{N}\\$}_^])\{(\p{Lu}[\p{L}\p{N}]{1,11})\}(?=[_^([@])|(?<=\p{Script=Greek})\{(\p{L}{2,12})\}|(?<![\p{L}\p{N}\\$}_^])\{(pass|rank|softmax|poly|polylog)\}(?=[@_^([])/gu,
    replace: "$1$2$3",
  },
  {
    why: "two pairs of braces after a script: the inner pair had a font command",
    needs: ["_{{", "^{{"],
    pattern: () => /(?<=[_^])\{\{([^{}]{0,80})\}\}/g,
    replace: "{$1}",
  },
  {
    why: "a number in braces whose font command is lost: {4times}, {sim 4times}",
    needs: ["times}", "{sim"],
    pattern: () => /(?<![\p{L}\p{N}\\$}_^])\{((?:sim ?)?\d[\d.]{0,6}(?:times)|sim ?\d[\d.]{0,6}[%KMB]?)\}/gu,
    replace: "$1",
  },
  {
    why: "^ and _ precede a brace only in TeX",
    needs: ["_{", "^{"],
    pattern: () => /([_^])\{([^{}]{0,80})\}/g,
    replace: (_, mark, content) => writeScript(mark === "^" ? "sup" : "sub", scriptContent(content)),
  },
  {
    why: "TeX removes the space around a symbol by braces: {=}, {times}, 10{,}000",
    needs: ["{"],
    pattern: () => /\{\s?([=+\-<>,.:;~×±·∼≈≤≥→/|%−°]|times|cdot|pm|to|approx|sim|leq|geq)\s?\}/g,
    replace: (_, sign) => signOf(sign),
  },
  {
    why: "braces around one accented letter, as bibliographies write it; after one variable they are a part of a fraction",
    needs: ["{"],
    pattern: () => /\{(?<!(?<![\p{L}\p{N}])[\p{L}\d]\{(?!.\}\p{Ll}))((?![A-Za-z])\p{L}(?:[_^][\p{L}\d])?)\}/gu,
    replace: "$1",
  },
];

/** Writes a root so that a factor after it does not seem to be under it: `√n T`. */
function beforeFactor(root: string, next: string): string {
  return endsInRoot(root) && /[\p{L}\p{N}]/u.test(next) ? `${root} ` : root;
}

/** Returns the content of a script without the spaces that TeX ignores. */
function scriptContent(content: string): string {
  const signs = content
    // What remains of the spacing commands `\,` and `\!`.
    .replace(/^[\s,;:!]+|[\s,;!]+$/g, "")
    // One letter may precede a name: `xsim p`, `jneq i`. A text that ends in `in` or `to` may be a word.
    .replace(
      /(?<![A-Za-z]{2})(?:times|cdot|leq|geq|neq|pm|sim|approx|infty|rightarrow|ldots|cdots)(?![A-Za-z])/g,
      signOf,
    )
    .replace(/(?<=(?<![A-Za-z])[b-lnp-rt-zA-Z] ?)in(?= ?[\p{Lu}[{])/gu, "∈")
    .replace(/(?<=(?<![A-Za-z])[A-Za-z] ?)to ?(?=∞|0|infty)/g, "→");
  return signs
    .replace(/\s*([=+\-−×·→∈≤≥≠±∼≈<>,/])\s*/g, "$1")
    .replace(/infty/g, "∞")
    .replace(/^\\?(star|ast|dagger|prime|top|circ)$/, (_, name: string) => raisedSignOf(name));
}

/** A set, data or a template: where a text has one, its other braces may be meant as well. */
const MEANT = /\{\{|\}\}|\{[^{}]*[,:;|="<>\p{Co}][^{}]*\}/u;

/** Words that announce a placeholder within the same sentence. */
const ANNOUNCED = String.raw`(?<!(?:[Pp]rompts?|[Tt]emplates?|[Pp]laceholders?|[Ss]lots?|[Vv]ariables?|[Ff]ormat)\b[^.]{0,80})`;

/** Rules for braces whose command is lost, after all others. */
export const LOOSE_RULES: readonly Rule[] = [
  {
    why: "a fraction whose command and first braces are lost: 1{p₀}, V{ε²}",
    needs: ["{"],
    pattern: () =>
      /(?<![\p{L}\p{N}_^}\\$])(\p{L}|\d{1,3})\{(?=[^{}]*[\d\p{No}\p{Lm}\p{Script=Greek}])([^{}]{1,40})\}(?![\p{L}\p{N}{])/gu,
    replace: (whole, above, below) => (/\p{L}{3}/u.test(below) ? whole : writeFraction(above, below)),
  },
  {
    why: "part of a word: {C}ontinual, Le{a}rner, {Grad}ient",
    needs: ["{"],
    pattern: () =>
      /(?<=(?<![$\\\p{N}])[\p{Lu}\p{Ll}])\{([\p{L}\p{N}]{1,30})\}|(?<![$\\_^%@}])\{([\p{L}\p{N}-]{1,30})\}(?=[\p{Lu}\p{Ll}])/gu,
    replace: "$1$2",
  },
  {
    why: "one name or phrase: {F1-max}, {Knowledge Seeding}, {3D GU}; not a placeholder of a template",
    needs: ["{"],
    pattern: () =>
      new RegExp(
        String.raw`(?<![\p{L}\p{N}_^$\\%@}{"'“‘\u0060])${ANNOUNCED}\{([\p{L}\p{N}][\p{L}\p{M}\p{N} .+%/&@'’()×∼√^-]{0,100})\}(?![\p{L}\p{N}{}"'”’\u0060${SCRIPT_CHARACTERS}])`,
        "gu",
      ),
    replace: (_, content) => content.trim(),
  },
];

/**
 * Removes braces that mean nothing: those of lost commands, and a brace that has no other. Sets and templates stay; `restore` shows
 * those that are hidden.
 */
export function dropLooseBraces(text: string, restore: (text: string) => string): string {
  if (!/[{}]/.test(text)) return text;
  const paired = dropUnpaired(text);
  return applyRules(MEANT.test(restore(paired)) ? LOOSE_RULES.slice(0, 2) : LOOSE_RULES, paired);
}

/** Removes a closing brace that none opens after a word, and an opening one that none closes before a word. */
function dropUnpaired(text: string): string {
  const open: number[] = [];
  const loose = new Set<number>();
  for (const { index, 0: brace } of text.matchAll(/[{}]/g)) {
    if (brace === "{") open.push(index);
    else if (open.pop() === undefined && /[\p{L}\p{N}.,)!?%”’]$/u.test(text.slice(0, index))) loose.add(index);
  }
  for (const index of open) if (/^\{\p{L}{2}/u.test(text.slice(index, index + 5))) loose.add(index);
  if (loose.size === 0) return text;
  // Of two marks around a brace, `{See the code.}, and`, the second belongs to the sentence.
  return text.replace(/[.,]?[{}](?=([.,]?))/g, (found: string, next: string, index: number) => {
    if (!loose.has(index + found.length - 1)) return found;
    return next === "" ? found.slice(0, -1) : "";
  });
}
