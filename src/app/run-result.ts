import { REASONS } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import type { DeliveryState } from "../core/model.js";
import { needsPerson } from "../editions/results.js";
import type { EditionResult } from "../editions/results.js";

/** What a run's record holds beside its reason and message, as far as somebody asks for it later. */
export interface RunResult {
  readonly editions: readonly Pick<EditionResult, "id" | "counts">[];
  /** Whether something stopped it, or an errand of it; that a source went out before is no failure. */
  readonly hasFailures: boolean;
  readonly hint: string | null;
}

/** Reads the result of a run that is remembered. What another version of Paperboy kept may have another shape: then it says nothing. */
export function readRunResult(result: unknown): RunResult {
  const { editions = [], failures = [], hint = null } = (result ?? {}) as Kept;
  return { editions, hint, hasFailures: failures.some(({ reason }) => isReason(reason) && needsPerson(reason)) };
}

interface Kept {
  readonly editions?: RunResult["editions"];
  readonly failures?: readonly { readonly reason: string }[];
  readonly hint?: string | null;
}

/** Whether this version of Paperboy knows a run's reason. */
export function isReason(text: string | undefined): text is ReasonCode {
  return text !== undefined && Object.hasOwn(REASONS, text);
}

/** States of a letter that no later run mends by itself. */
const STUCK: readonly DeliveryState[] = ["refused", "uncertain", "expired"];

/** Whether a run that left letters behind needs a person: not where they were only put off, and will be tried again. */
export function leftForPerson({ editions, hasFailures }: RunResult): boolean {
  return hasFailures || editions.some(({ counts }) => STUCK.some((state) => counts[state] > 0));
}
