import type { LikedText, View } from "../../core/model.js";
import type { Outcome } from "../../core/outcome.js";
import { counted, table } from "../../core/text.js";
import type { EditionName } from "../../editions/edition-name.js";
import { followsOther, frequencyOf } from "../../editions/followers.js";
import { hadSince } from "../../editions/prepare.js";
import { rank } from "../../rank/digest.js";
import { domainOf } from "../../send/message/address.js";
import { holdSentence, isPaused, readHolds } from "../../send/worker/holds.js";
import type { Channel, DeliveryRow, LedgerState, SavedEdition, Store, Subscriber } from "../../store/store.js";
import { findEditions } from "./edition.js";

/** The facts about one subscriber and one edition. */
export interface WhyFacts {
  readonly subscriber: Subscriber | null;
  /** The liked texts of the subscriber's view. */
  readonly liked: readonly LikedText[];
  readonly isSuppressed: boolean;
  readonly delivery: DeliveryRow | null;
  readonly saved: SavedEdition;
  /** The ids of the edition's papers that are in other letters to the subscriber. */
  readonly had: readonly string[];
  /** The reason why no letters are sent to the subscriber now; null if they are. */
  readonly delayed: string | null;
}

interface Rule {
  /** The name in JSON output. */
  readonly rule: string;
  readonly holds: (facts: WhyFacts) => boolean;
  /** Returns the rest of the sentence that begins with the address. */
  readonly sentence: (facts: WhyFacts) => string;
}

const DELIVERED: Readonly<Record<Exclude<LedgerState, "deferred" | "pending">, string>> = {
  sent: "got it: the mail server accepted the message",
  refused: "did not get it: the mail server refused the message",
  uncertain: "may have got it: the connection was lost after the message was sent; it is not sent again automatically",
  suppressed: "did not get it: the subscriber had left or is on the suppression list",
  expired: "did not get it: it could not be delivered before its deadline",
  claimed: "is getting it now: the message is being sent",
};

function deliverySentence(delivery: DeliveryRow, delayed: string | null): string {
  const { state, detail } = delivery;
  if (state !== "deferred" && state !== "pending") return DELIVERED[state];
  const [, why] = DEFERRED.find(([words]) => words.test(detail ?? "")) ?? [];
  return `has not got it yet: ${delayed ?? (state === "deferred" ? why : "the next run sends it")}`;
}

/** Explains the last reply of the mail server about a deferred letter. The facts below the sentence quote the reply. */
const DEFERRED: readonly (readonly [words: RegExp, means: string])[] = [
  [/^4\d\d/, "the mail server refused the message temporarily; it will be retried"],
  [/^5\d\d/, "the mail server refused the message for a reason other than the mailbox; it will be retried"],
  [/^/, "the connection broke during each attempt; it will be retried"],
];

const wasPaused = ({ subscriber, saved }: WhyFacts): boolean =>
  wasExcluded(saved, "paused") &&
  subscriber?.state === "paused" &&
  (subscriber.pausedUntil === null || subscriber.pausedUntil > saved.preparedAt);

/** Whether any reader was excluded for this reason. The reasons of individual readers are not stored. */
function wasExcluded({ excluded }: SavedEdition, reason: string): boolean {
  return (excluded[reason] ?? 0) > 0;
}

/** Whether no paper of the edition, except `without`, matches the current view of the subscriber. */
function matchesNone({ saved: { edition }, subscriber, liked }: WhyFacts, without: readonly string[]): boolean {
  if (subscriber === null) return false;
  const papers = edition.papers.filter(({ id }) => !without.includes(id));
  return rank({ ...edition, papers }, subscriber.view, { liked, among: edition.papers }).kept.length === 0;
}

