import { ONE_LETTER, VARIABLE } from "./repair-names.js";
import type { Rule } from "./rule.js";
import { LONE_NAME, LONE_NAMES, raisedSignOf, signOf } from "./signs.js";
import { hasScript, SCRIPT_CHARACTERS, writeScript } from "./unicode-math.js";

/** Rules for `times`, `pm` and `to` between numbers and variables. */
export const PRODUCT_RULES: readonly Rule[] = [
  {
    why: "a power of ten: 1.2 times 10^-3",
    needs: ["times 10", "times10"],
    pattern: () => /(?<=\d) ?times ?(?=10(?:\^|[⁻⁰¹²³⁴-⁹]))/g,
    replace: "×",
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
    replace: "×",
  },
  {
    why: "a number of devices: 8timesH100",
    needs: /\dtimes[A-Z]/,
    pattern: () => /(?<=\d)times(?=[A-Z])/g,
    replace: "×",
  },
  {
    why: "a comparison: 4timesfaster",
    needs: /\d ?times[bcfghlms]/,
    pattern: () =>
      /(?<=\d) ?times(?=(?:better|cheaper|faster|fewer|greater|higher|larger|less|longer|lower|more|slower|smaller|speed-?ups?)(?![a-z]))/g,
    replace: "× ",
  },
  {
    why: "times, then another name: 15timessim50, 2timesto3times",
    needs: /\dtimes(?:sim|to|pm)\d/,
    pattern: () => /(?<=\d)times(?=(?:sim|to|pm)\d)/g,
    replace: "×",
  },
  {
    why: "a change between two numbers: 0.117to0.598, 0to1, 12%to34%",
    needs: /[\d%×KMBkx]to ?\d/,
    pattern: () =>
      /(?<=(?<![\p{L}\p{N}_./-])\d[\d.,]{0,9}[%×KMBkx]?)to ?(?=\d[\d.,]{0,9}(?:[%×KMBkx]|times)?(?![\p{L}\p{N}]))/gu,
    replace: "→",
  },
  {
    why: "two variables: HtimesW, mtimesn",
    needs: /[A-Za-z]times[A-Za-z]/,
    pattern: () => /(?<=(?<![\p{L}\p{N}_\\./-])[A-Za-z])times(?=[A-Za-z](?![\p{L}_]))/gu,
    replace: "×",
  },
  {
    why: "two variables: n times d, Htimes W",
    needs: /times (?:[A-Za-z](?![A-Za-z])|[^ -~])/,
    pattern: () => new RegExp(String.raw`(${VARIABLE}) ?times (?=${ONE_LETTER})`, "gu"),
    replace: "$1×",
  },
  {
    why: "times directly before a number: times8",
    needs: /times\d/,
    pattern: () => /(?<![\p{L}\p{N}_./-])times(?=\d)/gu,
    replace: "×",
  },
  {
    why: "pm directly before a number, or before a percentage",
    needs: /pm ?\d/,
    pattern: () => /(?<![\p{L}\p{N}_./-])(?<!\d )pm(?=\d)|(?<=\d(?:\\?%)?) ?pm ?(?=\d[\d.]{0,6}\\?%)/gu,
    replace: "±",
  },
  {
    why: "sim between two numbers is a range; with a space on each side, one of them is a decimal or a percentage",
    needs: /sim ?\d/,
    pattern: () => /(?<=\d[%×]?)sim ?(?=\d)|(?<=\d%) sim (?=\d[\d.]{0,9}%)|(?<=\.\d{1,6}%?) sim (?=\d{1,6}\.\d)/g,
    replace: "∼",
  },
];

/** Units that may follow an approximate number: `sim7B`, `sim10x`, `sim75%`, but not `sim2real`. */
const AFTER_NUMBER = String.raw`(?:[KMBTGkx×%]|[KMGT]B|ms|pp|times|GPUs?)?(?![\p{L}\d])`;

