import { applyRules } from "./rule.js";
import type { Rule } from "./rule.js";

/** What TeX spells with ASCII: dashes, quotation marks, and the tie that keeps two words on a line. */

/** In this order. */
export const RULES: readonly Rule[] = [
  {
    why: "a tie joins a word and what follows; `~5` and `5~10` mean about and to, `x~N(0,1)` is drawn from",
    needs: ["~"],
    pattern: () =>
      /~(?<=[\p{L}\p{N}\p{Co}.,;:)\]%”’]~)(?<!(?<![\p{L}\p{N}])\p{L}~(?=\p{L}(?:[([]|(?![\p{L}\p{N}])))|\d~(?=\d))(?=[\p{L}\p{N}\p{Co}([\\"“‘])/gu,
    replace: () => " ",
  },
  {
    why: "`quotes' that open after a space and close before one",
    needs: ["`"],
    pattern: () => /(?<![^\s(“[])`([^`'\n]{1,120})'(?![\p{L}\p{N}`])/gu,
    replace: (_, quoted) => `‘${quoted}’`,
  },
  {
    why: "``quotes''",
    needs: ["``"],
    pattern: () => /``([^`]{0,400}?)(?:''|"|”)/g,
    replace: (_, quoted) => `“${quoted}”`,
  },
  {
    why: "''quotes'' whose author opened them with the closing mark",
    needs: ["''"],
    pattern: () => /(?<![\p{L}\p{N}'])''(?=[\p{L}\p{N}])([^'\n]{1,200})''(?!['\p{L}\p{N}])/gu,
    replace: (_, quoted) => `“${quoted}”`,
  },
  { why: "--- is an em dash", needs: ["---"], pattern: () => /---(?<![-<!|]---)(?![->|])/g, replace: () => "—" },
  {
    why: "-- is an en dash, between words, numbers or spaces; `--flag` is code",
    needs: ["--"],
    pattern: () => /--(?<=[\p{L}\p{N}\p{Co})\]}%”’"'.,?!…]--)(?=[\p{L}\p{N}\p{Co}([{“‘"'$+]|\s|$)|--(?<=\s--)(?=\s)/gu,
    replace: () => "–",
  },
];

/** ASCII spellings of TeX made the signs that they stand for. */
export function readPunctuation(text: string): string {
  return applyRules(RULES, text);
}
