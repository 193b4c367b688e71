import { applyRules } from "./rule.js";
import type { Rule } from "./rule.js";
import { SCRIPT_CHARACTERS } from "./scripts.js";
import { writeFraction } from "./unicode-math.js";

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
    replace: (_, inside, before) => inside ?? before ?? "",
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
