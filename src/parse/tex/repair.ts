import { BRACE_RULES } from "./repair-braces.js";
import { GLUED_RULES, PRODUCT_RULES } from "./repair-glued.js";
import { TEXT_RULES } from "./repair-text.js";
import { applyRules } from "./rule.js";

/** How deep braces are read, from the inside out. */
const DEEPEST = 6;

/**
 * Mends TeX that reached the site without its backslashes or dollars. The site's own reading of abstracts drops dollars,
 * and the backslash of what stood in them (`$\sim75\%$` arrives as `sim75\%`, `$J_{\mathcal{G}}$` as `J_{G}`, `{\bf x}` as
 * `{bf x}`): measured over the real pages. A rule stands only where nothing else can be meant.
 */
export function repairTex(text: string): string {
  let repaired = text;
  for (let round = 0; round < DEEPEST; round++) {
    const before = repaired;
    repaired = applyRules(BRACE_RULES, repaired);
    if (repaired === before) break;
  }
  return [GLUED_RULES, PRODUCT_RULES, TEXT_RULES].reduce((done, rules) => applyRules(rules, done), repaired);
}
