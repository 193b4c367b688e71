import type { Letter } from "../../src/core/model.js";
import type {
  BounceDamage,
  Claim,
  ClaimQuery,
  EditionStore,
  LedgerState,
  LedgerStore,
  RunStore,
  SavedEdition,
  Settlement,
} from "../../src/store/store.js";

/** A delivery in the fake ledger. Tests may change it to simulate another process. */
export interface Row {
  readonly id: number;
  readonly address: string;
  readonly subscriberId: number;
  readonly letterId: string;
  state: LedgerState;
  attempts: number;
  claimId: string;
  leaseUntil: number;
  gateAt: Date | null;
  nextAt: Date | null;
  detail: string | null;
  readerLeft: boolean;
  suppressed: boolean;
  /** The effect of the last result on the reader. */
  damage: BounceDamage | null;
}

export interface MemoryLedger {
  readonly ledger: LedgerStore;
  readonly editions: Pick<EditionStore, "find" | "letter">;
  readonly runs: Pick<RunStore, "get" | "change">;
  readonly rows: readonly Row[];
  /** The calls in order, with the number of deliveries of each. */
  readonly calls: readonly (readonly [name: string, count: number])[];
  /** Makes the next calls of this method fail. */
  readonly fail: (name: "claim" | "gate" | "settle", times: number) => void;
  readonly states: () => Record<string, number>;
  /** Recovers claims, like another process after a crash. */
  readonly takeOver: () => void;
}

export interface MemoryOptions {
  readonly addresses: readonly string[];
  readonly letter: Letter;
  readonly sendBefore?: Date;
  readonly kept?: Readonly<Record<string, unknown>>;
  readonly wall?: () => number;
}

const PREPARED = new Date("2026-03-10T06:00:00Z");

/** Creates a ledger in memory with the rules of the real one, for tests of its callers. */
export function memoryLedger(options: MemoryOptions): MemoryLedger {
  const { addresses, letter, sendBefore = new Date("2026-03-12T02:00:00Z"), wall = Date.now } = options;
  const rows = addresses.map((address, index) => newRow(address, index + 1));
  const calls: [string, number][] = [];
  const failures = new Map<string, number>();
  const kept = new Map(Object.entries(options.kept ?? {}));
  let claims = 0;

  const note = (name: string, count: number): void => {
    calls.push([name, count]);
    const left = failures.get(name) ?? 0;
    if (left > 0) {
      failures.set(name, left - 1);
      throw new Error(`the disk is full at ${name}`);
    }
  };
  const byKey = ({ id, claimId }: Pick<Claim, "id" | "claimId">): Row | undefined =>
    rows.find((row) => row.id === id && row.claimId === claimId && row.state === "claimed");

  const claim = async ({
    limit,
    now,
    leaseMs,
    exceptDomains = [],
    onlyDomain,
  }: ClaimQuery): Promise<readonly Claim[]> => {
    note("claim", limit);
    for (const row of rows.filter(isOpen)) {
      row.state = row.readerLeft ? "suppressed" : now >= sendBefore ? "expired" : row.state;
    }
    const due = rows.filter(
      (row) =>
        isOpen(row) &&
        (row.nextAt === null || row.nextAt <= now) &&
        (onlyDomain === undefined
          ? !exceptDomains.includes(row.address.split("@")[1] ?? "")
          : row.address.endsWith(`@${onlyDomain}`)),
    );
    return due.slice(0, limit).map((row) => {
      claims += 1;
      Object.assign(row, { state: "claimed", attempts: row.attempts + 1, claimId: `c${claims}`, gateAt: null });
      row.leaseUntil = wall() + leaseMs;
      const { id, claimId, subscriberId, address, letterId, attempts } = row;
      return { id, claimId, editionId: letter.editionId, subscriberId, address, letterId, attempt: attempts };
    });
  };
  const gate: LedgerStore["gate"] = async (keys, now, ended = []) => {
    note("gate", keys.length);
    write(ended);
    const open = keys.flatMap((key) => byKey(key) ?? []).filter((row) => !row.readerLeft && row.leaseUntil > wall());
    open.forEach((row) => (row.gateAt = now));
    return new Set(open.map(({ id }) => id));
  };
  const settle = async (results: readonly Settlement[]): Promise<void> => {
    note("settle", results.length);
    write(results);
  };
  const write = (results: readonly Settlement[]): void => {
    for (const { claim, state, detail, nextAt = null, bounce, isUnstarted } of results) {
      const row = byKey(claim);
      if (row !== undefined && isUnstarted) {
        Object.assign(row, { state, nextAt, attempts: row.attempts - 1 });
      } else if (row !== undefined) {
        Object.assign(row, {
          state,
          detail,
          nextAt,
          suppressed: bounce?.damage === "hard",
          damage: bounce?.damage ?? null,
        });
      }
    }
  };
  const ledger: Partial<LedgerStore> = {
    claim,
    gate,
    settle,
    renew: async (keys, leaseMs) => {
      calls.push(["renew", keys.length]);
      keys.forEach((key) => Object.assign(byKey(key) ?? {}, { leaseUntil: wall() + leaseMs }));
    },
    decide: async ({ from, to, address }) => {
      const decided = rows.filter((row) => row.state === from && (address === undefined || row.address === address));
      decided.forEach((row) => Object.assign(row, { state: to, nextAt: null }));
      return decided.length;
    },
    nextDue: async () => {
      const next = rows.filter(({ state }) => state === "deferred").map(({ nextAt }) => nextAt?.getTime() ?? 0);
      return next.length === 0 ? null : new Date(Math.min(...next));
    },
  };
  return {
    ledger: ledger as LedgerStore,
    editions: { find: async () => savedEdition(letter, sendBefore), letter: async () => letter },
    runs: {
      get: async (name) => kept.get(name) ?? null,
      change: async (name, step) => {
        const { value, result } = step(kept.get(name) ?? null);
        kept.set(name, structuredClone(value));
        return result;
      },
    },
    rows,
    calls,
    fail: (name, times) => void failures.set(name, times),
    states: () => {
      const counts: Record<string, number> = {};
      rows.forEach(({ state }) => (counts[state] = (counts[state] ?? 0) + 1));
      return counts;
    },
    takeOver: () => {
      for (const row of rows.filter(({ state }) => state === "claimed")) {
        Object.assign(row, { state: row.gateAt === null ? "pending" : "uncertain", claimId: "another" });
      }
    },
  };
}

function newRow(address: string, id: number): Row {
  return {
    id,
    address,
    subscriberId: id,
    letterId: "letter-1",
    state: "pending",
    attempts: 0,
    claimId: "",
    leaseUntil: 0,
    gateAt: null,
    nextAt: null,
    detail: null,
    readerLeft: false,
    suppressed: false,
    damage: null,
  };
}

function isOpen({ state }: Row): boolean {
  return state === "pending" || state === "deferred";
}

function savedEdition(letter: Letter, sendBefore: Date): SavedEdition {
  return {
    edition: {
      id: letter.editionId,
      source: "2026-03-09",
      kind: "day",
      date: "2026-03-09",
      url: null,
      format: "data",
      early: false,
      papers: [],
    },
    channel: "smtp",
    preparedAt: PREPARED,
    sendBefore,
    candidates: 0,
    excluded: {},
    prepared: 0,
    forList: true,
  };
}
