import { PaperboyError } from "../../core/errors.js";
import { fail } from "./check.js";
import type { CheckResult, Finding, ReadyCheck } from "./check.js";

/**
 * Makes all checks side by side, each within its own time limit, and answers in their order. A check that breaks is a
 * failure of that check and of no other.
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
    return broken(error);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow({ id, limitMs }: ReadyCheck): Finding {
  return fail(
    `no answer within ${limitMs / 1000} s`,
    `Look again with \`paperboy doctor --only ${id}\`; if it stays so slow, look at the network, or the machine that is asked.`,
  );
}

function broken(error: unknown): Finding {
  if (error instanceof PaperboyError) return fail(error.message, error.hint ?? "The message says what is wrong.");
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return fail(`the check itself broke: ${message}`, "This is a bug in Paperboy: please report it with this output.");
}

/** How many checks ended in which way. */
export function tally(examined: readonly CheckResult[]): Readonly<Record<CheckResult["result"], number>> {
  const count = (wanted: CheckResult["result"]) => examined.filter(({ result }) => result === wanted).length;
  return { ok: count("ok"), warn: count("warn"), fail: count("fail"), skipped: count("skipped") };
}
