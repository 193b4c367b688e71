import { applyRules } from "./rule.js";
import type { Rule } from "./rule.js";

/**
 * Rules for the dashes, quotation marks and no-break spaces (`~`) that TeX writes in ASCII, in the order of their application.
 */
export const RULES: readonly Rule[] = [
  {
    why: "`~` after a word is a no-break space; in `~5`, `5~10`, `75%~89%` and `x~N(0,1)` it means about, to, and distributed as",
    needs: ["~"],
    pattern: () =>
      /~(?<=[\p{L}\p{N}\p{Co}.,;:)\]}%”’]~)(?<!(?<![\p{L}\p{N}])\p{L}~(?=\p{L}(?:[([]|(?![\p{L}\p{N}])))|\d[%KMBkx]?~(?=\d))(?=[\p{L}\p{N}\p{Co}([\\"“‘])/gu,
    replace: () => " ",
  },
  {
    why: "`quotes' after a space and before one",
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
    why: "''quotes'' opened with the closing mark",
    needs: ["''"],
    pattern: () => /(?<![\p{L}\p{N}'])''(?=[\p{L}\p{N}])([^'"\n]{1,200})(?:''|")(?!['\p{L}\p{N}])/gu,
    replace: (_, quoted) => `“${quoted}”`,
  },
  {
    why: "\"quotes'' opened with the plain mark",
    needs: ["''"],
    pattern: () => /"(?<![\p{L}\p{N}]")(?=[\p{L}\p{N}])([^"\n]{1,400}?)''(?!['\p{L}\p{N}])/gu,
    replace: (_, quoted) => `“${quoted}”`,
  },
  { why: "--- is an em dash", needs: ["---"], pattern: () => /---(?<![-<!|]---)(?![->|])/g, replace: () => "—" },
  {
    why: "-- is an en dash, between words, numbers or spaces; `--flag` is code",
    needs: ["--"],
    pattern: () => /--(?<=[\p{L}\p{N}\p{Co})\]}%×”’"'.,?!…]--)(?=[\p{L}\p{N}\p{Co}([{“‘"'$+]|\s|$)|--(?<=\s--)(?=\s)/gu,
    replace: () => "–",
  },
];

/** Converts the ASCII punctuation of TeX to Unicode. */
export function readPunctuation(text: string): string {
  return applyRules(RULES, text);
}
