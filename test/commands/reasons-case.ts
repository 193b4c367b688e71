import type { ReasonCode } from "../../src/core/errors.js";
import type { Setting, CommandOutput, Installation } from "./reasons-setup.js";

/** One way in which a run can end, and everything that the operator sees of it. */
export interface Case {
  readonly reason: ReasonCode;
  /** The cause, for the title of the test. */
  readonly when: string;
  readonly setting?: Setting;
  /** Prepares the home. */
  readonly before?: (installation: Installation) => Promise<unknown>;
  readonly args: readonly string[];
  /** The time of the run; default: the morning after the fixtures' day. */
  readonly now?: string;
  /** Repairs the installation before `paperboy status`. */
  readonly repair?: (installation: Installation) => void;
  /** Returns another way to run the command. */
  readonly how?: (installation: Installation) => (args: readonly string[]) => Promise<CommandOutput>;
  readonly expected: {
    /** The last line: on stdout with exit 0, else on stderr. */
    readonly last: RegExp;
    /** Other text on stderr, such as the hint. */
    readonly advice?: RegExp;
    readonly json: object;
    /** The mail to the operator; null: none. */
    readonly mail: RegExp | null;
    /** The suffix of the health check request at the end; null: no request. */
    readonly ping: "" | "/fail" | null;
    /** The fields "last run" and "needs you" of `paperboy status`; `fails`: its stderr when it fails. */
    readonly status: { readonly lastRun: RegExp; readonly needs: RegExp } | { readonly fails: RegExp };
  };
}

/** The arguments of a run of a complete day for one reader. */
export const FRIDAY = ["run", "2026-10-02", "--to", "you@example.com"];

/** An empty field of the status page. */
export const NONE = /^nothing$/;

/** Returns the JSON of a result with one edition. */
export function counts(sent: number, rest: object = {}): object {
  return { editions: [{ counts: { sent, ...rest } }] };
}
