import type { Edition, Letter, View } from "../../../src/core/model.js";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import type {
  AudienceGroup,
  AudienceQuery,
  Claim,
  ClaimQuery,
  NewSubscriber,
  Plan,
  PrepareResult,
  Store,
} from "../../../src/store/store.js";
import { paperOf } from "../../support/papers-model.js";

/** A store to test. `reopen` opens the same data a second time, as another process would. */
export interface Opened {
  readonly store: Store;
  reopen(): Promise<Store>;
  readonly destroy: () => Promise<void>;
}

export const NOW = new Date("2026-03-10T08:00:00Z");
const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const LEASE_MS = 10 * MINUTE;

export function later(ms: number, from: Date = NOW): Date {
  return new Date(Number(from) + ms);
}

export const VIEW: View = { ...DEFAULT_VIEW, abstracts: "full", fullUpTo: 12, leading: 5, pictures: true };

export function reader(address: string, parts: Partial<NewSubscriber> = {}): NewSubscriber {
  return { address, state: "active", frequency: "daily", view: VIEW, origin: "operator", ...parts };
}

/** An edition whose papers have only ids. */
export function edition(id: string, papers: readonly string[] = ["2603.00001"]): Edition {
  const date = /\d{4}-\d{2}-\d{2}/.exec(id)?.[0] ?? null;
  const shell = { id, source: id, kind: "day", date, url: null, format: "data", early: false } as const;
  return { ...shell, papers: papers.map((id) => paperOf(id)) };
}

export const DAY = edition("day:2026-03-09");

export function queryOf(of: Edition, parts: Partial<AudienceQuery> = {}): AudienceQuery {
  const hadSince = later(-30 * 24 * HOUR);
  return { frequency: "daily", named: [], edition: of, channel: "smtp", now: NOW, hadSince, days: [], ...parts };
}

function letter(editionId: string, key = "all"): Letter {
  return {
    editionId,
    subject: `${editionId} for ${key}`,
    preheader: "",
    html: "<p>Hello</p>",
    text: "Hello",
    language: "en",
  };
}

interface PrepareOptions {
  readonly query?: Partial<AudienceQuery>;
  readonly plan?: Partial<Plan>;
  /** Returns why a group gets no letter. */
  readonly without?: (group: AudienceGroup) => string | undefined;
}

/** A plan in which each group gets a letter with the papers that it has not had. */
export async function planOf(
  store: Store,
  of: Edition,
  { query: parts, plan, without }: PrepareOptions = {},
): Promise<Plan> {
  const query = queryOf(of, parts);
  const { id: snapshot, groups } = await store.editions.snapshot(query);
  const letters = groups.map((group) => {
    const excluded = without?.(group);
    if (excluded !== undefined) return { key: group.key, letter: null, excluded, papers: [] };
    const papers = of.papers.map(({ id }) => id).filter((id) => !group.had.includes(id));
    return { key: group.key, letter: letter(of.id, group.key), papers };
  });
  const { channel, now } = query;
  return { edition: of, channel, query, snapshot, letters, now, sendBefore: later(44 * HOUR, now), days: [], ...plan };
}

export async function prepare(store: Store, of: Edition = DAY, parts: PrepareOptions = {}): Promise<PrepareResult> {
  return store.editions.prepare(await planOf(store, of, parts));
}

/** Adds readers and prepares the edition for them. */
export async function prepared(store: Store, readers = 3): Promise<void> {
  const batch = Array.from({ length: readers }, (_, index) => reader(`reader${index}@example.org`));
  await store.subscribers.add(batch, { now: NOW });
  await prepare(store);
}

export function claim(store: Store, parts: Partial<ClaimQuery> = {}): Promise<readonly Claim[]> {
  const query = { channel: "smtp", editionIds: [], limit: 10, now: NOW, leaseMs: LEASE_MS } as const;
  return store.ledger.claim({ ...query, ...parts });
}

/** Claims, passes the gate and settles everything that can be claimed now. */
export async function sendAll(store: Store, now: Date = NOW): Promise<void> {
  const claims = await claim(store, { limit: 1000, now });
  await store.ledger.gate(claims, now);
  await store.ledger.settle(
    claims.map((one) => ({ claim: one, state: "sent", detail: "250 ok" })),
    now,
  );
}

export const NONE = {
  prepared: 0,
  sent: 0,
  deferred: 0,
  refused: 0,
  uncertain: 0,
  suppressed: 0,
  expired: 0,
  pending: 0,
};
