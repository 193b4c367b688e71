import { once } from "node:events";
import Database from "better-sqlite3";
import { openStore } from "../../../src/app/open-store.js";
import { keepStatements } from "../../../src/store/sqlite/driver.js";

/** Tasks on the same database in another process: `node other.js TASK FILE`. They report over IPC. */
const TASKS: Record<string, (file: string) => Promise<void>> = {
  /** Opens the store on a message, and claims a few deliveries at a time until none is left. */
  claim: async (file) => {
    const go = once(process, "message");
    send("ready");
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
    send(ids);
  },
  /** Holds the write lock until a message arrives. */
  hold: async (file) => {
    const database = keepStatements(new Database(file));
    database.exec("BEGIN IMMEDIATE");
    const go = once(process, "message");
    send("ready");
    await go;
    database.exec("COMMIT");
    database.close();
  },
  /** Holds the run lock until it is killed. */
  lock: async (file) => {
    const store = await openStore({ target: file, key: Buffer.from("a key for tests") });
    const lock = await store.lock();
    send(lock === null ? "taken" : "ready");
    await once(process, "message");
  },
};

function send(message: unknown): void {
  process.send?.(message);
}

const [, , task = "", file = ""] = process.argv;
await TASKS[task]?.(file);
process.disconnect();
