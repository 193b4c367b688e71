import { PaperboyError } from "../../core/errors.js";

/** A kind of failure of a database. */
export interface Failure {
  /** Prefixes of error codes. */
  readonly codes: readonly string[];
  readonly description: string;
  readonly hint: string;
  /** Whether the same command can succeed later. If so, its hint says that nothing is lost. */
  readonly retryable: boolean;
}

/** An error of a database or its driver. */
export interface CodedError {
  readonly code: string;
  readonly message: string;
}

/**
 * Converts an error of the database `name` to a `store-failed`, by the first matching row of `failures`. Returns any other error
 * unchanged.
 */
export function failureOf(
  cause: unknown,
  found: CodedError | null,
  { name, failures }: { readonly name: string; readonly failures: readonly Failure[] },
): unknown {
  const failure = failures.find(({ codes }) => found !== null && codes.some((start) => found.code.startsWith(start)));
  if (found === null || failure === undefined) return cause;
  const { description, hint, retryable } = failure;
  return new PaperboyError("store-failed", {
    message: `the database ${name} failed: ${description} (${found.code}: ${found.message})`,
    hint: retryable ? `${hint} The ledger has every message that was sent.` : hint,
    retryable,
    cause,
  });
}
