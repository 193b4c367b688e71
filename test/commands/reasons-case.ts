import type { ReasonCode } from "../../src/core/errors.js";
import type { Setting, Told, World } from "./reasons-world.js";

/** One way in which a run ends, and all that whoever runs Paperboy sees of it. */
export interface Case {
  readonly reason: ReasonCode;
  /** What brought it about. */
  readonly when: string;
  readonly setting?: Setting;
  /** What happens in this home before. */
  readonly before?: (world: World) => Promise<unknown>;
  readonly args: readonly string[];
  /** The morning after the fixtures' day unless it says otherwise. */
  readonly now?: string;
  /** What somebody mends before they look at the status page. */
  readonly mended?: (world: World) => void;
  /** Runs it otherwise than as it is. */
  readonly how?: (world: World) => (args: readonly string[]) => Promise<Told>;
  readonly sees: {
    /** The last line: on stdout where all is well, else on stderr. */
    readonly last: RegExp;
    /** What stands on stderr before, such as what to do. */
    readonly advice?: RegExp;
    readonly json: object;
    /** The operator's mail; null: none. */
    readonly mail: RegExp | null;
    /** What the service that watches cron jobs hears after the start; null: nothing. */
    readonly ping: "" | "/fail" | null;
    /** What `paperboy status` says of the last run and of what needs a person; a RegExp of all it says where it fails. */
    readonly status: { readonly lastRun: RegExp; readonly needs: RegExp } | { readonly fails: RegExp };
  };
}

/** A run of a complete day, to one person. */
export const FRIDAY = ["run", "2026-10-02", "--to", "you@example.com"];

/** What the status page says where it has nothing to say. */
export const NONE = /^nothing$/;

/** A result's only edition. */
export function counts(sent: number, rest: object = {}): object {
  return { editions: [{ counts: { sent, ...rest } }] };
}