/** Rules for names without their backslash in running text, applied once each in this order, after those for Greek letters. */
export const TEXT_RULES: readonly Rule[] = [
  {
    why: "sim before a quantity; sim2real and sim-to-real are not quantities",
    needs: /sim\d/,
    pattern: () => new RegExp(String.raw`(?<![\p{L}\p{N}\\_-])sim(?=\d[\d.,]{0,12}${AFTER_NUMBER})`, "gu"),
    replace: "∼",
  },
  {
    why: "sim, a space and a quantity, unless the word before it shows that sim is a simulator: `in sim 3`",
    needs: /sim \d/,
    pattern: () =>
      /sim (?<=(?:^|[(,~]|\b(?:by|only|to|with|at|of|a|over|uses?|using|requires?|just|about|is|and) )sim )(?=\d[\d.,]{0,12}(?:\\?%|[KMBx×]|times|(?<=\d[\d.,]{0,12}\d))(?![\p{L}\d]))/gu,
    replace: "∼",
  },
  {
    why: "times directly after a number or a closing bracket",
    needs: /[\d)\]}]times/,
    pattern: () => /(?<=[\d)\]}])times(?:\s?(?=\d)|(?![\p{L}\d_]))/gu,
    replace: "×",
  },
  {
    why: "times directly after one variable",
    needs: /(?:^|[^A-Za-z])[NKMHWTLBdnk]times/,
    pattern: () => /(?<![\p{L}\p{N}_])([NKMHWTLBdnk])times(?:\s?(?=\d)|(?![\p{L}\d_]))/gu,
    replace: "$1×",
  },
  {
    why: "pm between two numbers without spaces, or between two decimals; 5 pm is a time",
    needs: /pm ?\d/,
    pattern: () => /(?<=\d%?)pm(?=\d)|(?<=\.\d{1,6}) pm (?=\d+\.\d)/g,
    replace: "±",
  },
  {
    why: "names of symbols that are not English words",
    needs: LONE_NAME,
    pattern: bareCommands,
    replace: signOf,
  },
  {
    why: "boldsymbol before a letter that is not ASCII",
    needs: /(?:symbol|bm|bf)[^ -~]/,
    pattern: () => /\\?(?:boldsymbol|bm|mathbf)(?=[^\u0020-\u007f])/g,
    replace: "",
  },
  {
    why: "log directly after a variable in a bound",
    needs: /\([A-Za-z]{1,2}log/,
    pattern: () => /(?<=[OΘΩ𝒪]\([A-Za-z]{0,2})(?<=[A-Za-z])log(?=[ (A-Za-z])/gu,
    replace: " log",
  },
  {
    why: "a sum or a norm with an index",
    needs: /(?:sum|prod|ell|log|nabla)(?:[_^]|[^ -~])/,
    pattern: () =>
      /(?<![\p{L}\p{N}_\\])(sum|prod|ell|log|nabla)(?=[_^](?:(?:[a-z0-9]|\p{Script=Greek})(?![\p{L}\p{N}_])|\(|infty|∞))|(?<![\p{L}\p{N}_\\])(sum|prod|ell|nabla)(?=[₀-₉ₐ-ₜᵢⱼ])/gu,
    replace: signOf,
  },
  {
    why: "a superscript star or dagger, whose character is already raised",
    needs: /\^(?:\\|star|ast|dagger|prime|top|[*†‡′])/,
    pattern: () => /\^(?<=[\p{L}\p{N}\p{Co})\]]\^)(?:([*†‡′])|\\?(star|ast|dagger|prime|top)(?![A-Za-z]))/gu,
    replace: (_, sign, name) => sign ?? raisedSignOf(name ?? ""),
  },
  {
    why: "a superscript number on a letter, number or bracket: T^2PO, 10^-3; not in the name of a file or variable",
    needs: /\^[-−+]?\d/,
    pattern: () =>
      /\^(?<=[\p{L}\p{N}\p{Co})\]}′*∇]\^)(?<![_/\\][\p{L}\p{N}]{2,30}\^)([-−+]?\d{1,6})(?![\d^]|_[\p{L}\p{N}_]{2}|\.\d)/gu,
    replace: (_, number) => writeScript("sup", number),
  },
  {
    why: "a superscript letter at the end of a name: pass^k, R^d, D^γ",
    needs: /\^(?:[A-Za-z]|[^ -~])/,
    pattern: () =>
      /\^(?<=[\p{L}\p{N}\p{Co})\]}]\^)(?<!\^[\p{L}\p{N}]{1,20}\^)(\p{L}|\p{Lu}{2})(?![\p{L}\p{N}_^{]|(?<=[A-Za-z])\()/gu,
    replace: (whole, letter) => (hasScript("sup", letter) ? writeScript("sup", letter) : whole),
  },
  {
    why: "a subscript letter or number on one letter: L_2, w_k; a longer name is code (top_p, x_train)",
    needs: /_(?:\d|[A-Za-z](?![A-Za-z])|[^ -~])/,
    pattern: () =>
      new RegExp(
        String.raw`((?:(?<![\p{L}\p{N}_/\\.@#$]|[\p{L}_./]-|--)(?:\p{L}\p{M}?|[∑∏∇ℓ∂])|[|‖])[${SCRIPT_CHARACTERS}′*]*)_(\d{1,2}|\p{L})(?![\p{Lu}\p{Ll}\p{Nd}_/@]|\.[\p{L}\d])`,
        "gu",
      ),
    replace: (whole, base, index) => (hasScript("sub", index) ? `${base}${writeScript("sub", index)}` : whole),
  },
  {
    why: "a subscript decimal on a Greek letter: π_0.5",
    needs: /_\d\.\d/,
    pattern: () => /(?<=(?<![\p{L}\p{N}_])\p{Script=Greek})_(\d\.\d)(?![\d_]|\.\d)/gu,
    replace: (_, number) => writeScript("sub", number),
  },
  {
    why: "a superscript plus on a name: Name^+",
    needs: ["^+"],
    pattern: () => /\^(?<=[\p{L}\p{N})\]]\^)(\+{1,2})(?![\p{L}\p{N}+=])/gu,
    replace: (_, plus) => writeScript("sup", plus),
  },
  {
    why: "log directly after a variable, with a variable in its brackets",
    needs: ["log("],
    pattern: () => /(?<=(?<![\p{L}\p{N}_.])\p{L})log(?=\(\p{L}[)/^+·₀-₉])/gu,
    replace: " log",
  },
  {
    why: "log log without a space",
    needs: ["loglog"],
    pattern: () => /(?<![\p{L}\p{N}_])loglog(?= ?\(?[A-Za-z](?![A-Za-z]))/gu,
    replace: "log log",
  },
  {
    why: "dollars around a formula with words, whose signs are converted by now",
    needs: ["$"],
    pattern: () => /\$(?=[^$]*[∑∏√≤≥≈∼→∈⌈⌉⁰-₉ₐ-ₜ])([^$\d\s][^$]{1,300})\$(?![\w$])/gu,
    replace: "$1",
  },
  {
    why: "a dollar after a subscript whose opening dollar is lost",
    needs: ["$"],
    pattern: () => /(?<=[₀-₉ₐ-ₜᵢⱼ])\$(?=[\s.,;:)]|$)/g,
    replace: "",
  },
  {
    why: "the only dollar of a text, after a word: the other one is lost",
    needs: ["$"],
    pattern: () => /\$(?<=\p{Ll}{3}\$)(?<!\$[^$]*\$)(?=[\s.,;:)])(?![^]*\$)/gu,
    replace: "",
  },
  {
    why: "the number of atoms in a molecule: CO_2, H_2O",
    needs: /[OH]_\d/,
    pattern: () => /(?<![\p{L}\p{N}_])(CO|NO|SO|CH|NH|SiO|TiO|H)_(\d)(?![\d_\p{Ll}])/gu,
    replace: (_, atoms, number) => `${atoms}${writeScript("sub", number)}`,
  },
  {
    why: "infty as subscript or superscript",
    needs: ["_infty", "^infty"],
    pattern: () => /(?<=[\p{L}\p{N})\]|‖])([_^])infty(?![A-Za-z])/gu,
    replace: "$1∞",
  },
  {
    why: "log with a base",
    needs: ["log_"],
    pattern: () => /(?<![\p{L}\p{N}_])log_(\d{1,2})(?![\p{L}\p{N}_])/gu,
    replace: (_, base) => `log${writeScript("sub", base)}`,
  },
];

function bareCommands(): RegExp {
  // "approx." is an abbreviation, and "approx-" may start a name.
  const names = LONE_NAMES.map((name) => (name === "approx" ? "approx(?![-.])" : name));
  return new RegExp(String.raw`(?<![A-Za-z\\_./-])(?:${names.join("|")})(?![A-Za-z_/]|\.[A-Za-z])`, "g");
}
