import type { Rule } from "./rule.js";
import { GREEK_NAMES, signOf, SMALL_GREEK_NAMES } from "./signs.js";
import { SCRIPT_CHARACTERS } from "./unicode-math.js";

const START = String.raw`(?<![\p{L}\p{N}_\\/.-])`;
const END = String.raw`(?![\p{L}\p{N}_])`;
const LETTER = String.raw`\p{Script=Greek}`;

/** Cheap tests, which begin with a rare character: the names are parts of many words. */
const WITH_SCRIPT = new RegExp(String.raw`[_^*\u00b2-\u00b9\u1d2c-\u209c′](?<=(?:${GREEK_NAMES}).)`);
const IN_RELATION = new RegExp(
  `[=<>≈≤≥∼≪≫∈+](?<=(?:${SMALL_GREEK_NAMES}) ?.)|(?:${SMALL_GREEK_NAMES}) ?(?:approx|[gln]eq) `,
);
const IN_BRACKETS = new RegExp(`[|{(](?:${SMALL_GREEK_NAMES})(?:[|}]|, ?)|, ?(?:${SMALL_GREEK_NAMES})\\)`);

const OPERATORS = "(?:approx|cdot|geq|leq|neq|propto|rightarrow|sim|times)(?![a-z])";

/** Rules for the names of Greek letters in formulas that lost their dollars; in prose (`alpha and beta tests`) they are words. */
export const GREEK_RULES: readonly Rule[] = [
  {
    why: "with a script of one character: tau^2, lambda_1, Theta_d",
    needs: WITH_SCRIPT,
    pattern: () =>
      new RegExp(
        String.raw`${START}(?:${GREEK_NAMES})(?=[\^${SCRIPT_CHARACTERS}]|\*[\s.,;)]|_[A-Za-z0-9](?:(?![\p{L}\p{N}_])|(?=${OPERATORS})))(?!(?<=Phi)_\d)`,
        "gu",
      ),
    replace: signOf,
  },
  {
    why: "with another name as a subscript: pi_theta, pi_ref, theta_GRPO",
    needs: ["_"],
    pattern: () =>
      new RegExp(String.raw`${START}(${SMALL_GREEK_NAMES})_(?=(?:\p{Ll}{2,10}|\p{Lu}{2,6})${END}(?!\.\p{L}))`, "gu"),
    replace: (_, name) => `${signOf(name)}_`,
  },
  {
    why: "as a subscript: π_theta, f_theta",
    needs: ["_"],
    pattern: () =>
      new RegExp(String.raw`(?<=(?<![\p{L}\p{N}_\\/.-])(?:\p{L}|[∇∑∂]|nabla)_)(?:${GREEK_NAMES})${END}`, "gu"),
    replace: signOf,
  },
  {
    why: "with an operator glued to it: lambdacdot d",
    needs: /[ainou](?:cdot|propto|approx|[gln]eq|times|sim|right)/,
    pattern: () => new RegExp(String.raw`(?<![\p{L}\p{N}_\\.-])(?:${SMALL_GREEK_NAMES})(?=${OPERATORS})`, "gu"),
    replace: signOf,
  },
  {
    why: "in a product or quotient: eta/λ, epsilon*delta",
    needs: /[/*·+]/,
    pattern: () =>
      new RegExp(
        String.raw`${START}(?:${SMALL_GREEK_NAMES})(?=[/*·](?:(?:${SMALL_GREEK_NAMES})${END}|${LETTER}))|(?<=(?<![\p{L}\p{N}_])(?:${SMALL_GREEK_NAMES}|${LETTER}|\d)[/*·])(?:${SMALL_GREEK_NAMES})${END}`,
        "gu",
      ),
    replace: signOf,
  },
  {
    why: "in a relation: lambda = 1, theta_0=theta, phi ≈ 0, lambda > 1",
    needs: IN_RELATION,
    pattern: () =>
      new RegExp(
        String.raw`${START}(?:${SMALL_GREEK_NAMES})(?= ?(?:[=<>≈≤≥∼≪≫∈]=?|approx|geq|leq|neq|\+(?= )) ?[-−+±]?(?:[\d.{[(|∞]|${LETTER}|\p{L}(?![\p{L}'’])))`,
        "gu",
      ),
    replace: signOf,
  },
  {
    why: "on the right of a relation, before an operator or the end: ECE <= epsilon + C",
    needs: /[=<>≈≤≥∼≪≫∈] ?\p{Ll}/u,
    pattern: () =>
      new RegExp(String.raw`(?<=[=<>≈≤≥∼≪≫∈] ?)(?:${SMALL_GREEK_NAMES})(?![\p{L}\p{N}_-])(?! ?\p{Ll}{2})`, "gu"),
    replace: signOf,
  },
  {
    why: "between bars or braces, or as the parameters of a guarantee: |rho|, {delta}, (epsilon, delta)-private",
    needs: IN_BRACKETS,
    pattern: () =>
      new RegExp(
        String.raw`(?<=\|)(?:${SMALL_GREEK_NAMES})(?=\|)|(?<=\{)(?:${SMALL_GREEK_NAMES})(?=\})|(?<=\()(?:${SMALL_GREEK_NAMES})(?=, ?(?:${SMALL_GREEK_NAMES})\))|(?<=\((?:${SMALL_GREEK_NAMES}|${LETTER}), ?)(?:${SMALL_GREEK_NAMES})(?=\))`,
        "gu",
      ),
    replace: signOf,
  },
  {
    why: "of variables: pi(a|s), sigma(x)",
    needs: /[a-z]\([a-z] ?[|;,)]/,
    pattern: () => new RegExp(String.raw`${START}(?:${SMALL_GREEK_NAMES})(?=\([a-z] ?(?:[|;]|, ?[a-z][,)]|\)))`, "gu"),
    replace: signOf,
  },
];

/** Names that are not part of any English word, so that one letter may directly precede them. */
const NO_MAILBOX_PHRASES =
  "geq|leq|neq|approx|propto|cdot|subseteq|otimes|oplus|gtrsim|lesssim|simeq|rightarrow|mapsto";

const ARROWS =
  "leftrightarrow|Leftrightarrow|longrightarrow|Longrightarrow|rightarrow|Rightarrow|leftarrow|Leftarrow|uparrow|downarrow";

/** Parts of words: replaced only directly after a Greek letter or a script. */
const SHORT = "sim|pm|notin|subset|times|cdot|circ|equiv";
/** Words: they need an operand on their right as well. */
const SHORT_WORDS = "in|to|le|ge|ne|ll|gg|mid|cup|cap";
/** Names with a space on each side, between single letters or numbers. */
const SPACED = "sim|ge|le|ne|ll|gg|equiv|cup|cap";

/** A single letter with its accents and scripts, other than the words "a", "A" and "I". */
export const VARIABLE = String.raw`(?<![\p{L}\p{N}\p{M}_\\./'’-])(?![aAI]\b)\p{L}\p{M}?[${SCRIPT_CHARACTERS}′*]*`;
export const ONE_LETTER = String.raw`(?![aAI](?![({_^]))\p{L}(?![\p{L}\p{N}'’-])`;

/**
 * Rules for command names joined to their neighbors. The site drops the dollars and backslashes of a formula: `$\alpha\sim G$`
 * becomes `αsim G`, `$\langle$word$\rangle$` becomes `langlewordrangle`, `$k\geq3$` becomes `kgeq3`.
 */
export const GLUED_RULES: readonly Rule[] = [
  {
    why: "angle brackets joined to the words between them: no English word starts with langle",
    needs: ["rangle"],
    pattern: () => /(?<![\p{L}\\])langle ?([^⟨⟩\\]{1,200}?) ?rangle(?![a-z])/gu,
    replace: "⟨$1⟩",
  },
  {
    why: "the names of arrows occur in no English word",
    needs: ["arrow"],
    pattern: () => new RegExp(String.raw`(?<=[\p{L}\p{N})\]}])(?:${ARROWS})(?![a-z])`, "gu"),
    replace: signOf,
  },
  {
    why: "one letter before a name in which no English word ends: kgeq3, acdot b",
    needs: new RegExp(`[A-Za-z](?:${NO_MAILBOX_PHRASES})(?![a-z]{2})`),
    pattern: () =>
      new RegExp(
        String.raw`(?<![\p{L}\p{N}_\\./-])([A-Za-z])(${NO_MAILBOX_PHRASES}) ?(?=[\s\d({\[|+]|[-.]\d|${LETTER}|[A-Za-z](?![A-Za-z]))`,
        "gu",
      ),
    replace: (_, letter, name) => `${letter} ${signOf(name)} `.replace(/ · /, "·"),
  },
  {
    why: "a name directly after a Greek letter or a script: αsim G, 2ᵏtimes",
    needs: new RegExp(`[^ -~](?:${SHORT})`),
    pattern: () => new RegExp(String.raw`(?<=[${LETTER}${SCRIPT_CHARACTERS}′∞])(?:${SHORT})(?![a-z])`, "gu"),
    replace: signOf,
  },
  {
    why: "a short word between a Greek letter or script and an operand: θinΘ, αto β",
    needs: new RegExp(`[^ -~](?:${SHORT_WORDS})`),
    pattern: () =>
      new RegExp(
        String.raw`(?<=[${LETTER}${SCRIPT_CHARACTERS}′])(?:${SHORT_WORDS})(?= ?(?:[\d({\[∞ℝ]|${LETTER}|${ONE_LETTER}))`,
        "gu",
      ),
    replace: signOf,
  },
  {
    why: "a variable drawn from a distribution: xsim p, xsim N(0,1)",
    needs: /[b-z]sim ?(?:\{|[A-Za-z](?![A-Za-z])|[^ -~])/,
    pattern: () => new RegExp(String.raw`(?<![\p{L}\p{N}_\\./-])([b-z])sim ?(?=${LETTER}|\{|${ONE_LETTER})`, "gu"),
    replace: "$1 ∼ ",
  },
  {
    why: "a relation between a variable and a variable or number: α sim G, k ge 3, p ll 1",
    needs: SPACED.split("|").map((name) => ` ${name} `),
    pattern: () =>
      new RegExp(
        String.raw`(?:${SPACED})(?<=(?:${VARIABLE}|[\d)]) (?:${SPACED}))(?= (?:[\d.]|\(\d|\{\p{L}\}|${ONE_LETTER}))`,
        "gu",
      ),
    replace: signOf,
  },
  {
    why: "a bound before a percentage or a size, `le 4%`, or directly before its number",
    needs: /(?:^|[^A-Za-z])[lg]e ?\d/,
    pattern: () => /(?<![\p{L}\p{N}_./'’-])(?:le|ge)(?:(?= \d[\d.,]{0,9} ?(?:\\?%|[KMBx×](?!\p{L})))|(?=\d))/gu,
    replace: signOf,
  },
  {
    why: "a variable that goes to infinity",
    needs: ["infty", "∞"],
    pattern: () => new RegExp(String.raw`(${VARIABLE}) ?to ?(?:infty|∞)(?![A-Za-z])`, "gu"),
    replace: "$1 → ∞",
  },
  {
    why: "a condition: p(y mid x)",
    needs: ["mid "],
    pattern: () => new RegExp(String.raw`(?<=\([b-zB-HJ-Z][₀-₉ₐ-ₜ]?) ?mid (?=${LETTER}|${ONE_LETTER})`, "gu"),
    replace: " | ",
  },
  {
    why: "infinity at the start of a name",
    needs: ["infty"],
    pattern: () => /(?<![A-Za-z\\_./-])infty(?=[A-Z])/g,
    replace: "∞",
  },
  {
    why: "dots between commas, before the last element or the end of a set: 1, dots, n",
    needs: ["dots"],
    pattern: () => /(?<=, ?)dots(?=, ?[\p{L}\d](?![\p{L}\d])|[})\]])/gu,
    replace: "…",
  },
];
