import { PaperboyError } from "../../core/errors.js";

/** The result of a check. `skipped` is not a failure: there was nothing to check, or a check that this one depends on failed. */
export type Result = "ok" | "warn" | "fail" | "skipped";

/** The finding of a check. */
export interface Finding {
  readonly result: Result;
  /** The observation, as a sentence without a full stop. */
  readonly detail: string;
  /** One step that fixes the problem; null without a problem. */
  readonly fix: string | null;
}

/** One check of a `Subject`, such as the mail server. Checks are read-only and send no mail. */
export interface Check<Subject> {
  /** `group.name`, such as `smtp.login`; an argument of `--only`. */
  readonly id: string;
  readonly title: string;
  /** The effect on readers or the operator if the check fails. */
  readonly why: string;
  /** The time limit in ms. */
  readonly limitMs: number;
  /** Runs only if `--only` names it or its group. */
  readonly onlyNamed?: true;
  readonly run: (subject: Subject) => Promise<Finding>;
}

/** A check bound to its subject. */
export type ReadyCheck = Omit<Check<never>, "run"> & { readonly run: () => Promise<Finding> };

/** A check with its finding. */
export interface CheckResult extends Finding {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** The reason why there is nothing to check. */
export interface Absent {
  readonly absent: string;
}

/** Whether there is nothing to check. */
export function isAbsent(subject: object): subject is Absent {
  return "absent" in subject;
}

/** Returns a finding without a problem. */
export function ok(detail: string): Finding {
  return { result: "ok", detail, fix: null };
}

/** Returns a finding that needs attention but does not stop letters. */
export function warn(detail: string, fix: string): Finding {
  return { result: "warn", detail, fix };
}

/** Returns a finding that stops letters from being sent or delivered, now or soon. */
export function fail(detail: string, fix: string): Finding {
  return { result: "fail", detail, fix };
}

/** Returns the finding of a check that did not run. */
export function skipped(why: string): Finding {
  return { result: "skipped", detail: why, fix: null };
}

/** Binds checks to their subject. If it is absent, every check is skipped for that reason. */
export function ready<Subject extends object>(
  checks: readonly Check<Subject>[],
  subject: Subject | Absent,
): readonly ReadyCheck[] {
  return checks.map(({ run, ...check }) => ({
    ...check,
    run: () => (isAbsent(subject) ? Promise.resolve(skipped(subject.absent)) : run(subject)),
  }));
}

/** Reports on the result of `before`. Returns `skipped` if `before` fails, since another check reports that failure. */
export async function after<T>(
  before: () => Promise<T>,
  failed: string,
  report: (value: T) => Finding | Promise<Finding>,
): Promise<Finding> {
  const settled = await before().then(
    (value) => ({ value }),
    () => null,
  );
  return settled === null ? skipped(failed) : report(settled.value);
}

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
