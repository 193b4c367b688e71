import { IN_BRACES } from "./mend-braces.js";
import { GLUED, PRODUCTS } from "./mend-glued.js";
import { IN_TEXT } from "./mend-text.js";
import { applyRules } from "./rule.js";

/** How deep braces are read, from the inside out. */
const DEEPEST = 6;

/**
 * Mends TeX that reached the site without its backslashes or dollars. The site's own reading of abstracts drops dollars,
 * and the backslash of what stood in them (`$\sim75\%$` arrives as `sim75\%`, `$J_{\mathcal{G}}$` as `J_{G}`, `{\bf x}` as
 * `{bf x}`): measured over the real pages. A rule stands only where nothing else can be meant.
 */
export function mendTex(text: string): string {
  let mended = text;
  for (let round = 0; round < DEEPEST; round++) {
    const before = mended;
    mended = applyRules(IN_BRACES, mended);
    if (mended === before) break;
  }
  return [GLUED, PRODUCTS, IN_TEXT].reduce((done, rules) => applyRules(rules, done), mended);
}
