import { afterAll, beforeAll, describe } from "vitest";
import { openStore } from "../../src/app/open-store.js";
import { storeContract } from "../contract/store.js";
import { findPostgres, type PostgresServer, startPostgres } from "../support/postgres.js";
import { KEY } from "./temporary.js";

const isMissing = findPostgres() === null && process.env["CI"] === undefined;

describe.skipIf(isMissing)("with a PostgreSQL server (install postgresql to run this)", () => {
  let server: PostgresServer;
  let opened = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  storeContract("PostgreSQL", async () => {
    opened += 1;
    const target = `${server.store(`test${opened}`)}&pool=4`;
    const store = await openStore({ target, key: KEY });
    return { store, reopen: () => openStore({ target, key: KEY }), destroy: () => store.close() };
  });
});
