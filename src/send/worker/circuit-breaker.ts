import type { SendResult } from "../send-result.js";
import { withoutAddresses } from "../smtp/errors.js";

/** Why a drain stopped before everything was tried. */
export interface Stop {
  /**
   * `rate`: the configured limit is used up; `route`: the server is down or throttles; `account`: it rejects the login or the
   * sender; `interrupted`: the process was asked to stop; the others are circuit breakers.
   */
  readonly kind: "interrupted" | "route" | "account" | "rate" | "policy" | "refusals" | "uncertain";
  readonly message: string;
  readonly hint: string;
  /** Whether the operator must act before sending continues. */
  readonly needsOperator: boolean;
}

/** The results so far for messages that the server was offered. */
interface History {
  readonly tried: number;
  readonly refused: number;
  /** The last 20, newest last. */
  readonly recent: readonly SendResult[];
}

interface Rule {
  readonly kind: Stop["kind"];
  readonly trips: (history: History) => boolean;
  readonly message: (history: History) => string;
  readonly hint: string;
}

const WINDOW = 20;

/** When repeated failures stop a drain; docs/deliverability.md has the same figures. */
const RULES: readonly Rule[] = [
  {
    kind: "policy",
    trips: ({ tried, recent }) => tried <= WINDOW && mostCommonRefusal(recent, /^5\d\d 5\.7\./) >= 5,
    message: ({ recent }) => `the server refuses our mail by policy: ${lastRefusal(recent)}`,
    hint: "No subscriber was removed. Check SPF, DKIM and DMARC of the sender's domain (`paperboy doctor`), then run again.",
  },
  {
    kind: "policy",
    trips: ({ recent }) => mostCommonRefusal(recent, /^5/) >= 15,
    message: ({ recent }) => `the server now refuses every message: ${lastRefusal(recent)}`,
    hint: "Read the server's reply, fix the cause, then run again; `paperboy resend --refused` retries the refused letters.",
  },
  {
    kind: "refusals",
    trips: ({ tried, refused }) => refused > 50 && refused > tried * 0.05,
    message: ({ tried, refused }) => `${refused} of ${tried} messages were refused, more than 5%`,
    hint: "Providers judge a sender by this rate. List them with `paperboy status --refused`, clean the list, then run again.",
  },
  {
    kind: "uncertain",
    trips: ({ recent }) => recent.filter(({ state }) => state === "uncertain").length >= 10,
    message: () => "the server did not confirm many messages, so they may or may not have arrived",
    hint: "Check the server's log, then settle them with `paperboy uncertain list` and `paperboy uncertain resolve`.",
  },
];

/** Returns how often the most frequent refusal occurs among results whose code matches. */
function mostCommonRefusal(recent: readonly SendResult[], code: RegExp): number {
  const counts = new Map<string, number>();
  for (const result of recent) {
    if (result.state === "refused" && result.code !== null && code.test(result.code)) {
      counts.set(result.code, (counts.get(result.code) ?? 0) + 1);
    }
  }
  return Math.max(0, ...counts.values());
}

function lastRefusal(recent: readonly SendResult[]): string {
  return withoutAddresses(recent.findLast(({ state }) => state === "refused")?.detail ?? "");
}

/** Watches the results of a drain. */
export interface CircuitBreaker {
  /** Records a result. Returns why to stop, or null. */
  record(result: SendResult): Stop | null;
}

export function openCircuitBreaker(): CircuitBreaker {
  const recent: SendResult[] = [];
  let tried = 0;
  let refused = 0;
  return {
    record: (result) => {
      tried += 1;
      refused += result.state === "refused" ? 1 : 0;
      recent.push(result);
      if (recent.length > WINDOW) recent.shift();
      // An accepted message cannot trip a rule.
      if (result.state === "sent") return null;
      const history: History = { tried, refused, recent };
      const tripped = RULES.find((rule) => rule.trips(history));
      return tripped === undefined
        ? null
        : { kind: tripped.kind, message: tripped.message(history), hint: tripped.hint, needsOperator: true };
    },
  };
}

export const INTERRUPTED: Stop = {
  kind: "interrupted",
  message: "asked to stop; messages in progress were finished, the rest were not tried",
  hint: "Run again to continue.",
  needsOperator: false,
};

/** Returns the stop for a used-up rate limit that leaves room again in `ms`. */
export function rateStop(ms: number): Stop {
  return {
    kind: "rate",
    message: `the configured rate limit is used up; the next message may be sent in ${Math.ceil(ms / 60_000)} min`,
    hint: "Run again then, or use --wait to stay until everything is sent.",
    needsOperator: false,
  };
}

/** Returns the stop for a server that no message gets through to; `route` names it, `result` is the last result. */
export function routeStop(route: string, { detail, hint, problem }: SendResult): Stop {
  return {
    kind: problem === "account" ? "account" : "route",
    message: `cannot send mail through ${route}: ${withoutAddresses(detail)}`,
    hint: hint ?? "Run again later, or use --wait to stay until the server is back.",
    needsOperator: problem === "account",
  };
}
