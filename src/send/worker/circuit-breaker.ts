import type { Claim } from "../../store/store.js";
import { domainOf } from "../message/address.js";
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

/** A stop by a circuit breaker. */
export interface Trip {
  readonly stop: Stop;
  /** The recipient domain to which sending stops; null for all mail. */
  readonly domain: string | null;
  /**
   * The refused messages that led to the stop or were in progress, and whose refusal says nothing about the reader. They are
   * sent again later. The list grows until the pass ends.
   */
  readonly burned: readonly Claim[];
}

/** The numbers of messages that were offered to the server and that it refused. */
export interface Totals {
  readonly tried: number;
  readonly refused: number;
}

interface Offered {
  readonly claim: Claim;
  readonly result: SendResult;
}

/** The results of the messages that were offered to the server. */
interface History extends Totals {
  /** The last 20 results, newest last. */
  readonly recent: readonly Offered[];
  /**
   * The refusals by the domain of the last message that say nothing about a mailbox, since that domain last accepted a message.
   */
  readonly streak: readonly Offered[];
}

interface Rule {
  readonly kind: Stop["kind"];
  /** Returns the results that trip the rule; none if it does not trip. */
  readonly found: (history: History) => readonly Offered[];
  readonly message: (history: History, found: readonly Offered[]) => string;
  readonly hint: string;
  /** Whether the rule stops only one recipient domain, if all results that tripped it are from that domain. */
  readonly isByDomain: boolean;
}

const WINDOW = 20;

const SENDER =
  "No subscriber was removed, and the letters wait. Check SPF, DKIM and DMARC with `paperboy doctor --only dns`.";

/** The rules that stop a drain after repeated failures. docs/deliverability.md has the same figures. */
const RULES: readonly Rule[] = [
  {
    kind: "policy",
    found: ({ tried, recent }) => {
      const found = tried <= WINDOW ? mostCommon(recent.filter(({ result }) => isAboutSender(result))) : [];
      const accepted = recent.filter(({ result }) => result.state === "sent").length;
      return found.length >= 5 && domainsOf(found).length > 1 && accepted < found.length ? found : [];
    },
    message: (_, found) => `the server refuses mail from this sender by policy: ${lastDetail(found)}`,
    hint: SENDER,
    isByDomain: false,
  },
  {
    kind: "policy",
    found: ({ streak }) => (streak.length >= 3 ? streak : []),
    message: (_, found) => `${domainsOf(found).join()} refuses mail from this sender: ${lastDetail(found)}`,
    hint: SENDER,
    isByDomain: true,
  },
  {
    kind: "policy",
    found: ({ recent }) => {
      const found = mostCommon(recent);
      return found.length >= 15 ? found : [];
    },
    message: (_, found) => `the server now refuses every message: ${lastDetail(found)}`,
    hint: "Read the server's reply and fix the cause; `paperboy resend --refused` retries the refused letters.",
    isByDomain: true,
  },
  {
    kind: "refusals",
    found: ({ tried, refused, recent }) => (refused > 50 && refused > tried * 0.05 ? recent : []),
    message: ({ tried, refused }) => `${refused} of ${tried} messages were refused, more than 5%`,
    hint: "Providers judge a sender by this rate. `paperboy status EDITION` lists the refused addresses: remove the invalid ones.",
    isByDomain: false,
  },
  {
    kind: "uncertain",
    found: ({ recent }) => {
      const found = recent.filter(({ result }) => result.state === "uncertain");
      return found.length >= 10 ? found : [];
    },
    message: () => "the server did not confirm many messages, so they may or may not have arrived",
    hint: "Check the server's log, then settle them with `paperboy uncertain list` and `paperboy uncertain resolve`.",
    isByDomain: false,
  },
];

function isAboutSender({ code, cause }: SendResult): boolean {
  return cause === "sender" || /^5\d\d 5\.7\./.test(code ?? "");
}

/** Whether the server refused a message permanently. Such a message is nevertheless deferred if the sender is the cause. */
function isRefusal({ state, code }: SendResult): boolean {
  return (state === "refused" && code !== null) || (state === "deferred" && /^5(?!03)/.test(code ?? ""));
}

/** Whether a refusal says nothing about the reader's mailbox. */
function isBurned({ state, bounce, code }: SendResult): boolean {
  return state === "refused" && bounce === null && code !== null;
}

/** Returns the refusals with the most frequent code. */
function mostCommon(offered: readonly Offered[]): readonly Offered[] {
  const refused = offered.filter(({ result }) => isRefusal(result) && result.code?.startsWith("5"));
  const codes = [...new Set(refused.map(({ result }) => result.code))];
  const byCode = codes.map((code) => refused.filter(({ result }) => result.code === code));
  return byCode.toSorted((one, other) => other.length - one.length)[0] ?? [];
}

function domainsOf(offered: readonly Offered[]): readonly string[] {
  return [...new Set(offered.map(({ claim }) => domainOf(claim.address)))];
}

function lastDetail(found: readonly Offered[]): string {
  return withoutAddresses(found.at(-1)?.result.detail ?? "");
}

/** Watches the results of a drain. */
export interface CircuitBreaker {
  /** The current numbers. */
  readonly totals: Totals;
  /** Records a result. Returns the reason to stop, or null. */
  record(claim: Claim, result: SendResult): Trip | null;
}

/** Opens a circuit breaker that continues the counts in `before`. */
export function openCircuitBreaker(before: Totals = { tried: 0, refused: 0 }): CircuitBreaker {
  const recent: Offered[] = [];
  const streaks = new Map<string, Offered[]>();
  const trips: (Trip & { readonly burned: Claim[] })[] = [];
  const totals = { ...before };
  return {
    totals,
    record: (claim, result) => {
      const offered = { claim, result };
      const domain = domainOf(claim.address);
      totals.tried += 1;
      totals.refused += result.state === "refused" ? 1 : 0;
      recent.push(offered);
      if (recent.length > WINDOW) recent.shift();
      // An accepted message cannot trip a rule.
      if (result.state === "sent") {
        streaks.delete(domain);
        return null;
      }
      if (isBurned(result)) {
        trips
          .filter((trip) => trip.domain === null || trip.domain === domain)
          .forEach((trip) => trip.burned.push(claim));
      }
      const streak = streaks.get(domain) ?? [];
      if (isRefusal(result) && result.bounce === null) streaks.set(domain, [...streak, offered].slice(-WINDOW));
      const trip = tripOf({ ...totals, recent, streak: streaks.get(domain) ?? [] });
      if (trip !== null) trips.push(trip);
      return trip;
    },
  };
}

function tripOf(history: History): (Trip & { readonly burned: Claim[] }) | null {
  for (const { kind, found: find, message, hint, isByDomain } of RULES) {
    const found = find(history);
    if (found.length > 0) {
      const [domain = null, ...others] = domainsOf(found);
      return {
        stop: { kind, message: message(history, found), hint, needsOperator: true },
        domain: isByDomain && others.length === 0 ? domain : null,
        burned: found.filter(({ result }) => isBurned(result)).map(({ claim }) => claim),
      };
    }
  }
  return null;
}
