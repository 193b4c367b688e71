import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { Pool } from "pg";
import { openStore } from "../../../src/app/open-store.js";
import { COPIED } from "../../../src/store/sql/copy-rows.js";
import type { Store } from "../../../src/store/store.js";
import type { Opened } from "../../contract/store/fixtures.js";
import { findPostgres, type PostgresServer, startPostgres } from "../../support/postgres.js";
import { KEY } from "../temporary.js";

export interface Served {
  readonly server: PostgresServer;
  /** The URL of a schema that only this test uses. */
  readonly target: string;
  /** Opens the store and closes it after the test. */
  open(target?: string): Promise<Store>;
  /** Opens an empty store. A destroyed one is emptied and used again, because creating its tables takes longer than most tests. */
  readonly openEmpty: () => Promise<Opened>;
}

const TABLES = [...COPIED.map(({ name }) => name), "audience_snapshot", "archive_index"].toReversed();

interface Reused {
  readonly store: Store;
  readonly target: string;
  /** Deletes the rows of all tables. */
  readonly empty: () => Promise<unknown>;
}

/** Runs tests that share a server. Without PostgreSQL they are skipped, except in CI, where they fail. */
export function describeServed(name: string, tests: (served: Served) => void): void {
  const isMissing = findPostgres() === null && process.env["CI"] === undefined;
  describe.skipIf(isMissing)(`${name} (needs PostgreSQL's server)`, () => {
    let server: PostgresServer | null = null;
    let schemas = 0;
    const stores: Store[] = [];
    const unused: Reused[] = [];
    let reused = 0;
    let cleaner: Pool | null = null;
    const started = (): PostgresServer => {
      if (server === null) throw new Error("the server has not started");
      return server;
    };
    const target = (): string => started().store(`test${schemas}`);
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close();
      schemas += 1;
    });
    afterAll(async () => {
      for (const { store } of unused) await store.close();
      await cleaner?.end();
      await server?.remove();
    });
    const create = async (): Promise<Reused> => {
      reused += 1;
      const schema = `reused${reused}`;
      const target = `${started().store(schema)}&pool=4`;
      const pool = (cleaner ??= new Pool({ connectionString: target }));
      const query = TABLES.map((name) => `DELETE FROM ${schema}.${name}`).join(";");
      return { target, store: await openStore({ target, key: KEY }), empty: () => pool.query(query) };
    };
    tests({
      get server() {
        return started();
      },
      get target() {
        return target();
      },
      open: async (given = target()) => {
        const store = await openStore({ target: given, key: KEY });
        stores.push(store);
        return store;
      },
      openEmpty: async () => {
        const one = unused.pop() ?? (await create());
        const { store, target, empty } = one;
        const destroy = async (): Promise<void> => {
          await empty();
          unused.push(one);
        };
        return { store, reopen: () => openStore({ target, key: KEY }), destroy };
      },
    });
  });
}
