import { PaperboyError, REASONS } from "../core/errors.js";
import type { ReasonCode } from "../core/errors.js";
import { DELIVERY_STATES } from "../core/model.js";
import type { Edition } from "../core/model.js";
import { prepareEdition } from "./prepare.js";
import type { Order, PrepareParts } from "./prepare.js";
import type { Channel, LedgerCounts, SavedEdition, Store } from "../store/store.js";

/** An edition that a round should send, if it is due and has not gone out. */
export interface Errand {
  /** For messages: `2026-10-02`, `week 2026-W40`. */
  readonly name: string;
  /** The edition's id where it is known before anything is fetched; then a page that went out is not fetched again. */
  readonly knownId: string | null;
  /** Whether people are named, who may come late to an edition that went out. */
  readonly isNamed: boolean;
  /**
   * Fetches and reads, unless the edition is frozen already; null when there is nobody to send it to. Throws the reason why
   * it cannot go out.
   */
  readonly order: (frozen: Edition | null) => Promise<Order | null>;
}

/** How one errand ended. */
export interface ErrandEnd {
  readonly name: string;
  readonly editionId: string | null;
  readonly reason: ReasonCode;
  readonly message: string;
  readonly hint: string | null;
}

/** An edition in results, with counts that add up. */
export interface EditionResult {
  readonly id: string;
  readonly source: string;
  readonly date: string | null;
  readonly papers: number;
  readonly counts: LedgerCounts;
}

export interface RoundResult {
  readonly reason: ReasonCode;
  readonly ends: readonly ErrandEnd[];
  readonly editions: readonly EditionResult[];
  /** Why readers got no delivery, by edition: `{"no-match": 3}`. */
  readonly excluded: ReadonlyMap<string, SavedEdition["excluded"]>;
}

export interface RoundParts {
  readonly store: Store;
  readonly channel: Channel;
  readonly prepare: PrepareParts;
  readonly clock: () => Date;
  /** Sends what is due of these editions; answers with what stopped it, or null. */
  readonly drain: (editions: readonly SavedEdition[]) => Promise<PaperboyError | null>;
}

/** Which reason of several a run ends with: the one that needs a person most (docs/architecture.md, "Reasons"). */
const WORST_FIRST: readonly ReasonCode[] = [
  "internal",
  "store-failed",
  "io-failed",
  "config-invalid",
  "layout-changed",
  "send-incomplete",
  "fetch-failed",
  "not-ready",
  "usage",
  "sent",
  "already-sent",
  "no-papers",
  "nothing-due",
  "already-running",
];

/**
 * One round: settle what an earlier run left, prepare what is due, deliver it, count. An errand that fails stops no other.
 * The run lock must be held.
 */
export async function makeRound(errands: readonly Errand[], parts: RoundParts): Promise<RoundResult> {
  const { store, channel } = parts;
  await store.ledger.recover(parts.clock());
  const ends = late(await store.ledger.expire(parts.clock()));
  for (const errand of errands) ends.push(await runErrand(errand, parts));
  const open = await store.editions.open(channel);
  const stopped = open.length > 0 ? await parts.drain(open) : null;
  const named = ends.filter(({ editionId }) => editionId !== null).map(({ editionId }) => editionId ?? "");
  const ids = [...new Set([...named, ...open.map(({ edition }) => edition.id)])];
  const saved = await Promise.all(ids.map((id) => savedEdition(id, parts)));
  const editions = await Promise.all(saved.map((edition) => editionResult(edition, store)));
  const sending = [
    ...ends.map((end) => settled(end, editions)),
    ...open.map(({ edition }) => stateOf(edition.id, editions)),
  ];
  const stop: ReasonCode[] = stopped ? [stopped.code] : [];
  const told = stopped ? [...ends, endOf("sending", stopped)] : ends;
  return {
    reason: worst([...sending, ...stop]),
    ends: told,
    editions,
    excluded: new Map(saved.map(({ edition, excluded }) => [edition.id, excluded])),
  };
}

