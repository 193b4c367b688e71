import { createHmac } from "node:crypto";
import type { View } from "../core/model.js";
import type {
  Bucket,
  InboxEffect,
  InboxSettlement,
  TransactionalMail,
  Store,
  Subscriber,
  SubscriberChange,
} from "../store/store.js";
import { signToken } from "../core/tokens.js";
import { askToConfirm, sayDone, sayStanding } from "./answers.js";
import type { House } from "./answers.js";
import type { Finding } from "./sort.js";
import type { Identity } from "./tokens.js";
import { PROOFS } from "./wishes.js";
import type { Wish } from "./wishes.js";

/** What it takes to decide what follows of a mail. */
export interface Desk {
  readonly store: Pick<Store, "subscribers" | "signups">;
  readonly identity: Identity;
  readonly house: House;
  /** The key of the names of limits: no address stands there in clear. */
  readonly secret: Buffer;
  /** What a reader gets who joins by mail. */
  readonly view: View;
}

/** What was done, and what follows; nothing of it has happened yet. */
export type Decision = Pick<InboxSettlement, "outcome" | "effects">;

/** How many answers one address gets in a day, and all addresses in an hour: a sender's address is easily forged. */
const ANSWERS_PER_ADDRESS = 3;
const ANSWERS_PER_HOUR = 100;
/** A note that a wish was fulfilled goes to whoever had the proof, so that no flood of strangers keeps it back. */
const NOTES_PER_ADDRESS = 10;
const HOUR_MS = 3_600_000;

type Deciders = {
  readonly [K in Finding["kind"]]: (f: Extract<Finding, { kind: K }>, desk: Desk) => Promise<Decision>;
};

const DECIDERS: Deciders = {
  ignored: ({ why }) => Promise.resolve(ignored(why)),
  bounce: async ({ subscriberId, damage, status }, desk) =>
    (await desk.store.subscribers.byId(subscriberId)) === null
      ? ignored("reader unknown")
      : { outcome: `${damage} bounce`, effects: [{ type: "bounce", subscriberId, damage, status }] },
  complaint: async ({ subscriberId }, desk) =>
    (await desk.store.subscribers.byId(subscriberId)) === null
      ? ignored("reader unknown")
      : { outcome: "complaint", effects: [{ type: "complain", subscriberId }] },
  leave: decideLeave,
  change: decideChange,
  confirm: decideConfirm,
  ask: decideAsk,
};

/** Decides what follows of what a mail was found to be. Writes nothing. */
export function decide(finding: Finding, desk: Desk): Promise<Decision> {
  return (DECIDERS[finding.kind] as (finding: Finding, desk: Desk) => Promise<Decision>)(finding, desk);
}

function ignored(why: string): Decision {
  return { outcome: `ignored: ${why}`, effects: [] };
}

/** Leaving works for ever and any number of times; what bounced stays bounced. */
async function decideLeave({ subscriberId }: { readonly subscriberId: number }, desk: Desk): Promise<Decision> {
  const reader = await desk.store.subscribers.byId(subscriberId);
  if (reader === null) return ignored("reader unknown");
  const effects = reader.state === "bounced" ? [] : [changeTo(subscriberId, { state: "gone" })];
  return { outcome: "left", effects };
}

type Changing = Exclude<Wish, "subscribe" | "stop">;

const CHANGES: Readonly<Record<Changing, SubscriberChange>> = {
  pause: { state: "paused", pausedUntil: null },
  daily: { state: "active", frequency: "daily" },
  weekly: { state: "active", frequency: "weekly" },
  monthly: { state: "active", frequency: "monthly" },
};

async function decideChange({ subscriberId, wish }: { subscriberId: number; wish: Changing }, desk: Desk) {
  const reader = await desk.store.subscribers.byId(subscriberId);
  // Whoever has left comes back by confirming anew, not by an old letter's token.
  if (reader === null || !isReader(reader)) return ignored("no reader any more");
  const note = sayDone(desk.house, toReader(reader, desk), wish);
  return { outcome: "changed", effects: [changeTo(subscriberId, CHANGES[wish]), noted(note, desk)] };
}

async function decideConfirm({ signupId }: { readonly signupId: number }, desk: Desk): Promise<Decision> {
  const { now } = desk.identity;
  const wish = await desk.store.signups.find(signupId, now);
  if (wish === null) return ignored("nothing to confirm");
  const to = { to: wish.address, language: wish.view.language, now };
  const note = sayDone(desk.house, to, "subscribe");
  return { outcome: "joined", effects: [{ type: "confirm", signupId }, noted(note, desk)] };
}

/** A sender's address proves nothing: the answer goes there, and what was asked happens when it comes back. */
async function decideAsk(
  { wish, from }: { readonly wish: Wish; readonly from: string },
  desk: Desk,
): Promise<Decision> {
  if (wish === "subscribe") return { outcome: "asked to join", effects: [begin(from, desk)] };
  const reader = await desk.store.subscribers.find(from);
  const { identity, house } = desk;
  if (reader === null || !isReader(reader)) {
    const to = { to: from, language: house.language, now: identity.now };
    return { outcome: "asked, unknown", effects: [answer(sayStanding(house, to, "unknown"), desk)] };
  }
  const token = signToken({ purpose: PROOFS[wish], subscriberId: reader.id }, identity.keys);
  const mail = askToConfirm(house, toReader(reader, desk), { wish, token });
  return { outcome: "asked to change", effects: [answer(mail, desk)] };
}

function begin(address: string, desk: Desk): InboxEffect {
  const { identity, house, view } = desk;
  const to = { to: address, language: house.language, now: identity.now };
  return {
    type: "signup",
    request: { address, frequency: "daily", view, origin: "mail" },
    limits: limitsOf(address, desk),
    reply: (begun) => {
      if (begun.result === "member") return sayStanding(house, to, "member");
      if (begun.result !== "begun") return null;
      const { keys, now } = identity;
      const token = signToken({ purpose: "confirm", subscriberId: begun.signupId, issuedAt: now }, keys);
      return askToConfirm(house, to, { wish: "subscribe", token });
    },
  };
}

function isReader({ state }: Subscriber): boolean {
  return state === "active" || state === "paused";
}

function toReader({ address, view }: Subscriber, { identity }: Desk) {
  return { to: address, language: view.language, now: identity.now };
}

function changeTo(subscriberId: number, change: SubscriberChange): InboxEffect {
  return { type: "change", subscriberId, change };
}

function answer(mail: TransactionalMail, desk: Desk): InboxEffect {
  return { type: "reply", mail, limits: limitsOf(mail.to, desk) };
}

function noted(mail: TransactionalMail, desk: Desk): InboxEffect {
  const name = `inbox:note:${nameOf(mail.to, desk)}`;
  return { type: "reply", mail, limits: [{ name, capacity: NOTES_PER_ADDRESS, refillMs: 24 * HOUR_MS }] };
}

function nameOf(address: string, { secret }: Desk): string {
  return createHmac("sha256", secret).update(`inbox ${address.toLowerCase()}`).digest("base64url");
}

function limitsOf(address: string, desk: Desk): readonly Bucket[] {
  return [
    { name: `inbox:answer:${nameOf(address, desk)}`, capacity: ANSWERS_PER_ADDRESS, refillMs: 24 * HOUR_MS },
    { name: "inbox:answers", capacity: ANSWERS_PER_HOUR, refillMs: HOUR_MS },
  ];
}
