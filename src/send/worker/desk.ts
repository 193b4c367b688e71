import { PaperboyError } from "../../core/errors.js";
import { backoffMs } from "../../core/retry.js";
import type { Claim, SavedEdition, Settlement } from "../../store/store.js";
import type { ReadyMessage } from "../message/body.js";
import { keyOf, openBooks } from "./ledger-writer.js";
import { type DrainLimits, type DrainParts, MAX_CONNECTIONS } from "./drain-parts.js";
import { openPace } from "./batching.js";
import { makeStencil, type Stencil, stampAhead } from "../message/template.js";
import type { Verdict } from "../send-result.js";

/** Where a drain keeps its books: messages are made out here, and everything that the ledger must know goes through here. */
export interface Desk {
  /** Claims and remembers what this process holds. */
  claim(limit: number, exceptDomains: readonly string[]): Promise<readonly Claim[]>;
  message(claim: Claim): Promise<ReadyMessage>;
  /** Commits that the end of this message's data is about to leave; false: it must not. */
  gate(claim: Claim): Promise<boolean>;
  /** Writes down what came of an attempt. */
  settle(claim: Claim, verdict: Verdict): Promise<void>;
  /** Stops renewing leases. */
  close(): void;
}

export interface DeskParts extends DrainParts {
  readonly limit: DrainLimits;
  /** The clock, which also moves while a drain sleeps under a clock that stands still. */
  readonly now: () => Date;
}

export function openDesk(parts: DeskParts): Desk {
  const { ledger, transport, editionIds, limit, now } = parts;
  const held = new Map<number, Claim>();
  const pace = openPace(Math.min(limit.connections, MAX_CONNECTIONS), () => performance.now());
  const grouping = { ms: limit.groupMs, most: () => pace.together() };
  // A claim that another process took over may come back to this one as a new claim, while the old one still waits here:
  // the answer for one of them must not let both through.
  const isHeld = ({ id, claimId }: Claim): boolean => held.get(id)?.claimId === claimId;
  const papers = openDrawer(parts);
  const never = new AbortController().signal;
  const books = openBooks({ ledger, now, grouping, sleep: (ms) => parts.sleep(ms, never) });
  // Leases are real time, and a renewal that fails is found out at the gate.
  const renewal = setInterval(() => {
    void ledger.renew([...held.values()].map(keyOf), limit.leaseMs).catch(() => undefined);
  }, limit.leaseMs / 4);
  renewal.unref();

  return {
    claim: async (most, exceptDomains) => {
      const query = { channel: transport.channel, editionIds, limit: most, now: now(), leaseMs: limit.leaseMs };
      const perDomain = Number.isFinite(limit.perDomain) ? { perDomain: limit.perDomain } : {};
      const claims = await ledger.claim({ ...query, ...perDomain, exceptDomains });
      claims.forEach((claim) => held.set(claim.id, claim));
      return claims;
    },
    message: async (claim) => stampAhead(await papers.stencil(claim), claim),
    gate: async (claim) => {
      const isOpen = (await books.gate(claim)) && isHeld(claim);
      if (isOpen) pace.released(claim.id);
      return isOpen;
    },
    settle: async (claim, verdict) => {
      pace.answered(claim.id);
      const { sendBefore } = await papers.edition(claim.editionId);
      await books.settle(settlementOf(claim, verdict, { now: now(), sendBefore, random: parts.random }));
      if (isHeld(claim)) {
        held.delete(claim.id);
      }
    },
    close: () => clearInterval(renewal),
  };
}

interface Terms {
  readonly now: Date;
  readonly sendBefore: Date;
  readonly random: () => number;
}

/** A message whose line broke so often before its end is not tried again at once: it may be what breaks the line. */
const LINE_BREAKS = 3;

function settlementOf(claim: Claim, verdict: Verdict, { now, sendBefore, random }: Terms): Settlement {
  const { detail, suppressReader } = verdict;
  const breaksLines = verdict.state === "pending" && verdict.offered && verdict.trouble === "line";
  const state = breaksLines && claim.attempt >= LINE_BREAKS ? "deferred" : verdict.state;
  const settlement = { claim: keyOf(claim), state, detail };
  if (state !== "deferred") return suppressReader ? { ...settlement, suppressReader } : settlement;
  const nextAt = new Date(Math.min(now.getTime() + backoffMs("message", claim.attempt, random), sendBefore.getTime()));
  return { ...settlement, nextAt };
}

/** So many letters are kept made out; a run rarely has more views. */
const STENCILS = 64;

interface Drawer {
  edition(id: string): Promise<SavedEdition>;
  stencil(claim: Claim): Promise<Stencil>;
}

/** Editions and letters, read and prepared once. */
function openDrawer({ editions, transport, context }: DrainParts): Drawer {
  const found = new Map<string, Promise<SavedEdition>>();
  const stencils = new Map<string, Promise<Stencil>>();

  const find = async (editionId: string): Promise<SavedEdition> => {
    const saved = await editions.find({ editionId, channel: transport.channel });
    if (saved === null) {
      throw new PaperboyError("internal", {
        message: `the ledger has deliveries of ${editionId}, but no such edition`,
      });
    }
    return saved;
  };
  const edition = (id: string): Promise<SavedEdition> => remember(found, id, () => find(id));
  const make = async ({ letterId, editionId }: Claim): Promise<Stencil> =>
    makeStencil(await editions.letter(letterId), context(await edition(editionId)));
  return { edition, stencil: (claim) => remember(stencils, claim.letterId, () => make(claim)) };
}

function remember<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined) {
    return known;
  }
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= STENCILS) {
    kept.delete(oldest);
  }
  const made = make();
  kept.set(key, made);
  return made;
}
