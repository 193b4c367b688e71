import { createHmac } from "node:crypto";
import { addressKey } from "../core/address.js";
import { distinctInterests, MOST_INTERESTS, withoutPaper } from "../core/interests.js";
import { withInterests } from "../core/model.js";
import type { View } from "../core/model.js";
import { signToken } from "../core/tokens.js";
import type {
  Bucket,
  InboxEffect,
  InboxSettlement,
  Store,
  Subscriber,
  SubscriberChange,
  TransactionalMail,
} from "../store/store.js";
import type { Classification } from "./classify.js";
import { purposeOf } from "./commands.js";
import { confirmationRequest, doneNotice, membershipNotice } from "./replies.js";
import type { MailingList } from "./replies.js";
import type { InboxIdentity } from "./tokens.js";

/** The parts that `handle` uses. */
export interface InboxContext {
  readonly store: Pick<Store, "subscribers" | "signups">;
  readonly identity: InboxIdentity;
  readonly list: MailingList;
  /** The key of the hashes of addresses, which name the rate limits. */
  readonly secret: Buffer;
  /** The view of a subscriber who joins by mail. */
  readonly view: View;
}

/** The outcome of a mail and the effects that the store must apply. */
export type Handling = Pick<InboxSettlement, "outcome" | "effects">;

/** Replies to one address per day, and to all addresses per hour. Both are low because senders are easily forged. */
const REPLIES_PER_ADDRESS = 3;
const REPLIES_PER_HOUR = 100;
/** Notices to one address per day. They have their own limit, so that forged commands cannot exhaust it. */
const NOTICES_PER_ADDRESS = 10;
const HOUR_MS = 3_600_000;

type OfKind<K extends Classification["kind"]> = Extract<Classification, { kind: K }>;

type Handlers = {
  readonly [K in Classification["kind"]]: (found: OfKind<K>, context: InboxContext) => Promise<Handling>;
};

const HANDLERS: Handlers = {
  ignored: ({ why }) => Promise.resolve(ignored(why)),
  bounce: async ({ subscriberId, damage, status }, { store }) =>
    (await store.subscribers.byId(subscriberId)) === null
      ? ignored("unknown subscriber")
      : { outcome: `${damage} bounce`, effects: [{ type: "bounce", subscriberId, damage, status }] },
  report: ({ about }) => Promise.resolve({ outcome: `report: ${about}`, effects: [] }),
  complaint: handleLeave,
  leave: handleLeave,
  change: handleChange,
  confirm: handleConfirm,
  ask: handleAsk,
};

/** Returns the outcome and the effects of a classified mail. Reads the store and does not write to it. */
export function handle(found: Classification, context: InboxContext): Promise<Handling> {
  return (HANDLERS[found.kind] as (found: Classification, context: InboxContext) => Promise<Handling>)(found, context);
}

function ignored(why: string): Handling {
  return { outcome: `ignored: ${why}`, effects: [] };
}

/**
 * Ends a subscription. The token never expires and can be used again. A subscriber whose mailbox bounced stays `bounced`. A
 * complaint has the same effect as the unsubscribe link and no more: anyone to whom a letter was forwarded can forge it.
 */
async function handleLeave(
  { kind, subscriberId }: OfKind<"leave" | "complaint">,
  { store }: InboxContext,
): Promise<Handling> {
  const subscriber = await store.subscribers.byId(subscriberId);
  if (subscriber === null) return ignored("unknown subscriber");
  const effects = subscriber.state === "bounced" ? [] : [changeTo(subscriberId, { state: "gone" })];
  if (kind === "leave") return { outcome: "left", effects };
  return { outcome: "complaint", effects: isSubscribed(subscriber) ? [...effects, { type: "complaint" }] : effects };
}

/** The change that each command makes to a subscriber's view and state. */
const CHANGES: Readonly<Record<OfKind<"change">["command"], (view: View, paper: string) => SubscriberChange>> = {
  pause: () => ({ state: "paused", pausedUntil: null }),
  daily: () => ({ state: "active", frequency: "daily" }),
  weekly: () => ({ state: "active", frequency: "weekly" }),
  monthly: () => ({ state: "active", frequency: "monthly" }),
  like: (view, paper) => ({ view: withInterests(view, distinctInterests([...(view.interests ?? []), paper])) }),
  unlike: (view, paper) => ({ view: withInterests(view, withoutPaper(view.interests ?? [], paper)) }),
};

