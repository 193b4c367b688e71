import { rank } from "../../rank/digest.js";
import type { DeliveryRow, Frequency, LedgerState, SavedEdition, Subscriber } from "../../store/store.js";

/** What an answer to "why" stands on. */
export interface WhyFacts {
  readonly subscriber: Subscriber | null;
  readonly isSuppressed: boolean;
  readonly delivery: DeliveryRow | null;
  readonly saved: SavedEdition;
  readonly now: Date;
}

interface Rule {
  /** For scripts. */
  readonly rule: string;
  readonly holds: (facts: WhyFacts) => boolean;
  /** Goes on after the address. */
  readonly says: (facts: WhyFacts) => string;
}

const DELIVERED: Readonly<Record<LedgerState, string>> = {
  sent: "got it: the mail server accepted the message",
  deferred: "has not got it yet: the mail server asked to try again later",
  refused: "did not get it: the mail server refused the message",
  uncertain: "may have got it: the line was lost after the message had left; it is not sent again by itself",
  suppressed: "did not get it: the reader had left, or is on the suppression list",
  expired: "did not get it: it could not be delivered before its deadline",
  pending: "has not got it yet: it waits for the next run",
  claimed: "is being sent it right now",
};

const FREQUENCY_OF: Readonly<Record<string, Frequency>> = { week: "weekly", month: "monthly" };

const frequencyOf = ({ saved }: WhyFacts): Frequency => FREQUENCY_OF[saved.edition.kind] ?? "daily";

const isPaused = ({ subscriber, saved }: WhyFacts): boolean =>
  subscriber?.state === "paused" && (subscriber.pausedUntil === null || subscriber.pausedUntil > saved.preparedAt);

/** Why somebody got a letter or did not, the surest cause first. */
const RULES: readonly Rule[] = [
  {
    rule: "delivery",
    holds: ({ delivery }) => delivery !== null,
    says: ({ delivery }) => (delivery === null ? "" : DELIVERED[delivery.state]),
  },
  {
    rule: "suppressed",
    holds: ({ isSuppressed }) => isSuppressed,
    says: () => "did not get it: erased, or on the suppression list; nothing but a keyed hash is kept",
  },
  {
    rule: "unknown",
    holds: ({ subscriber }) => subscriber === null,
    says: () => "did not get it: not a subscriber",
  },
  {
    rule: "not-active",
    holds: ({ subscriber }) => ["pending", "gone", "bounced"].includes(subscriber?.state ?? ""),
    says: ({ subscriber }) => `did not get it: the subscriber is ${subscriber?.state ?? ""}`,
  },
  {
    rule: "joined-later",
    holds: ({ subscriber, saved }) => subscriber !== null && subscriber.joinedAt > saved.preparedAt,
    says: () => "did not get it: joined after it was prepared",
  },
  {
    rule: "paused",
    holds: isPaused,
    says: ({ subscriber }) =>
      `did not get it: paused ${subscriber?.pausedUntil ? `until ${subscriber.pausedUntil.toISOString().slice(0, 10)}` : "until told otherwise"}`,
  },
  {
    rule: "named-only",
    holds: ({ subscriber }) => subscriber?.origin === "named",
    says: () => "did not get it: takes part only in runs that name the address (`--to`, or `to:` in paperboy.yaml)",
  },
  {
    rule: "frequency",
    holds: (facts) => facts.subscriber?.frequency !== frequencyOf(facts),
    says: (facts) =>
      `did not get it: reads ${facts.subscriber?.frequency ?? ""}, and this edition is ${frequencyOf(facts)}`,
  },
  {
    rule: "no-match",
    holds: ({ subscriber, saved }) => subscriber !== null && rank(saved.edition, subscriber.view).kept.length === 0,
    says: ({ saved }) =>
      `did not get it: none of its ${saved.edition.papers.length} papers fits the view; \`paperboy explain\` says why of each`,
  },
  {
    rule: "had",
    holds: () => true,
    says: () =>
      "did not get it: every paper that fits had been in a letter before, or the state or view was another when it was prepared",
  },
];

/** The first rule that holds, and what it says. */
export function explainDelivery(facts: WhyFacts): { readonly rule: string; readonly sentence: string } {
  const found = RULES.find(({ holds }) => holds(facts));
  return { rule: found?.rule ?? "", sentence: found?.says(facts) ?? "" };
}
