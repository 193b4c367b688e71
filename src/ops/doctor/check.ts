/** How a check ended. `skipped`: there was nothing to look at, or something before it failed; never a failure. */
export type Result = "ok" | "warn" | "fail" | "skipped";

/** What a check found. */
export interface Finding {
  readonly result: Result;
  /** What was seen, as a sentence without a full stop. */
  readonly detail: string;
  /** One step that fixes it; null where nothing is to be fixed. */
  readonly fix: string | null;
}

/** One thing to look at, declared. `Subject` is what it looks at; it changes nothing there and mails nobody. */
export interface Check<Subject> {
  /** `group.name`, such as `smtp.login`: what `--only` takes. */
  readonly id: string;
  readonly title: string;
  /** Why it matters: what goes wrong for readers or the operator without it. */
  readonly why: string;
  /** How long it may take, in ms. */
  readonly limitMs: number;
  readonly run: (subject: Subject) => Promise<Finding>;
}

/** A check together with what it looks at. */
export type ReadyCheck = Omit<Check<never>, "run"> & { readonly run: () => Promise<Finding> };

/** A check and what it found. */
export interface CheckResult extends Finding {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** Why there is nothing to look at. */
export interface Absent {
  readonly absent: string;
}

/** Whether there is nothing to look at. */
export function isAbsent(subject: object): subject is Absent {
  return "absent" in subject;
}

/** All is well. */
export function ok(detail: string): Finding {
  return { result: "ok", detail, fix: null };
}

/** Mail still goes out, but somebody should look. */
export function warn(detail: string, fix: string): Finding {
  return { result: "warn", detail, fix };
}

/** Letters do not go out, do not arrive, or soon will not. */
export function fail(detail: string, fix: string): Finding {
  return { result: "fail", detail, fix };
}

/** Nothing was looked at, and why. */
export function skipped(why: string): Finding {
  return { result: "skipped", detail: why, fix: null };
}

/** Gives checks what they look at; where that is absent, each says so instead of looking. */
export function ready<Subject extends object>(
  checks: readonly Check<Subject>[],
  subject: Subject | Absent,
): readonly ReadyCheck[] {
  return checks.map(({ run, ...check }) => ({
    ...check,
    run: () => (isAbsent(subject) ? Promise.resolve(skipped(subject.absent)) : run(subject)),
  }));
}

/** Looks at what came before; where that failed, its own check says why, and this one is skipped. */
export async function after<T>(
  before: () => Promise<T>,
  failed: string,
  report: (value: T) => Finding | Promise<Finding>,
): Promise<Finding> {
  const came = await before().then(
    (value) => ({ value }),
    () => null,
  );
  return came === null ? skipped(failed) : report(came.value);
}
