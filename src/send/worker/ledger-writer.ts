import { PaperboyError } from "../../core/errors.js";
import { backoffMs } from "../../core/retry.js";
import type { Letter } from "../../core/model.js";
import type { Claim, ClaimQuery, SavedEdition, Settlement } from "../../store/store.js";
import type { Message } from "../message/body.js";
import { type ComposeContext, type MessageTemplate, openTemplate, renderMessage } from "../message/template.js";
import type { SendResult } from "../send-result.js";
import { keyOf, openCommits } from "./group-commit.js";
import type { DrainLimits, DrainParts } from "./types.js";

/** Claims deliveries, renders their messages, and records gates and results in the ledger. */
export interface LedgerWriter {
  /** Claims deliveries, and renews their leases until they are settled. */
  claim(
    limit: number,
    among: Pick<ClaimQuery, "exceptDomains" | "onlyDomain"> & Partial<Pick<ClaimQuery, "editionIds">>,
  ): Promise<readonly Claim[]>;
  message(claim: Claim): Promise<Message>;
  /** Records that the end of the data of a message is about to be sent. Returns whether it may be sent. */
  gate(claim: Claim): Promise<boolean>;
  /** Records the result of an attempt. */
  settle(claim: Claim, result: SendResult): Promise<void>;
  /** Returns a delivery that was claimed and not started; it does not count as an attempt. */
  giveBack(claim: Claim): Promise<void>;
  /** Stops renewing leases. */
  close(): void;
}

export interface LedgerWriterParts extends DrainParts {
  readonly limit: DrainLimits;
  /** Returns the time, which also advances while a drain sleeps under `--now`. */
  readonly now: () => Date;
  /** Returns how many connections may send now. */
  readonly allowed: () => number;
}

export function openLedgerWriter(parts: LedgerWriterParts): LedgerWriter {
  const { ledger, transport, editionIds, limit, now } = parts;
  const held = new Map<number, Claim>();
  // Another process may take over an expired claim and give it up, and this process may claim the delivery again while the old
  // claim still waits at the gate. The gate of one claim must not open for the other.
  const isHeld = ({ id, claimId }: Claim): boolean => held.get(id)?.claimId === claimId;
  const drop = (claim: Claim): void => {
    if (isHeld(claim)) held.delete(claim.id);
  };
  const letters = openLetters(parts);
  const never = new AbortController().signal;
  const commits = openCommits({
    ledger,
    now,
    grouping: { ms: limit.groupMs, most: parts.allowed },
    sleep: (ms) => parts.sleep(ms, never),
  });
  // Leases use real time. After a failed renewal, the gate does not open.
  const renewal = setInterval(() => {
    void ledger.renew([...held.values()].map(keyOf), limit.leaseMs).catch(() => undefined);
  }, limit.leaseMs / 4);
  renewal.unref();

  return {
    claim: async (most, among) => {
      const query = { channel: transport.channel, editionIds, limit: most, now: now(), leaseMs: limit.leaseMs };
      const perDomain = Number.isFinite(limit.perDomain) ? { perDomain: limit.perDomain } : {};
      const claims = await ledger.claim({ ...query, ...perDomain, ...among });
      claims.forEach((claim) => held.set(claim.id, claim));
      return claims;
    },
    message: async (claim) => renderMessage(await letters.template(claim), claim),
    gate: async (claim) => (await commits.gate(claim)) && isHeld(claim),
    settle: async (claim, result) => {
      const { sendBefore } = await letters.edition(claim.editionId);
      await commits.settle(settlementOf(claim, result, { now: now(), sendBefore, random: parts.random }));
      drop(claim);
    },
    giveBack: async (claim) => {
      await commits.settle({ claim: keyOf(claim), state: "pending", detail: "", isUnstarted: true });
      drop(claim);
    },
    close: () => clearInterval(renewal),
  };
}

interface Deferral {
  readonly now: Date;
  readonly sendBefore: Date;
  readonly random: () => number;
}

/** A message is deferred after it broke the connection this many times, because it may be the cause. */
const MAX_DISCONNECTS = 3;

function settlementOf(claim: Claim, result: SendResult, { now, sendBefore, random }: Deferral): Settlement {
  const { detail, bounce } = result;
  const hasDisconnected = result.state === "pending" && result.offered && result.problem === "connection";
  const state = hasDisconnected && claim.attempt >= MAX_DISCONNECTS ? "deferred" : result.state;
  const settlement = { claim: keyOf(claim), state, detail, ...(bounce === null ? {} : { bounce }) };
  if (state !== "deferred") return settlement;
  const retryAt = now.getTime() + backoffMs("message", claim.attempt, random);
  return { ...settlement, nextAt: new Date(Math.min(retryAt, sendBefore.getTime())) };
}

/** The number of cached templates. A run rarely has more views. */
const MAX_TEMPLATES = 64;

interface Letters {
  edition(id: string): Promise<SavedEdition>;
  template(claim: Claim): Promise<MessageTemplate>;
}

/** Caches editions and the templates of their letters. */
function openLetters({ editions, transport, context }: DrainParts): Letters {
  const found = new Map<string, Promise<SavedEdition>>();
  const templates = new Map<string, Promise<MessageTemplate>>();

  const find = async (editionId: string): Promise<SavedEdition> => {
    const saved = await editions.find({ editionId, channel: transport.channel });
    if (saved === null) {
      throw new PaperboyError("internal", {
        message: `the ledger has deliveries of ${editionId}, but no such edition`,
      });
    }
    return saved;
  };
  const edition = (id: string): Promise<SavedEdition> => cached(found, id, () => find(id));
  const open = async ({ letterId, editionId }: Claim): Promise<MessageTemplate> =>
    templateOf(await editions.letter(letterId), context(await edition(editionId)));
  return { edition, template: (claim) => cached(templates, claim.letterId, () => open(claim)) };
}

/** A letter that was added later has its own date: mail programs sort by it. */
function templateOf(letter: Letter, context: ComposeContext): MessageTemplate {
  return openTemplate(letter, letter.date === undefined ? context : { ...context, date: new Date(letter.date) });
}

function cached<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) {
    return known;
  }
  const [oldest] = cache.keys();
  if (oldest !== undefined && cache.size >= MAX_TEMPLATES) {
    cache.delete(oldest);
  }
  const made = make();
  cache.set(key, made);
  return made;
}
