import type { Allowance } from "./allowance.js";
import type { Breakers, Stop } from "./circuit-breaker.js";
import type { Desk } from "./desk.js";
import type { DrainLimits, DrainParts, DrainResult } from "./drain-parts.js";
import type { Governor } from "./concurrency-limiter.js";
import type { Connection } from "../transport.js";
import { withoutAddresses } from "../smtp/errors.js";
import type { Verdict } from "../send-result.js";

/** What the passes of one drain share, and what they have come to so far. */
export interface Drain {
  readonly parts: DrainParts;
  readonly limit: DrainLimits;
  readonly desk: Desk;
  readonly governor: Governor;
  readonly allowance: Allowance;
  readonly breakers: Breakers;
  readonly connections: (Connection | undefined)[];
  readonly attempts: Record<keyof DrainResult["attempts"], number>;
}

/** How one pass over what is claimable ended: `error` is the store's or the letter's, thrown when all connections are down. */
export type End =
  | { readonly kind: "empty" }
  | { readonly kind: "stop"; readonly stop: Stop }
  | { readonly kind: "down"; readonly verdict: Verdict }
  | { readonly kind: "rate"; readonly ms: number }
  | { readonly kind: "error"; readonly error: unknown };

export const INTERRUPTED: Stop = {
  kind: "interrupted",
  message: "asked to stop; what was on the wire was finished, the rest is untouched",
  hint: "Run again to go on.",
  needsOperator: false,
};

/** No more may go out for so many ms, and nobody waits. */
export function rateStop(ms: number): Stop {
  return {
    kind: "rate",
    message: `the configured rate limit is used up; more may go out in ${Math.ceil(ms / 60_000)} min`,
    hint: "Run again then, or use --wait to stay until all is sent.",
    needsOperator: false,
  };
}

/** No message gets through, by the verdict on the last one. */
export function routeStop({ parts }: Drain, { detail, hint, trouble }: Verdict): Stop {
  return {
    kind: trouble === "everyone" ? "everyone" : "route",
    message: `cannot mail through ${parts.transport.name}: ${withoutAddresses(detail)}`,
    hint: hint ?? "Run again later, or use --wait to stay until the server is back.",
    needsOperator: trouble === "everyone",
  };
}
