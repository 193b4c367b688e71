import type pg from "pg";
import { PaperboyError } from "../../core/errors.js";
import type { RunLock } from "../store.js";
import type { PostgresLocation } from "../store-url.js";
import { clientOptions, type Driver } from "./driver.js";
import { storeFailure } from "./failures.js";
import { PATIENCE_MS, patiently } from "./retry.js";

/** How often the connection of a lock is tried, and how long an answer may take, in ms. */
const PULSE_MS = 15_000;
const ANSWER_MS = 10_000;

export interface RunLocks {
  /** Takes the run lock; null when another process, or another holder in this one, has it. */
  take(): Promise<RunLock | null>;
  /**
   * Whoever took the lock and lost its connection takes it again, if nobody else has.
   * @throws PaperboyError `store-failed` when another one has.
   */
  assertHeld(): Promise<void>;
}

interface Held {
  client: pg.Client | null;
  isLost: boolean;
  /** While it is taken again: whether it is ours. */
  retaking: Promise<boolean> | null;
}

/**
 * The run lock of a schema among all machines: an advisory lock of a connection of its own. The server lets it go when that
 * connection ends, however it ends; two runs beside each other would still mail nobody twice, by their leases.
 */
export function openLocks(driver: Driver, location: PostgresLocation): RunLocks {
  let held: Held | null = null;
  return {
    take: async () => {
      const mine: Held = { client: null, isLost: false, retaking: null };
      if (!(await hold(mine, { driver, location }))) return null;
      held = mine;
      const pulse = setInterval(() => void beat(mine), PULSE_MS);
      pulse.unref();
      return {
        close: async () => {
          clearInterval(pulse);
          if (held === mine) held = null;
          const { client } = mine;
          mine.client = null;
          await client?.end().catch(() => undefined);
        },
      };
    },
    assertHeld: async () => {
      if (held?.isLost !== true || (await retake(held, { driver, location }))) return;
      throw new PaperboyError("store-failed", {
        message: "the connection that held the run lock was lost, and another run has started",
        hint: "Run again when that one has ended. The ledger has every message that was sent.",
        retryable: true,
      });
    },
  };
}

interface Server {
  readonly driver: Driver;
  readonly location: PostgresLocation;
}

/** Many may find it lost at once; one of them takes it again, when the server is back. */
function retake(held: Held, server: Server): Promise<boolean> {
  held.retaking ??= hold(held, server).finally(() => {
    held.retaking = null;
  });
  return held.retaking;
}

async function hold(held: Held, server: Server): Promise<boolean> {
  try {
    const patience = { patienceMs: PATIENCE_MS, mayRepeat: () => true, isSteady: false };
    return await patiently(() => tryToHold(held, server), patience);
  } catch (error) {
    throw storeFailure(error, server.location.displayName);
  }
}

async function tryToHold(held: Held, { driver, location }: Server): Promise<boolean> {
  const client = new driver.Client({ ...clientOptions(driver, location), query_timeout: ANSWER_MS });
  const lose = (): void => {
    if (held.client === client) held.isLost = true;
  };
  client.on("error", lose);
  client.on("end", lose);
  try {
    await client.connect();
    const key = `paperboy run ${location.schema}`;
    const asked = "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine";
    const { rows } = await client.query<{ mine: boolean }>(asked, [key]);
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

/** A connection whose other end vanished says nothing by itself. */
async function beat(held: Held): Promise<void> {
  const { client } = held;
  try {
    await client?.query("SELECT 1");
  } catch {
    if (held.client === client) held.isLost = true;
  }
}
