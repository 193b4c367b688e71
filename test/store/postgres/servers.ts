import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { openStore } from "../../../src/app/open-store.js";
import type { Store } from "../../../src/store/store.js";
import { findPostgres, type PostgresServer, startPostgres } from "../../support/postgres.js";
import { KEY } from "../temporary.js";

export interface Served {
  readonly server: PostgresServer;
  /** The URL of a schema that only this test uses. */
  readonly target: string;
  /** Opens the store and closes it after the test. */
  open(target?: string): Promise<Store>;
}

/** Runs tests that share a server. Without PostgreSQL they are skipped, except in CI, where they fail. */
export function describeServed(name: string, tests: (served: Served) => void): void {
  const isMissing = findPostgres() === null && process.env["CI"] === undefined;
  describe.skipIf(isMissing)(`${name} (needs PostgreSQL's server)`, () => {
    let server: PostgresServer | null = null;
    let schemas = 0;
    const stores: Store[] = [];
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
    afterAll(() => server?.remove());
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
    });
  });
}
