import type { Rule } from "./rule.js";
import { SCRIPT_CHARACTERS } from "./scripts.js";

/** Names of Greek letters without their backslash. The names of the other letters are not used, or are words. */
const GREEK: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ε",
  eta: "η",
  theta: "θ",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  phi: "φ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
  Gamma: "Γ",
  Delta: "Δ",
  Theta: "Θ",
  Lambda: "Λ",
  Sigma: "Σ",
  Phi: "Φ",
  Psi: "Ψ",
  Omega: "Ω",
};

const NAMES = Object.keys(GREEK).join("|");
const SMALL = Object.keys(GREEK)
  .filter((name) => /^[a-z]/.test(name))
  .join("|");
const START = String.raw`(?<![\p{L}\p{N}_\\/.-])`;
const END = String.raw`(?![\p{L}\p{N}_])`;
const LETTER = String.raw`\p{Script=Greek}`;

/** Cheap tests, which begin with a rare character: the names are parts of many words. */
const WITH_SCRIPT = new RegExp(String.raw`[_^*\u00b2-\u00b9\u1d2c-\u209c′](?<=(?:${NAMES}).)`);
const IN_RELATION = new RegExp(`[=<>≈≤≥∼≪≫∈+](?<=(?:${SMALL}) ?.)|(?:${SMALL}) ?(?:approx|[gln]eq) `);
const IN_BRACKETS = new RegExp(`[|{(](?:${SMALL})(?:[|}]|, ?)|, ?(?:${SMALL})\\)`);

const OPERATORS = "(?:approx|cdot|geq|leq|neq|propto|rightarrow|sim|times)(?![a-z])";

const sign = (name: string): string => GREEK[name] ?? name;

/** Rules for the names of Greek letters in formulas that lost their dollars; in prose (`alpha and beta tests`) they are words. */
export const GREEK_RULES: readonly Rule[] = [
  {
    why: "with a script of one character: tau^2, lambda_1, Theta_d",
    needs: WITH_SCRIPT,
    pattern: () =>
      new RegExp(
        String.raw`${START}(${NAMES})(?=[\^${SCRIPT_CHARACTERS}]|\*[\s.,;)]|_[A-Za-z0-9](?:(?![\p{L}\p{N}_])|(?=${OPERATORS})))(?!(?<=Phi)_\d)`,
        "gu",
      ),
    replace: (_, name) => sign(name),
  },
  {
    why: "with another name as a subscript: pi_theta, pi_ref, theta_GRPO",
    needs: ["_"],
    pattern: () => new RegExp(String.raw`${START}(${SMALL})_(?=(?:\p{Ll}{2,10}|\p{Lu}{2,6})${END}(?!\.\p{L}))`, "gu"),
    replace: (_, name) => `${sign(name)}_`,
  },
  {
    why: "as a subscript: π_theta, f_theta",
    needs: ["_"],
    pattern: () => new RegExp(String.raw`(?<=(?<![\p{L}\p{N}_\\/.-])(?:\p{L}|[∇∑∂]|nabla)_)(${NAMES})${END}`, "gu"),
    replace: (_, name) => sign(name),
  },
  {
    why: "with an operator glued to it: lambdacdot d",
    needs: /[ainou](?:cdot|propto|approx|[gln]eq|times|sim|right)/,
    pattern: () => new RegExp(String.raw`(?<![\p{L}\p{N}_\\.-])(${SMALL})(?=${OPERATORS})`, "gu"),
    replace: (_, name) => sign(name),
  },
  {
    why: "in a product or quotient: eta/λ, epsilon*delta",
    needs: /[/*·+]/,
    pattern: () =>
      new RegExp(
        String.raw`${START}(${SMALL})(?=[/*·](?:(?:${SMALL})${END}|${LETTER}))|(?<=(?<![\p{L}\p{N}_])(?:${SMALL}|${LETTER}|\d)[/*·])(${SMALL})${END}`,
        "gu",
      ),
    replace: (_, first, second) => sign(first || second || ""),
  },
  {
    why: "in a relation: lambda = 1, theta_0=theta, phi ≈ 0, lambda > 1",
    needs: IN_RELATION,
    pattern: () =>
      new RegExp(
        String.raw`${START}(${SMALL})(?= ?(?:[=<>≈≤≥∼≪≫∈]=?|approx|geq|leq|neq|\+(?= )) ?[-−+±]?(?:[\d.{[(|∞]|${LETTER}|\p{L}(?![\p{L}'’])))`,
        "gu",
      ),
    replace: (_, name) => sign(name),
  },
  {
    why: "on the right of a relation, before an operator or the end: ECE <= epsilon + C",
    needs: /[=<>≈≤≥∼≪≫∈] ?\p{Ll}/u,
    pattern: () => new RegExp(String.raw`(?<=[=<>≈≤≥∼≪≫∈] ?)(${SMALL})(?![\p{L}\p{N}_-])(?! ?\p{Ll}{2})`, "gu"),
    replace: (_, name) => sign(name),
  },
  {
    why: "between bars or braces, or as the parameters of a guarantee: |rho|, {delta}, (epsilon, delta)-private",
    needs: IN_BRACKETS,
    pattern: () =>
      new RegExp(
        String.raw`(?<=\|)(${SMALL})(?=\|)|(?<=\{)(${SMALL})(?=\})|(?<=\()(${SMALL})(?=, ?(?:${SMALL})\))|(?<=\((?:${SMALL}|${LETTER}), ?)(${SMALL})(?=\))`,
        "gu",
      ),
    replace: (_, ...names) => sign(names.slice(0, 4).find((name) => typeof name === "string") ?? ""),
  },
  {
    why: "of variables: pi(a|s), sigma(x)",
    needs: /[a-z]\([a-z] ?[|;,)]/,
    pattern: () => new RegExp(String.raw`${START}(${SMALL})(?=\([a-z] ?(?:[|;]|, ?[a-z][,)]|\)))`, "gu"),
    replace: (_, name) => sign(name),
  },
];
