import { setTimeout as wait } from "node:timers/promises";
import { smtpTransport } from "../../src/send/smtp/connection.js";
import { drain } from "../../src/send/worker/drain.js";
import type { LedgerStore, RunLock } from "../../src/store/store.js";
import { EDITION_ID, KEY, openKilledStore, PREPARED_AT } from "./edition.js";

/**
 * The program that is killed: one run, as the command line does it. It takes the lock (except with `no-lock`), recovers what a
 * killed run left, and drains. Arguments: database, port, connections, `hold` or `resend`, lease in ms, `lock` or `no-lock`, and
 * the number of gates after which it freezes itself, outside any transaction (0: never).
 */
const [
  file = "",
  port = "0",
  connections = "5",
  policy = "hold",
  leaseMs = "60000",
  locking = "lock",
  freezeAfter = "0",
] = process.argv.slice(2);

const NOW = new Date(PREPARED_AT.getTime() + 60_000);

const ALREADY_RUNNING = 3;

const store = await openKilledStore(file);
const lock = locking === "lock" ? await takeLock() : null;
if (locking === "lock" && lock === null) {
  // Like the command line: a second run exits.
  process.exit(ALREADY_RUNNING);
}
const recovered = await store.ledger.recover(NOW);
process.send?.({ recovered });
if (policy === "resend") {
  await store.ledger.decide({ from: "uncertain", to: "pending", editionId: EDITION_ID }, NOW);
}

/** A file lock dies with its holder; a PostgreSQL server may need a moment to notice. */
async function takeLock(): Promise<RunLock | null> {
  for (let tries = store.kind === "sqlite" ? 1 : 30; ; tries -= 1) {
    const taken = await store.lock();
    if (taken !== null || tries <= 1) return taken;
    await wait(100);
  }
}

let gates = 0;
/** Store calls in progress. A database would wait a minute for a transaction of a frozen process. */
const underWay = new Set<Promise<unknown>>();

async function noted<Result>(work: Promise<Result>): Promise<Result> {
  underWay.add(work);
  try {
    return await work;
  } finally {
    underWay.delete(work);
  }
}

const gate: LedgerStore["gate"] = async (claims, now, ended) => {
  gates += claims.length;
  if (Number(freezeAfter) > 0 && gates >= Number(freezeAfter)) {
    gates = Number.NEGATIVE_INFINITY;
    await new Promise<void>((resolve) => process.send?.({ frozen: true }, () => resolve()) ?? resolve());
    while (underWay.size > 0) await wait(1);
    process.kill(process.pid, "SIGSTOP");
  }
  return store.ledger.gate(claims, now, ended);
};

const result = await drain({
  ledger: {
    ...store.ledger,
    gate,
    claim: (query) => noted(store.ledger.claim(query)),
    renew: (claims, leaseMs) => noted(store.ledger.renew(claims, leaseMs)),
  },
  editions: store.editions,
  runs: store.runs,
  transport: smtpTransport({
    settings: { host: "127.0.0.1", port: Number(port), secure: false, login: null, allowPlaintext: false },
  }),
  editionIds: [],
  context: ({ preparedAt }) => ({
    from: { name: "Paperboy", address: "digest@example.org" },
    listId: "daily.papers.example.org",
    listName: "Daily Papers",
    key: KEY,
    date: preparedAt,
  }),
  clock: () => NOW,
  wall: Date.now,
  sleep: async (ms, signal) => void (await wait(ms, null, { signal }).catch(() => null)),
  random: Math.random,
  signal: new AbortController().signal,
  limits: { connections: Number(connections), leaseMs: Number(leaseMs) },
});
await lock?.close();
await store.close();
if (result.stopped !== null) {
  throw new Error(result.stopped.message);
}
process.send?.({ attempts: result.attempts });
process.disconnect();
