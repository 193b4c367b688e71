import { BARE_COMMANDS } from "./bare-commands.js";
import type { Rule } from "./rule.js";
import { SCRIPT_CHARACTERS } from "./scripts.js";

/**
 * Rules for command names joined to their neighbors. The site drops the dollars and backslashes of a formula: `$\alpha\sim G$`
 * becomes `αsim G`, `$\langle$word$\rangle$` becomes `langlewordrangle`, `$k\geq3$` becomes `kgeq3`.
 */

/** Short names that are parts of words: replaced only directly after a Greek letter or a script. */
const SHORT: Readonly<Record<string, string>> = {
  sim: "∼",
  pm: "±",
  notin: "∉",
  subset: "⊂",
  times: "×",
  cdot: "·",
  circ: "∘",
  equiv: "≡",
};

/** Short names that are words: they need an operand on their right as well. */
const SHORT_WORDS: Readonly<Record<string, string>> = {
  in: "∈",
  to: "→",
  le: "≤",
  ge: "≥",
  ne: "≠",
  ll: "≪",
  gg: "≫",
  mid: "|",
  cup: "∪",
  cap: "∩",
};

/** Names with a space on each side, between single letters or numbers. */
const SPACED: Readonly<Record<string, string>> = {
  sim: "∼",
  ge: "≥",
  le: "≤",
  ne: "≠",
  ll: "≪",
  gg: "≫",
  equiv: "≡",
  cup: "∪",
  cap: "∩",
};

const SPACED_NAMES = Object.keys(SPACED).join("|");

/** Names that are not part of any English word, so that one letter may directly precede them. */
const NO_MAILBOX_PHRASES =
  "geq|leq|neq|approx|propto|cdot|subseteq|otimes|oplus|gtrsim|lesssim|simeq|rightarrow|mapsto";

const ARROWS =
  "leftrightarrow|Leftrightarrow|longrightarrow|Longrightarrow|rightarrow|Rightarrow|leftarrow|Leftarrow|uparrow|downarrow";

const GREEK = String.raw`\p{Script=Greek}`;
/** A single letter with its accents and scripts, other than the words "a", "A" and "I". */
const VARIABLE = String.raw`(?<![\p{L}\p{N}\p{M}_\\./'’-])(?![aAI]\b)\p{L}\p{M}?[${SCRIPT_CHARACTERS}′*]*`;
const ONE_LETTER = String.raw`(?![aAI](?![({_^]))\p{L}(?![\p{L}\p{N}'’-])`;

/** A name after a Greek letter or a script, which are not ASCII. */
const glued = (names: Readonly<Record<string, string>>): RegExp =>
  new RegExp(`[^ -~](?:${Object.keys(names).join("|")})`);

