import type pg from "pg";
import { PaperboyError } from "../../core/errors.js";
import type { RunLock } from "../store.js";
import { RETRY_MS, storeFailure, withRetry } from "./failures.js";
import { clientOptions, type Server, sessionStarter } from "./session.js";

/** The interval of the queries that check the connection of the lock, and their time-out, in ms. */
const HEARTBEAT_MS = 15_000;
const QUERY_TIMEOUT_MS = 10_000;

export interface RunLocks {
  /** Takes the run lock; null if another process, or another holder in this one, has it. */
  take(): Promise<RunLock | null>;
  /**
   * Takes the lock again if its connection was lost.
   * @throws PaperboyError `store-failed` if another run has taken it in the meantime.
   */
  assertHeld(): Promise<void>;
}

interface LockState {
  client: pg.Client | null;
  isLost: boolean;
  /** The attempt to take the lock again, if one is in progress. Resolves with whether it succeeded. */
  reacquiring: Promise<boolean> | null;
}

/**
 * Opens the run lock of a schema, which applies to all machines. It is an advisory lock on a separate connection; the server
 * releases it when that connection ends. Even if two runs overlap, leases prevent a second mail.
 */
export function openLocks(server: Server): RunLocks {
  let held: LockState | null = null;
  return {
    take: async () => {
      const mine: LockState = { client: null, isLost: false, reacquiring: null };
      if (!(await acquire(mine, server))) return null;
      held = mine;
      const heartbeat = setInterval(() => void checkConnection(mine), HEARTBEAT_MS);
      heartbeat.unref();
      return {
        close: async () => {
          clearInterval(heartbeat);
          if (held === mine) held = null;
          const { client } = mine;
          mine.client = null;
          await client?.end().catch(() => undefined);
        },
      };
    },
    assertHeld: async () => {
      if (held?.isLost !== true || (await reacquire(held, server))) return;
      throw new PaperboyError("store-failed", {
        message: "the connection that held the run lock was lost, and another run has started",
        hint: "Run again when it has ended. The ledger has every message that was sent.",
        retryable: true,
      });
    },
  };
}

/** Concurrent callers share one attempt to take a lost lock again. */
function reacquire(held: LockState, server: Server): Promise<boolean> {
  held.reacquiring ??= acquire(held, server).finally(() => {
    held.reacquiring = null;
  });
  return held.reacquiring;
}

async function acquire(held: LockState, server: Server): Promise<boolean> {
  try {
    return await withRetry(() => tryAcquire(held, server), { timeoutMs: RETRY_MS });
  } catch (error) {
    throw storeFailure(error, server.location.displayName);
  }
}

async function tryAcquire(held: LockState, server: Server): Promise<boolean> {
  const { driver, location } = server;
  const client = new driver.Client({ ...clientOptions(driver, location), query_timeout: QUERY_TIMEOUT_MS });
  const markLost = (): void => {
    if (held.client === client) held.isLost = true;
  };
  client.on("error", markLost);
  client.on("end", markLost);
  try {
    await client.connect();
    await sessionStarter(server)(client);
    const key = `paperboy run ${location.schema}`;
    const query = "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine";
    const { rows } = await client.query<{ mine: boolean }>(query, [key]);
    if (rows[0]?.mine !== true) {
      await client.end();
      return false;
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  held.client = client;
  held.isLost = false;
  return true;
}

/** Detects an unreachable server, because an idle connection gets no error. */
async function checkConnection(held: LockState): Promise<void> {
  const { client } = held;
  try {
    await client?.query("SELECT 1");
  } catch {
    if (held.client === client) held.isLost = true;
  }
}
