import type { Outcome } from "../../core/outcome.js";
import { counted, table } from "../../core/text.js";
import { followsOther, frequencyOf } from "../../editions/followers.js";
import { hadSince } from "../../editions/prepare.js";
import { rank } from "../../rank/digest.js";
import { domainOf } from "../../send/message/address.js";
import { holdSentence, readHolds } from "../../send/worker/holds.js";
import type { Channel, DeliveryRow, LedgerState, SavedEdition, Store, Subscriber } from "../../store/store.js";
import { findEditions } from "./edition.js";

/** What the store knows of one subscriber and one edition. */
export interface WhyFacts {
  readonly subscriber: Subscriber | null;
  readonly isSuppressed: boolean;
  readonly delivery: DeliveryRow | null;
  readonly saved: SavedEdition;
  /** The papers of the edition that are in other letters to the subscriber. */
  readonly had: readonly string[];
  /** Why no letter leaves for the subscriber now; null when letters do. */
  readonly waits: string | null;
}

interface Rule {
  /** The name in JSON output. */
  readonly rule: string;
  readonly holds: (facts: WhyFacts) => boolean;
  /** The sentence after the address. */
  readonly says: (facts: WhyFacts) => string;
}

const DELIVERED: Readonly<Record<Exclude<LedgerState, "deferred" | "pending">, string>> = {
  sent: "got it: the mail server accepted the message",
  refused: "did not get it: the mail server refused the message",
  uncertain: "may have got it: the connection was lost after the message was sent; it is not sent again automatically",
  suppressed: "did not get it: the subscriber had left, or is on the suppression list",
  expired: "did not get it: it could not be delivered before its deadline",
  claimed: "is being sent it now",
};

function deliverySentence(delivery: DeliveryRow, waits: string | null): string {
  const { state, detail } = delivery;
  if (state !== "deferred" && state !== "pending") return DELIVERED[state];
  const [, why = "it was tried, and is tried again"] = DEFERRED.find(([words]) => words.test(detail ?? "")) ?? [];
  const cause = waits ?? (state === "deferred" ? why : "the next run sends it");
  return `has not got it yet: ${cause}`;
}

/** What the mail server's last words about a deferred letter mean; the facts below the sentence quote them. */
const DEFERRED: readonly (readonly [words: RegExp, means: string])[] = [
  [/^4\d\d/, "the mail server asked to try again later"],
  [/^5\d\d/, "the mail server refused the message, and not because of the mailbox; it is tried again"],
  [/^/, "the connection broke during each attempt; the letter is tried again"],
];

const wasPaused = ({ subscriber, saved }: WhyFacts): boolean =>
  wasExcluded(saved, "paused") &&
  subscriber?.state === "paused" &&
  (subscriber.pausedUntil === null || subscriber.pausedUntil > saved.preparedAt);

/** Whether any reader was left out for this reason; what held for one reader is not kept. */
function wasExcluded({ excluded }: SavedEdition, reason: string): boolean {
  return (excluded[reason] ?? 0) > 0;
}

/** Whether none of these papers of the edition matches the view that the subscriber has now. */
function matchesNone({ saved, subscriber }: WhyFacts, without: readonly string[]): boolean {
  if (subscriber === null) return false;
  const papers = saved.edition.papers.filter(({ id }) => !without.includes(id));
  return rank({ ...saved.edition, papers }, subscriber.view).kept.length === 0;
}

/** The reasons for a letter or its absence; the first that holds is given. */
const RULES: readonly Rule[] = [
  {
    rule: "delivery",
    holds: ({ delivery }) => delivery !== null,
    says: ({ delivery, waits }) => (delivery === null ? "" : deliverySentence(delivery, waits)),
  },
  {
    rule: "suppressed",
    holds: ({ isSuppressed }) => isSuppressed,
    says: () => "did not get it: erased, or on the suppression list; only a keyed hash of the address is kept",
  },
  {
    rule: "unknown",
    holds: ({ subscriber }) => subscriber === null,
    says: () => "did not get it: not a subscriber",
  },
  {
    rule: "not-active",
    holds: ({ subscriber }) => ["pending", "gone", "bounced"].includes(subscriber?.state ?? ""),
    says: ({ subscriber }) => `did not get it: the subscriber's state is ${subscriber?.state ?? ""}`,
  },
  {
    rule: "named-only",
    holds: ({ subscriber }) => subscriber?.origin === "named",
    says: () => "did not get it: included only in runs that name the address (`--to`, or `to:` in paperboy.yaml)",
  },
  {
    rule: "other-source",
    holds: ({ subscriber, saved }) => subscriber !== null && followsOther(subscriber.view, saved.edition) !== null,
    says: ({ subscriber, saved: { edition } }) =>
      `did not get it: follows ${followsOther(subscriber?.view ?? {}, edition) ?? ""}, and this edition is ${edition.source}`,
  },
  {
    rule: "frequency",
    holds: ({ subscriber, saved }) => subscriber?.frequency !== frequencyOf(saved.edition),
    says: ({ subscriber, saved }) =>
      `did not get it: subscribed to ${subscriber?.frequency ?? ""} letters, and this edition is ${frequencyOf(saved.edition)}`,
  },
  {
    rule: "not-for-list",
    holds: ({ saved }) => !saved.forList,
    says: ({ saved }) =>
      `has not got it: it was prepared only for people named with \`--to\`; \`paperboy run ${saved.edition.source}\` sends it`,
  },
  {
    rule: "joined-later",
    holds: ({ subscriber, saved }) => subscriber !== null && subscriber.joinedAt > saved.preparedAt,
    says: () => "did not get it: joined after it was prepared",
  },
  {
    rule: "paused",
    holds: wasPaused,
    says: ({ subscriber }) =>
      `did not get it: paused ${subscriber?.pausedUntil ? `until ${subscriber.pausedUntil.toISOString().slice(0, 10)}` : "without an end date"}`,
  },
  {
    rule: "no-match",
    holds: (facts) => wasExcluded(facts.saved, "no-match") && matchesNone(facts, []),
    says: ({ saved }) =>
      `did not get it: none of its ${saved.edition.papers.length} papers matches the view; \`paperboy explain\` shows why`,
  },
  {
    rule: "had",
    holds: (facts) => facts.had.length > 0 && matchesNone(facts, facts.had),
    says: () => "did not get it: every matching paper is in another letter that the subscriber got",
  },
  {
    rule: "not-recorded",
    holds: () => true,
    says: () =>
      "did not get it, and the cause is not recorded: the state, frequency or view may have been different when it was prepared",
  },
];