/** Applied once each, before the other rules for running text. */
export const GLUED_RULES: readonly Rule[] = [
  {
    why: "angle brackets joined to the words between them: no English word starts with langle",
    needs: ["rangle"],
    pattern: () => /(?<![\p{L}\\])langle ?([^⟨⟩\\]{1,200}?) ?rangle(?![a-z])/gu,
    replace: (_, between) => `⟨${between}⟩`,
  },
  {
    why: "the names of arrows occur in no English word",
    needs: ["arrow"],
    pattern: () => new RegExp(String.raw`(?<=[\p{L}\p{N})\]}])(?:${ARROWS})(?![a-z])`, "gu"),
    replace: (name) => BARE_COMMANDS.get(name) ?? name,
  },
  {
    why: "one letter before a name in which no English word ends: kgeq3, acdot b",
    needs: new RegExp(`[A-Za-z](?:${NO_MAILBOX_PHRASES})(?![a-z]{2})`),
    pattern: () =>
      new RegExp(
        String.raw`(?<![\p{L}\p{N}_\\./-])([A-Za-z])(${NO_MAILBOX_PHRASES}) ?(?=[\s\d({\[|+]|[-.]\d|${GREEK}|[A-Za-z](?![A-Za-z]))`,
        "gu",
      ),
    replace: (_, letter, name) => `${letter} ${BARE_COMMANDS.get(name) ?? name} `.replace(/ · /, "·"),
  },
  {
    why: "a name directly after a Greek letter or a script: αsim G, 2ᵏtimes",
    needs: glued(SHORT),
    pattern: () =>
      new RegExp(String.raw`(?<=[${GREEK}${SCRIPT_CHARACTERS}′∞])(?:${Object.keys(SHORT).join("|")})(?![a-z])`, "gu"),
    replace: (name) => SHORT[name] ?? name,
  },
  {
    why: "a short word between a Greek letter or script and an operand: θinΘ, αto β",
    needs: glued(SHORT_WORDS),
    pattern: () =>
      new RegExp(
        String.raw`(?<=[${GREEK}${SCRIPT_CHARACTERS}′])(?:${Object.keys(SHORT_WORDS).join("|")})(?= ?(?:[\d({\[∞ℝ]|${GREEK}|${ONE_LETTER}))`,
        "gu",
      ),
    replace: (name) => SHORT_WORDS[name] ?? name,
  },
  {
    why: "a variable drawn from a distribution: xsim p, xsim N(0,1)",
    needs: /[b-z]sim ?(?:\{|[A-Za-z](?![A-Za-z])|[^ -~])/,
    pattern: () => new RegExp(String.raw`(?<![\p{L}\p{N}_\\./-])([b-z])sim ?(?=${GREEK}|\{|${ONE_LETTER})`, "gu"),
    replace: (_, variable) => `${variable} ∼ `,
  },
  {
    why: "a relation between a variable and a variable or number: α sim G, k ge 3, p ll 1",
    needs: Object.keys(SPACED).map((name) => ` ${name} `),
    pattern: () =>
      new RegExp(
        String.raw`(${SPACED_NAMES})(?<=(?:${VARIABLE}|[\d)]) (?:${SPACED_NAMES}))(?= (?:[\d.]|\(\d|\{\p{L}\}|${ONE_LETTER}))`,
        "gu",
      ),
    replace: (_, name) => SPACED[name] ?? name,
  },
  {
    why: "a bound before a percentage or a size, `le 4%`, or directly before its number",
    needs: /(?:^|[^A-Za-z])[lg]e ?\d/,
    pattern: () => /(?<![\p{L}\p{N}_./'’-])(le|ge)(?:(?= \d[\d.,]{0,9} ?(?:\\?%|[KMBx×](?!\p{L})))|(?=\d))/gu,
    replace: (_, name) => SPACED[name] ?? name,
  },
  {
    why: "a variable that goes to infinity",
    needs: ["infty", "∞"],
    pattern: () => new RegExp(String.raw`(${VARIABLE}) ?to ?(?:infty|∞)(?![A-Za-z])`, "gu"),
    replace: (_, variable) => `${variable} → ∞`,
  },
  {
    why: "a condition: p(y mid x)",
    needs: ["mid "],
    pattern: () => new RegExp(String.raw`(?<=\([b-zB-HJ-Z][₀-₉ₐ-ₜ]?) ?mid (?=${GREEK}|${ONE_LETTER})`, "gu"),
    replace: () => " | ",
  },
  {
    why: "infinity at the start of a name",
    needs: ["infty"],
    pattern: () => /(?<![A-Za-z\\_./-])infty(?=[A-Z])/g,
    replace: () => "∞",
  },
  {
    why: "dots between commas, before the last element or the end of a set: 1, dots, n",
    needs: ["dots"],
    pattern: () => /(?<=, ?)dots(?=, ?[\p{L}\d](?![\p{L}\d])|[})\]])/gu,
    replace: () => "…",
  },
];

