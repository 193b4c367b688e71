import { once } from "node:events";
import Database from "better-sqlite3";
import { openStore } from "../../../src/app/open-store.js";
import { keepStatements } from "../../../src/store/sqlite/driver.js";

/** What another process may be doing to the same database: `node other.js WHAT FILE`. It says over IPC what it has done. */
const ERRANDS: Record<string, (file: string) => Promise<void>> = {
  /** Opens the store when told to, and claims a few at a time until there is nothing left. */
  claim: async (file) => {
    const go = once(process, "message");
    say("ready");
    await go;
    const store = await openStore({ target: file, key: Buffer.from("a key for tests") });
    const ids: number[] = [];
    for (;;) {
      const query = {
        channel: "smtp",
        editionIds: [],
        limit: 3,
        now: new Date("2026-03-10T08:00:00Z"),
        leaseMs: 60_000,
      } as const;
      const claims = await store.ledger.claim(query);
      if (claims.length === 0) break;
      ids.push(...claims.map(({ id }) => id));
    }
    await store.close();
    say(ids);
  },
  /** Holds the write lock until told to let go. */
  hold: async (file) => {
    const database = keepStatements(new Database(file));
    database.exec("BEGIN IMMEDIATE");
    const go = once(process, "message");
    say("ready");
    await go;
    database.exec("COMMIT");
    database.close();
  },
  /** Holds the run lock until it is killed. */
  lock: async (file) => {
    const store = await openStore({ target: file, key: Buffer.from("a key for tests") });
    const lock = await store.lock();
    say(lock === null ? "taken" : "ready");
    await once(process, "message");
  },
};

function say(what: unknown): void {
  process.send?.(what);
}

const [, , errand = "", file = ""] = process.argv;
await ERRANDS[errand]?.(file);
process.disconnect();
