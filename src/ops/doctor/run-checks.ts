import { PaperboyError } from "../../core/errors.js";
import { fail } from "./check.js";
import type { CheckResult, Finding, ReadyCheck } from "./check.js";

/**
 * Runs all checks concurrently, each with its own time limit, and returns the results in order. A check that throws fails without
 * affecting the others.
 */
export function runChecks(checks: readonly ReadyCheck[]): Promise<readonly CheckResult[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { id, title, why } = check;
      return { id, title, why, ...(await runInTime(check)) };
    }),
  );
}

async function runInTime(check: ReadyCheck): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(tooSlow(check)), check.limitMs);
  });
  try {
    return await Promise.race([check.run(), late]);
  } catch (error) {
    return failedBy(error);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow({ id, limitMs }: ReadyCheck): Finding {
  return fail(
    `no result within ${limitMs / 1000} s`,
    `Try again with \`paperboy doctor --only ${id}\`; if it is slow again, check the network and the server that it checks.`,
  );
}

function failedBy(error: unknown): Finding {
  if (error instanceof PaperboyError) return fail(error.message, error.hint ?? "Fix the problem in the message.");
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return fail(`the check itself failed: ${message}`, "This is a bug in Paperboy: please report it with this output.");
}

/** Counts the checks by result. */
export function tally(results: readonly CheckResult[]): Readonly<Record<CheckResult["result"], number>> {
  const count = (wanted: CheckResult["result"]) => results.filter(({ result }) => result === wanted).length;
  return { ok: count("ok"), warn: count("warn"), fail: count("fail"), skipped: count("skipped") };
}