/** The reasons for a letter or its absence. The first that holds is returned. */
const RULES: readonly Rule[] = [
  {
    rule: "delivery",
    holds: ({ delivery }) => delivery !== null,
    sentence: ({ delivery, delayed }) => (delivery === null ? "" : deliverySentence(delivery, delayed)),
  },
  {
    rule: "suppressed",
    holds: ({ isSuppressed }) => isSuppressed,
    sentence: () => "did not get it: erased or on the suppression list; only a keyed hash of the address is kept",
  },
  {
    rule: "unknown",
    holds: ({ subscriber }) => subscriber === null,
    sentence: () => "did not get it: not a subscriber",
  },
  {
    rule: "not-active",
    holds: ({ subscriber }) => ["pending", "gone", "bounced"].includes(subscriber?.state ?? ""),
    sentence: ({ subscriber }) => `did not get it: the subscriber's state is ${subscriber?.state ?? ""}`,
  },
  {
    rule: "named-only",
    holds: ({ subscriber }) => subscriber?.origin === "named",
    sentence: () => "did not get it: included only in runs that name the address (`--to`, or `to:` in paperboy.yaml)",
  },
  {
    rule: "other-source",
    holds: ({ subscriber, saved }) => subscriber !== null && followsOther(subscriber.view, saved.edition) !== null,
    sentence: ({ subscriber, saved: { edition } }) =>
      `did not get it: follows ${followsOther(subscriber?.view ?? {}, edition) ?? ""}, but this edition is ${edition.source}`,
  },
  {
    rule: "frequency",
    holds: ({ subscriber, saved }) => subscriber?.frequency !== frequencyOf(saved.edition),
    sentence: ({ subscriber, saved }) =>
      `did not get it: subscribed to ${subscriber?.frequency ?? ""} letters, but this edition is ${frequencyOf(saved.edition)}`,
  },
  {
    rule: "not-for-list",
    holds: ({ saved }) => !saved.forList,
    sentence: ({ saved }) =>
      `has not got it: it was prepared only for people named with \`--to\`; \`paperboy run ${saved.edition.source}\` sends it`,
  },
  {
    rule: "joined-later",
    holds: ({ subscriber, saved }) => subscriber !== null && subscriber.joinedAt > saved.preparedAt,
    sentence: () => "did not get it: joined after it was prepared",
  },
  {
    rule: "paused",
    holds: wasPaused,
    sentence: ({ subscriber }) =>
      `did not get it: paused ${subscriber?.pausedUntil ? `until ${subscriber.pausedUntil.toISOString().slice(0, 10)}` : "without an end date"}`,
  },
  {
    rule: "no-match",
    holds: (facts) => wasExcluded(facts.saved, "no-match") && matchesNone(facts, []),
    sentence: ({ saved }) =>
      `did not get it: none of its ${saved.edition.papers.length} papers matches the view; \`paperboy explain\` shows why`,
  },
  {
    rule: "had",
    holds: (facts) => facts.had.length > 0 && matchesNone(facts, facts.had),
    sentence: () => "did not get it: every matching paper is in another letter that the subscriber got",
  },
  {
    rule: "not-recorded",
    holds: () => true,
    sentence: () =>
      "did not get it; the cause is not recorded: the state, frequency or view may have been different when it was prepared",
  },
];

interface WhyQuery {
  /** A valid address. */
  readonly address: string;
  readonly name: EditionName;
  readonly now: Date;
  readonly likedBy: (view: View) => Promise<readonly LikedText[]>;
}

/**
 * Explains why a subscriber did or did not get the letter of an edition.
 * @throws PaperboyError `usage` for an unknown edition.
 */
export async function explainDelivery(store: WhyStore, query: WhyQuery): Promise<Outcome> {
  const { address } = query;
  const facts = await gatherFacts(store, query);
  const found = RULES.find(({ holds }) => holds(facts));
  const sentence = found?.sentence(facts) ?? "";
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

async function gatherFacts(store: WhyStore, { address, name, now, likedBy }: WhyQuery): Promise<WhyFacts> {
  const [saved] = await findEditions(store, name);
  const subscriber = await store.subscribers.find(address);
  const isSuppressed = await store.subscribers.isSuppressed(address);
  const query = { editionId: saved.edition.id, subscriberId: subscriber?.id ?? 0, after: 0, limit: 10 };
  const rows = subscriber === null ? [] : await store.ledger.list(query);
  const delivery = rows.find(({ channel }) => channel === saved.channel) ?? rows[0] ?? null;
  const had = delivery === null ? await papersHad(store, { address, saved }) : [];
  const delayed = await delayOf(store, { address, channel: saved.channel, now });
  const liked = subscriber === null || delivery !== null ? [] : await likedBy(subscriber.view);
  return { subscriber, liked, isSuppressed, delivery, saved, had, delayed };
}

/** Returns the reason why no letters are sent to an address now, a pause or a hold; null if they are. */
async function delayOf(
  { runs }: Pick<Store, "runs">,
  { address, channel, now }: { readonly address: string; readonly channel: Channel; readonly now: Date },
): Promise<string | null> {
  if (await isPaused({ runs })) return "sending is paused (`paperboy resume`)";
  const holds = await readHolds(runs, channel, now);
  const hold = holds.find(({ domain }) => domain === null || domain === domainOf(address));
  return hold === undefined ? null : holdSentence(hold);
}

/** Returns the ids of papers that are omitted for the subscriber because of earlier letters. */
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
