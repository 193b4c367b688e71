/** A replacement, and the reason why it is safe. */
export interface Rule {
  readonly why: string;
  /**
   * Strings of which every match contains one, or a cheap pattern. The main pattern is compiled and tried only when this is met: most
   * are expensive to compile, and most pages need few of them.
   */
  readonly needs: Needs;
  /** Creates the pattern on use: compiling the Unicode classes of all rules takes longer than converting the texts of a page. */
  readonly pattern: () => RegExp;
  readonly replace: (whole: string, ...groups: string[]) => string;
}

export type Needs = readonly string[] | RegExp;

/** Whether a text meets the precondition of a rule. */
export function holds(text: string, needs: Needs): boolean {
  return needs instanceof RegExp ? needs.test(text) : needs.some((piece) => text.includes(piece));
}

/** Applies rules to a text, in order. */
export function applyRules(rules: readonly Rule[], text: string): string {
  return rules.reduce(
    (done, { needs, pattern, replace }) => (holds(done, needs) ? done.replace(pattern(), replace) : done),
    text,
  );
}