interface WhyQuery {
  /** A valid address. */
  readonly address: string;
  /** The edition's id, or its day, week or month. */
  readonly name: string;
  readonly now: Date;
}

/**
 * Explains why a subscriber got the letter of an edition, or did not.
 * @throws PaperboyError `usage` for an unknown edition.
 */
export async function explainDelivery(store: WhyStore, query: WhyQuery): Promise<Outcome> {
  const { address } = query;
  const facts = await gatherFacts(store, query);
  const found = RULES.find(({ holds }) => holds(facts));
  const sentence = found?.says(facts) ?? "";
  const shown = [...editionFacts(facts.saved), ...subscriberFacts(facts), ...deliveryFacts(facts.delivery)];
  return {
    message: `${address}: ${sentence}`,
    data: `${address} ${sentence}\n\n${table(shown.map(([name, value]) => [`  ${name}`, value]))}\n`,
    result: {
      subscriber: address,
      edition: facts.saved.edition.id,
      why: found?.rule ?? "",
      sentence,
      facts: Object.fromEntries(shown),
    },
  };
}

type WhyStore = Pick<Store, "editions" | "ledger" | "runs" | "subscribers">;

async function gatherFacts(store: WhyStore, { address, name, now }: WhyQuery): Promise<WhyFacts> {
  const [saved] = await findEditions(store, name);
  const editionId = saved.edition.id;
  const subscriber = await store.subscribers.find(address);
  const isSuppressed = await store.subscribers.isSuppressed(address);
  const rows =
    subscriber === null ? [] : await store.ledger.list({ editionId, subscriberId: subscriber.id, after: 0, limit: 10 });
  const delivery = rows.find(({ channel }) => channel === saved.channel) ?? rows[0] ?? null;
  const had = delivery === null ? await papersHad(store, { address, saved }) : [];
  const waits = await whyAllWait(store, { address, channel: saved.channel, now });
  return { subscriber, isSuppressed, delivery, saved, had, waits };
}

/** Returns why no letter leaves for an address now: a pause, or a hold; null when letters do. */
async function whyAllWait(
  { runs }: Pick<Store, "runs">,
  { address, channel, now }: { readonly address: string; readonly channel: Channel; readonly now: Date },
): Promise<string | null> {
  if ((await runs.get("paused")) === true) return "sending is paused (`paperboy resume`)";
  const holds = await readHolds(runs, channel, now);
  const hold = holds.find(({ domain }) => domain === null || domain === domainOf(address));
  return hold === undefined ? null : holdSentence(hold);
}

/** Returns the papers that preparing the edition for the subscriber now would leave out. */
async function papersHad(
  { editions }: Pick<Store, "editions">,
  { address, saved: { edition, channel, preparedAt } }: Pick<WhyFacts, "saved"> & { readonly address: string },
): Promise<readonly string[]> {
  const now = preparedAt;
  const query = {
    frequency: null,
    named: [address],
    edition,
    channel,
    now,
    hadSince: hadSince(edition, now),
    days: [],
  };
  return (await editions.audience(query)).flatMap(({ had }) => had);
}

type Fact = readonly [name: string, value: string];

function editionFacts({ edition, channel, preparedAt, prepared, candidates }: SavedEdition): readonly Fact[] {
  return [
    ["edition", `${edition.id} (${channel}), ${edition.papers.length} papers`],
    ["prepared", `${preparedAt.toISOString()}, for ${prepared} of ${candidates} candidates`],
  ];
}

function subscriberFacts({ subscriber, isSuppressed }: WhyFacts): readonly Fact[] {
  const suppressed: Fact = ["suppressed", isSuppressed ? "yes" : "no"];
  if (subscriber === null) return [["subscriber", "not known"], suppressed];
  const { state, frequency, origin, joinedAt } = subscriber;
  return [["subscriber", `${state}, ${frequency}, origin ${origin}`], ["joined", joinedAt.toISOString()], suppressed];
}

function deliveryFacts(delivery: DeliveryRow | null): readonly Fact[] {
  if (delivery === null) return [["delivery", "none"]];
  const { state, changedAt, attempts, detail } = delivery;
  return [
    ["delivery", `${state} at ${changedAt.toISOString()}, ${counted(attempts, "attempt")}`],
    ["detail", detail ?? "-"],
  ];
}
