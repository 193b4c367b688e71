/** How a check ended. `skipped`: there was nothing to look at, or something before it failed; never a failure. */
export type Result = "ok" | "warn" | "fail" | "skipped";

/** What a check found. */
export interface Finding {
  readonly result: Result;
  /** What was seen, as a sentence without a full stop. */
  readonly detail: string;
  /** One step that mends it; null where nothing is to be mended. */
  readonly mend: string | null;
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
  readonly look: (subject: Subject) => Promise<Finding>;
}

/** A check together with what it looks at. */
export type ReadyCheck = Omit<Check<never>, "look"> & { readonly look: () => Promise<Finding> };

/** A check and what it found. */
export interface Examined extends Finding {
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
  return { result: "ok", detail, mend: null };
}

/** Mail still goes out, but somebody should look. */
export function warn(detail: string, mend: string): Finding {
  return { result: "warn", detail, mend };
}

/** Letters do not go out, do not arrive, or soon will not. */
export function fail(detail: string, mend: string): Finding {
  return { result: "fail", detail, mend };
}

/** Nothing was looked at, and why. */
export function skipped(why: string): Finding {
  return { result: "skipped", detail: why, mend: null };
}

/** Gives checks what they look at; where that is absent, each says so instead of looking. */
export function ready<Subject extends object>(
  checks: readonly Check<Subject>[],
  subject: Subject | Absent,
): readonly ReadyCheck[] {
  return checks.map(({ look, ...check }) => ({
    ...check,
    look: () => (isAbsent(subject) ? Promise.resolve(skipped(subject.absent)) : look(subject)),
  }));
}

/** Looks at what came before; where that failed, its own check says why, and this one is skipped. */
export async function after<T>(
  before: () => Promise<T>,
  failed: string,
  look: (value: T) => Finding | Promise<Finding>,
): Promise<Finding> {
  const came = await before().then(
    (value) => ({ value }),
    () => null,
  );
  return came === null ? skipped(failed) : look(came.value);
}