async function handleChange(
  { subscriberId, command, paper = "" }: OfKind<"change">,
  context: InboxContext,
): Promise<Handling> {
  const subscriber = await context.store.subscribers.byId(subscriberId);
  // A subscriber who left must confirm again; the token of an old letter does not suffice.
  if (subscriber === null || !isSubscribed(subscriber)) return ignored("no longer subscribed");
  const notice = doneNotice(context.list, recipientOf(subscriber, context), { command, paper });
  const change = CHANGES[command](subscriber.view, paper);
  if ((change.view?.interests?.length ?? 0) > MOST_INTERESTS) return ignored("too many liked papers");
  return { outcome: "changed", effects: [changeTo(subscriberId, change), sendNotice(notice, context)] };
}

async function handleConfirm({ signupId }: OfKind<"confirm">, context: InboxContext): Promise<Handling> {
  const { now } = context.identity;
  const signup = await context.store.signups.find(signupId, now);
  if (signup === null) return ignored("nothing to confirm");
  const to = { to: signup.address, language: signup.view.language, now };
  const notice = doneNotice(context.list, to, { command: "subscribe" });
  return { outcome: "joined", effects: [{ type: "confirm", signupId }, sendNotice(notice, context)] };
}

/** Asks the address to confirm the command, since senders are easily forged. */
async function handleAsk({ command, paper, from }: OfKind<"ask">, context: InboxContext): Promise<Handling> {
  if (command === "subscribe") return { outcome: "asked to join", effects: [signUp(from, context)] };
  const subscriber = await context.store.subscribers.find(from);
  const { identity, list } = context;
  if (subscriber === null || !isSubscribed(subscriber)) {
    const to = { to: from, language: list.language, now: identity.now };
    return { outcome: "asked, unknown", effects: [sendReply(membershipNotice(list, to, "unknown"), context)] };
  }
  const token = signToken({ purpose: purposeOf(command), subscriberId: subscriber.id }, identity.keys);
  const mail = confirmationRequest(list, recipientOf(subscriber, context), { command, paper, token });
  return { outcome: "asked to change", effects: [sendReply(mail, context)] };
}

function signUp(address: string, context: InboxContext): InboxEffect {
  const { identity, list, view } = context;
  const to = { to: address, language: list.language, now: identity.now };
  return {
    type: "signup",
    request: { address, frequency: "daily", view, origin: "mail" },
    limits: replyLimits(address, context),
    reply: (begun) => {
      if (begun.result === "member") return membershipNotice(list, to, "member");
      if (begun.result !== "begun") return null;
      const { keys, now } = identity;
      const token = signToken({ purpose: "confirm", subscriberId: begun.signupId, issuedAt: now }, keys);
      return confirmationRequest(list, to, { command: "subscribe", token });
    },
  };
}

function isSubscribed({ state }: Subscriber): boolean {
  return state === "active" || state === "paused";
}

function recipientOf({ address, view }: Subscriber, { identity }: InboxContext) {
  return { to: address, language: view.language, now: identity.now };
}

function changeTo(subscriberId: number, change: SubscriberChange): InboxEffect {
  return { type: "change", subscriberId, change };
}

function sendReply(mail: TransactionalMail, context: InboxContext): InboxEffect {
  return { type: "reply", mail, limits: replyLimits(mail.to, context) };
}

function sendNotice(mail: TransactionalMail, context: InboxContext): InboxEffect {
  const name = `inbox:note:${hashOf(mail.to, context)}`;
  return { type: "reply", mail, limits: [{ name, capacity: NOTICES_PER_ADDRESS, refillMs: 24 * HOUR_MS }] };
}

function hashOf(address: string, { secret }: InboxContext): string {
  return createHmac("sha256", secret)
    .update(`inbox ${addressKey(address)}`)
    .digest("base64url");
}

function replyLimits(address: string, context: InboxContext): readonly Bucket[] {
  return [
    { name: `inbox:reply:${hashOf(address, context)}`, capacity: REPLIES_PER_ADDRESS, refillMs: 24 * HOUR_MS },
    { name: "inbox:replies", capacity: REPLIES_PER_HOUR, refillMs: HOUR_MS },
  ];
}
