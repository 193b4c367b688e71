import type { SendResult } from "../send-result.js";
import { withoutAddresses } from "../smtp/errors.js";

/** Why a drain stopped early. */
export interface Stop {
  /**
   * `rate`: the configured limit is used up; `limit`: a limit of the server is used up; `route`: the server is down or
   * throttles; `account`: the server rejects the login or the sender; `size`: the server accepts no letter of this size;
   * `interrupted`: the process was asked to stop; the others are circuit breakers.
   */
  readonly kind: "interrupted" | "route" | "account" | "rate" | "limit" | "size" | "policy" | "refusals" | "uncertain";
  readonly message: string;
  readonly hint: string;
  /** Whether the operator must act before sending continues. */
  readonly needsOperator: boolean;
}

export const INTERRUPTED: Stop = {
  kind: "interrupted",
  message: "asked to stop; messages in progress were finished, the rest were not tried",
  hint: "Run again to continue.",
  needsOperator: false,
};

/** Returns the stop for a configured rate limit that allows the next message in `ms`. */
export function rateStop(ms: number): Stop {
  return {
    kind: "rate",
    message: `the configured rate limit is used up; the next message may be sent in ${Math.ceil(ms / 60_000)} min`,
    hint: "Run again then, or use --wait to stay until everything is sent.",
    needsOperator: false,
  };
}

/** The stops for problems that every other message would have too. */
const PROBLEMS = {
  limit: { says: "the sending limit of ROUTE is reached", needsOperator: false },
  account: { says: "cannot send mail through ROUTE", needsOperator: true },
  size: { says: "the letter is too large for ROUTE", needsOperator: true },
} as const;

/** Returns the stop for a result that every other message would have too; null for other results. */
export function stopFor(route: string, { problem, detail, hint }: SendResult): Stop | null {
  if (problem === null || problem === "connection" || problem === "throttled") return null;
  const { says, needsOperator } = PROBLEMS[problem];
  const message = `${says.replace("ROUTE", route)}: ${withoutAddresses(detail)}`;
  return { kind: problem, message, hint: hint ?? "Run again later.", needsOperator };
}

/** Returns the stop for a server that is down or throttles. `route` is its name, the second argument the last result. */
export function routeStop(route: string, { detail, hint }: SendResult): Stop {
  return {
    kind: "route",
    message: `cannot send mail through ${route}: ${withoutAddresses(detail)}`,
    hint: hint ?? "Run again later, or use --wait to stay until the server is back.",
    needsOperator: false,
  };
}
