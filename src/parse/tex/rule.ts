import { memoize } from "../../core/memoize.js";

/** A replacement, with the reason why it is safe. */
export interface Rule {
  readonly why: string;
  /**
   * A precondition of every match: it contains one of these strings, or matches this cheap pattern. The main pattern is
   * compiled only for texts that meet it, because most patterns are expensive to compile and most pages need few of them.
   */
  readonly needs: Needs;
  /**
   * Creates the pattern on first use. Compiling the Unicode classes of all rules would take longer than converting the texts of
   * a page.
   */
  readonly pattern: () => RegExp;
  /** As in `String.replace`. */
  readonly replace: string | ((whole: string, ...groups: string[]) => string);
}

export type Needs = readonly string[] | RegExp;

/** Whether a text meets the precondition of a rule. */
export function meetsPrecondition(text: string, needs: Needs): boolean {
  return needs instanceof RegExp ? needs.test(text) : needs.some((piece) => text.includes(piece));
}

/** Returns the pattern of a rule, compiled once. */
export const patternOf = memoize((rule: Rule) => rule.pattern());

/** Applies rules to a text, in order. */
export function applyRules(rules: readonly Rule[], text: string): string {
  return rules.reduce((done, rule) => (meetsPrecondition(done, rule.needs) ? replaceAll(done, rule) : done), text);
}

function replaceAll(text: string, rule: Rule): string {
  const pattern = patternOf(rule);
  return typeof rule.replace === "string" ? text.replace(pattern, rule.replace) : text.replace(pattern, rule.replace);
}
