import type { SendResult } from "../send-result.js";
import { withoutAddresses } from "../smtp/errors.js";

/** Why a drain stopped before everything was tried. */
export interface Stop {
  /**
   * `rate`: the configured limit is used up; `limit`: a limit of the server is; `route`: the server is down or throttles; `account`:
   * it rejects the login or the sender; `size`: it accepts no letter of this size; `interrupted`: the process was asked to stop; the
   * others are circuit breakers.
   */
  readonly kind: "interrupted" | "route" | "account" | "rate" | "limit" | "size" | "policy" | "refusals" | "uncertain";
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
    trips: ({ tried, recent }) => tried <= WINDOW && mostCommonRefusal(recent, isAboutSender) >= 5,
    message: ({ recent }) => `the server refuses our mail by policy: ${lastRefusal(recent)}`,
    hint: "No subscriber was removed. Check SPF, DKIM and DMARC of the sender's domain (`paperboy doctor`), then run again.",
  },
  {
    kind: "policy",
    trips: ({ recent }) => mostCommonRefusal(recent, () => true) >= 15,
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

function isAboutSender({ code, cause }: SendResult): boolean {
  return cause === "sender" || /^5\d\d 5\.7\./.test(code ?? "");
}

/** Whether the server refused a message for good. It is deferred all the same when the sender is the cause. */
function isRefusal({ state, code }: SendResult): boolean {
  return state === "refused" || (state === "deferred" && /^5(?!03)/.test(code ?? ""));
}

/** Returns how often the most frequent code occurs among the refusals that match. */
function mostCommonRefusal(recent: readonly SendResult[], matches: (result: SendResult) => boolean): number {
  const counts = new Map<string, number>();
  for (const result of recent) {
    const { code } = result;
    const counted = code !== null && code.startsWith("5") && isRefusal(result) && matches(result);
    if (counted) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function lastRefusal(recent: readonly SendResult[]): string {
  return withoutAddresses(recent.findLast(isRefusal)?.detail ?? "");
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

/** What each problem that every other message would have, too, says about the server. */
const PROBLEMS = {
  limit: { says: "the sending limit of ROUTE is reached", needsOperator: false },
  account: { says: "cannot send mail through ROUTE", needsOperator: true },
  size: { says: "the letter is too large for ROUTE", needsOperator: true },
} as const;

/** Returns the stop for a result that every other message would have, too; null for others. */
export function stopFor(route: string, { problem, detail, hint }: SendResult): Stop | null {
  if (problem === null || problem === "connection" || problem === "throttled") return null;
  const { says, needsOperator } = PROBLEMS[problem];
  const message = `${says.replace("ROUTE", route)}: ${withoutAddresses(detail)}`;
  return { kind: problem, message, hint: hint ?? "Run again later.", needsOperator };
}

/** Returns the stop for a server that is down or throttles; `route` names it, the result is the last one. */
export function routeStop(route: string, { detail, hint }: SendResult): Stop {
  return {
    kind: "route",
    message: `cannot send mail through ${route}: ${withoutAddresses(detail)}`,
    hint: hint ?? "Run again later, or use --wait to stay until the server is back.",
    needsOperator: false,
  };
}
