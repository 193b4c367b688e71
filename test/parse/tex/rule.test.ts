import { array, assert as check, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { MARKUP_RULES, PUNCTUATION_RULES } from "../../../src/parse/tex/markup.js";
import { BRACE_RULES, LOOSE_RULES } from "../../../src/parse/tex/repair-braces.js";
import { COMMAND_RULES, SPACE_RULES } from "../../../src/parse/tex/repair-commands.js";
import { GLUED_RULES, GREEK_RULES } from "../../../src/parse/tex/repair-names.js";
import { PRODUCT_RULES, TEXT_RULES } from "../../../src/parse/tex/repair-text.js";
import { PROTECTED, PROTECTED_AFTER_MATH } from "../../../src/parse/tex/protect.js";
import { applyRules, meetsPrecondition } from "../../../src/parse/tex/rule.js";
import type { Rule } from "../../../src/parse/tex/rule.js";
import { BROKEN, LEFT_ALONE, TEXT } from "./cases.js";
import { LEFTOVERS, MEANT } from "./leftovers.js";

const RULES: readonly Rule[] = [
  ...COMMAND_RULES,
  ...MARKUP_RULES,
  ...SPACE_RULES,
  ...BRACE_RULES,
  ...GREEK_RULES,
  ...GLUED_RULES,
  ...PRODUCT_RULES,
  ...TEXT_RULES,
  ...PUNCTUATION_RULES,
  ...LOOSE_RULES,
  ...PROTECTED,
  ...PROTECTED_AFTER_MATH,
];
const TEXTS = [...TEXT, ...BROKEN, ...LEFT_ALONE, ...Object.values(LEFTOVERS).flat(), ...MEANT].flatMap(
  ([input, output]) => [input, output],
);

/** Pieces that patterns are made of, so that texts made of them match often. */
const PIECES = (
  "sim times pm approx geq cdot in to le ge mid log loglog sum prod dots infty infty langle rangle rightarrow alpha eta circ star " +
  "dagger textbf mathcal sqrt frac binom hat bm bf boldsymbol CO H x N a d p 7 10 0.5 256 { } { } ( ) _ ^ $ \\ \\| ~ ` `` '' -- --- " +
  ", . % < > @ / : + − α Δ ² ₙ ′ ∞ * http://example.org/a C:\\ ! ; = | ** *a* ]( [ theta pi rho ref GRPO left big right " +
  "muster2024ink blue{ x2013 \\b \\81 deg SI text"
).split(" ");

describe("the precondition of a rule", () => {
  it.each(RULES)("is in every match: $why", ({ needs, pattern }) => {
    const missed = (text: string) => text.search(pattern()) !== -1 && !meetsPrecondition(text, needs);
    expect(TEXTS.filter(missed)).toEqual([]);
    const piece = constantFrom(...PIECES, " ", " ", " ");
    check(
      property(array(piece, { maxLength: 9 }), (pieces) => {
        expect(missed(pieces.join(""))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps a rule from being tried", () => {
    const rule = { why: "", needs: ["b"], pattern: () => /a/g, replace: () => "c" };
    expect(applyRules([rule], "a")).toBe("a");
    expect(applyRules([rule], "ab")).toBe("cb");
  });
});
