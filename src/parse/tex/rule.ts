/** One thing to replace, and why it is right to. */
export interface Rule {
  readonly why: string;
  readonly pattern: RegExp;
  readonly replace: (whole: string, ...groups: string[]) => string;
}

/** The text after each rule in turn. */
export function applyRules(rules: readonly Rule[], text: string): string {
  return rules.reduce((done, { pattern, replace }) => done.replace(pattern, replace), text);
}