/** Letters that earlier runs left, and whose time ran out since: told once, by the run that ends them. */
function late(letters: number): ErrandEnd[] {
  if (letters === 0) return [];
  const message = `${letters} ${letters === 1 ? "letter" : "letters"} of earlier editions could not be sent in time`;
  const hint = "`paperboy status EDITION` has the mail server's words; `paperboy status` has the editions.";
  return [{ name: "earlier letters", editionId: null, reason: "send-incomplete", message, hint }];
}

async function runErrand(errand: Errand, parts: RoundParts): Promise<ErrandEnd> {
  const { name, knownId } = errand;
  try {
    const saved = knownId === null ? null : await findEdition(knownId, parts);
    if (saved && !errand.isNamed) return alreadySent(name, saved.edition.id);
    const order = await errand.order(saved?.edition ?? null);
    if (!order) return { name, editionId: null, reason: "nothing-due", message: `nobody is due ${name}`, hint: null };
    const result = await prepareEdition(order, parts.prepare);
    if (result === "already-prepared") return alreadySent(name, order.edition.id);
    return { name, editionId: order.edition.id, reason: "sent", message: `${name} was prepared`, hint: null };
  } catch (error) {
    if (error instanceof PaperboyError) return endOf(name, error);
    throw error;
  }
}

function findEdition(editionId: string, { store, channel }: RoundParts): Promise<SavedEdition | null> {
  return store.editions.find({ editionId, channel });
}

function alreadySent(name: string, editionId: string): ErrandEnd {
  return {
    name,
    editionId,
    reason: "already-sent",
    message: `${name} has gone out before`,
    hint: `See what became of it with: paperboy status ${editionId}`,
  };
}

function endOf(name: string, { code, message, hint }: PaperboyError): ErrandEnd {
  return { name, editionId: null, reason: code, message, hint };
}

async function savedEdition(editionId: string, parts: RoundParts): Promise<SavedEdition> {
  const saved = await findEdition(editionId, parts);
  if (saved) return saved;
  throw new PaperboyError("store-failed", { message: `edition ${editionId} vanished from the ledger` });
}

/**
 * An edition with its counts, as results show it.
 * @throws PaperboyError `store-failed` when the states do not add up to the number prepared.
 */
export async function editionResult(
  { edition, channel, prepared }: SavedEdition,
  store: Store,
): Promise<EditionResult> {
  const { id, source, date, papers } = edition;
  const counts = await store.ledger.counts({ editionId: id, channel });
  const sum = DELIVERY_STATES.reduce((total, state) => total + counts[state], 0);
  if (sum === prepared && counts.prepared === prepared) return { id, source, date, papers: papers.length, counts };
  throw new PaperboyError("store-failed", {
    message: `the deliveries of ${id} do not add up: ${sum} of ${prepared}`,
    hint: "Run `paperboy store check`, and report it.",
  });
}

/** States that still need time or a person. */
const UNSETTLED = ["deferred", "refused", "uncertain", "expired", "pending"] as const;

function stateOf(id: string, editions: readonly EditionResult[]): ReasonCode {
  const counts = editions.find((edition) => edition.id === id)?.counts;
  if (!counts) return "sent";
  if (UNSETTLED.some((state) => counts[state] > 0)) return "send-incomplete";
  return counts.sent > 0 ? "sent" : "nothing-due";
}

/** An edition that this round prepared ends as its deliveries did; everything else as the errand said. */
function settled({ reason, editionId }: ErrandEnd, editions: readonly EditionResult[]): ReasonCode {
  return reason === "sent" && editionId !== null ? stateOf(editionId, editions) : reason;
}

function worst(reasons: readonly ReasonCode[]): ReasonCode {
  return WORST_FIRST.find((reason) => reasons.includes(reason)) ?? "nothing-due";
}

/** Whether a reason needs a person: it is then told to the operator. */
export function needsPerson(reason: ReasonCode): boolean {
  return REASONS[reason].exit !== 0 && reason !== "not-ready";
}
