/** One thing to replace, and why it is right to. */
export interface Rule {
  readonly why: string;
  /**
   * What every match holds one of, as pieces of text or as a pattern that is cheap. The pattern itself is tried, and in a
   * new process compiled, only where it is met: most patterns of TeX are costly to compile, and most pages need few.
   */
  readonly needs: Needs;
  /** Made when it is tried: reading the classes of Unicode in all of them takes longer than reading a page's texts. */
  readonly pattern: () => RegExp;
  readonly replace: (whole: string, ...groups: string[]) => string;
}

export type Needs = readonly string[] | RegExp;

/** Whether a text holds what a rule needs. */
export function holds(text: string, needs: Needs): boolean {
  return needs instanceof RegExp ? needs.test(text) : needs.some((piece) => text.includes(piece));
}

/** The text after each rule in turn. */
export function applyRules(rules: readonly Rule[], text: string): string {
  return rules.reduce(
    (done, { needs, pattern, replace }) => (holds(done, needs) ? done.replace(pattern(), replace) : done),
    text,
  );
}
