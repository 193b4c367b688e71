import { BARE_COMMANDS } from "./bare-commands.js";
import type { Rule } from "./rule.js";

/** Operators between the signs that remain of `\!`. */
const OPERATORS: Readonly<Record<string, string>> = {
  in: "∈",
  to: "→",
  le: "≤",
  ge: "≥",
  ne: "≠",
  lt: "<",
  gt: ">",
  mid: "|",
};

const NAMES = "approx|cdot|equiv|geq|leq|neq|pm|propto|rightarrow|sim|simeq|times";
const WORDS = Object.keys(OPERATORS).join("|");

const operator = (name: string): string => OPERATORS[name] ?? BARE_COMMANDS.get(name) ?? name;

/** Rules for the spacing commands `\!` and `\;`, which the site leaves as `!` and `;`, and for the sizes of brackets. */
export const SPACE_RULES: readonly Rule[] = [
  {
    why: "on both sides of an operator: d!approx!33, x!in!{4, 8}, K!=!5",
    needs: /!(?:[a-z=<>+\-/|:×·]|[^ -~])/,
    pattern: () =>
      new RegExp(String.raw`(?<=[\p{L}\p{N}\p{Co})\]}])!+(${NAMES}|${WORDS}|[=<>+\-/|:≈∼≤≥≠→×·±∈])!+(?=\S)`, "gu"),
    replace: (_, name) => operator(name),
  },
  {
    why: "after an operator before a number: sim!30",
    needs: /[a-z]!\d/,
    pattern: () => new RegExp(String.raw`(?<!\p{L}{2}|\\)(${NAMES})!+(?=\d)`, "gu"),
    replace: (_, name) => operator(name),
  },
  {
    why: "between a function and its bracket: log!(n); n!(n-1) is a factorial",
    needs: /!(?:left|[bB]igg?l?)?[([{|]/,
    pattern: () =>
      /(?<=(?<![\p{L}\p{N}])(?:log|exp|max|min|argmax|argmin|softmax|Pr|KL))!+(?=(?:left|[bB]igg?l?)?[([{|])|!+(?=(?:left|[bB]igg?l?)[([{|])/gu,
    replace: () => "",
  },
  {
    why: "semicolons on both sides of an operator: a;=;b",
    needs: /;(?:[=<>]|[^ -~]|[a-z]{2,5};)/,
    pattern: () => new RegExp(String.raw`(?<=[\p{L}\p{N}\p{Co})\]}]);(${NAMES}|[=<>≈∼≤≥≠→×±∈]);(?=\S)`, "gu"),
    replace: (_, name) => ` ${operator(name)} `,
  },
  {
    why: "brackets of a bound in the sizes left, right and big: Oleft( n right), Θbig(1big)",
    needs: /(?:left|[bB]igg?l?) ?[([]/,
    pattern: () =>
      /(?<=(?<![\p{L}\p{N}])[OoΘΩ𝒪]\u0303?)(?:left|[bB]igg?l?) ?([([]) ?(.{1,200}?) ?(?:right|[bB]igg?r?)(?=[)\]])/gu,
    replace: (_, bracket, content) => `${bracket}${content}`,
  },
];