/** Rules for `times`, `pm` and `to` between numbers and variables. */
export const PRODUCT_RULES: readonly Rule[] = [
  {
    why: "a power of ten: 1.2 times 10^-3",
    needs: ["times 10", "times10"],
    pattern: () => /(?<=\d) ?times ?(?=10(?:\^|[⁻⁰¹²³⁴-⁹]))/g,
    replace: () => "×",
  },
  {
    why: "a size: 256 times 256, 3 times 224 times 224; `5 times 3` may be prose",
    needs: / times \d/,
    pattern: () =>
      /(?<![\d.,])(\d+) times (?=(?:\1|\d{1,5} times \d{1,5})(?![\d.,]*\d))|(?<=\d{3}) times (?=\d{3,5}(?![\d.,]*\d))/g,
    replace: (_, left) => (left === undefined ? "×" : `${left}×`),
  },
  {
    why: "the last factor of a size: 4×4 times 10, 4x4 times 10",
    needs: /\d times \d/,
    pattern: () => /(?<=\d ?[x×] ?\d{1,5}) times (?=\d{1,5}(?![\d.,]*\d))/g,
    replace: () => "×",
  },
  {
    why: "a number of devices: 8timesH100",
    needs: /\dtimes[A-Z]/,
    pattern: () => /(?<=\d)times(?=[A-Z])/g,
    replace: () => "×",
  },
  {
    why: "a comparison: 4timesfaster",
    needs: /\d ?times[bcfghlms]/,
    pattern: () =>
      /(?<=\d) ?times(?=(?:better|cheaper|faster|fewer|greater|higher|larger|less|longer|lower|more|slower|smaller|speed-?ups?)(?![a-z]))/g,
    replace: () => "× ",
  },
  {
    why: "times, then another name: 15timessim50, 2timesto3times",
    needs: /\dtimes(?:sim|to|pm)\d/,
    pattern: () => /(?<=\d)times(?=(?:sim|to|pm)\d)/g,
    replace: () => "×",
  },
  {
    why: "a change between two numbers: 0.117to0.598, 0to1, 12%to34%",
    needs: /[\d%×KMBkx]to ?\d/,
    pattern: () =>
      /(?<=(?<![\p{L}\p{N}_./-])\d[\d.,]{0,9}[%×KMBkx]?)to ?(?=\d[\d.,]{0,9}(?:[%×KMBkx]|times)?(?![\p{L}\p{N}]))/gu,
    replace: () => "→",
  },
  {
    why: "two variables: HtimesW, mtimesn",
    needs: /[A-Za-z]times[A-Za-z]/,
    pattern: () => /(?<=(?<![\p{L}\p{N}_\\./-])[A-Za-z])times(?=[A-Za-z](?![\p{L}_]))/gu,
    replace: () => "×",
  },
  {
    why: "two variables: n times d, Htimes W",
    needs: /times (?:[A-Za-z](?![A-Za-z])|[^ -~])/,
    pattern: () => new RegExp(String.raw`(${VARIABLE}) ?times (?=${ONE_LETTER})`, "gu"),
    replace: (_, variable) => `${variable}×`,
  },
  {
    why: "times directly before a number: times8",
    needs: /times\d/,
    pattern: () => /(?<![\p{L}\p{N}_./-])times(?=\d)/gu,
    replace: () => "×",
  },
  {
    why: "pm directly before a number, or before a percentage",
    needs: /pm ?\d/,
    pattern: () => /(?<![\p{L}\p{N}_./-])(?<!\d )pm(?=\d)|(?<=\d(?:\\?%)?) ?pm ?(?=\d[\d.]{0,6}\\?%)/gu,
    replace: () => "±",
  },
  {
    why: "sim between two numbers is a range; with a space on each side, one of them is a decimal or a percentage",
    needs: /sim ?\d/,
    pattern: () => /(?<=\d[%×]?)sim ?(?=\d)|(?<=\d%) sim (?=\d[\d.]{0,9}%)|(?<=\.\d{1,6}%?) sim (?=\d{1,6}\.\d)/g,
    replace: () => "∼",
  },
];
