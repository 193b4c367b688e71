import { PaperboyError } from "../../core/errors.js";
import type { Digest, Letter } from "../../core/model.js";
import type { Check, CheckOptions, CheckResult, Finding } from "./check.js";
import { CONTRAST_CHECKS } from "./contrast.js";
import { LEFTOVER_CHECKS } from "./leftovers.js";
import { LINK_CHECKS } from "./links.js";
import { PAPER_CHECKS } from "./papers.js";
import { PARITY_CHECKS } from "./parity.js";
import { prepareLetter } from "./prepare.js";
import { PRIVACY_CHECKS } from "./privacy.js";
import { SIZE_CHECKS } from "./size.js";
import { STRUCTURE_CHECKS } from "./structure.js";
import { UNSUBSCRIBE_CHECKS } from "./unsubscribe.js";
import { WIDTH_CHECKS } from "./width.js";
import { WORD_CHECKS } from "./words.js";

export type { CheckOptions, CheckResult, Finding } from "./check.js";

/** All checks, in the order of the report. */
export const CHECKS: readonly Check[] = [
  ...SIZE_CHECKS,
  ...WORD_CHECKS,
  ...UNSUBSCRIBE_CHECKS,
  ...PARITY_CHECKS,
  ...LINK_CHECKS,
  ...CONTRAST_CHECKS,
  ...STRUCTURE_CHECKS,
  ...WIDTH_CHECKS,
  ...PRIVACY_CHECKS,
  ...LEFTOVER_CHECKS,
  ...PAPER_CHECKS,
];

/** Runs every check on a letter. Returns one result for each row of `CHECKS`, in the same order. */
export function checkLetter(letter: Letter, digest: Digest, options: CheckOptions): CheckResult[] {
  const checked = prepareLetter(letter, digest, options);
  return CHECKS.map(({ run, ...row }) => {
    const findings = merge(run(checked));
    return { ...row, passed: findings.length === 0, findings };
  });
}

/** Merges findings with the same message into one with the first position and the number of occurrences. */
function merge(findings: readonly Finding[]): Finding[] {
  const byMessage = new Map<string, Finding>();
  for (const finding of findings) {
    const known = byMessage.get(finding.message) ?? { ...finding, count: 0 };
    byMessage.set(finding.message, { ...known, count: (known.count ?? 0) + (finding.count ?? 1) });
  }
  return [...byMessage.values()];
}

/** Returns the failed checks of severity `error`. */
export function failedErrors(results: readonly CheckResult[]): CheckResult[] {
  return results.filter(({ passed, severity }) => !passed && severity === "error");
}

/**
 * Throws if a check of severity `error` failed.
 * @throws PaperboyError `config-invalid` with each failed check and its first finding.
 */
export function assertChecksPass(results: readonly CheckResult[]): void {
  const failed = failedErrors(results);
  if (failed.length === 0) return;
  throw new PaperboyError("config-invalid", {
    message: `the letter fails ${failed.map(({ id, findings }) => `${id} (${findings[0]?.message ?? ""})`).join(", ")}`,
    hint: `${failed.map(({ fix }) => fix).join("\n")}\nRun \`paperboy check SOURCE\` to see all results.`,
  });
}
