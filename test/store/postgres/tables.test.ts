import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { Client } from "pg";
import { expect, it } from "vitest";
import { STEPS } from "../../../src/store/postgres/steps.js";
import { NOW, prepared } from "../../contract/store/fixtures.js";
import { openIn, temporaryFolder } from "../temporary.js";
import { describeServed, type Served } from "./servers.js";

/** The SHA-256 of each step. A step that has been released never changes: add a new one, and its hash here. */
const RELEASED: readonly string[] = [
  "1cf96b2f5bbc2126b272c5cbf90d9a3ef17ef51ecd282f8f50a997d40e750807",
  "de802b574aaa1cd96084ee3c7db0e139e25113633a28160940e10974952fab12",
];

/** Runs statements as an operator does with psql. */
async function ask(served: Served, text: string): Promise<readonly Record<string, unknown>[]> {
  const schema = /schema=(\w+)/.exec(served.target)?.[1] ?? "";
  const client = new Client({ connectionString: served.target, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

it("never changes a step that was released", () => {
  expect(STEPS.map((step) => createHash("sha256").update(step).digest("hex"))).toEqual(RELEASED);
});

async function sqliteColumns(): Promise<readonly string[]> {
  const folder = temporaryFolder();
  await (await openIn(folder)).close();
  const database = new Database(path.join(folder, "paperboy.db"), { readonly: true });
  const rows = database
    .prepare<[], { name: string }>(
      `SELECT m.name || '.' || c.name AS name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'archive_words%'`,
    )
    .all();
  database.close();
  rmSync(folder, { recursive: true });
  return rows.map(({ name }) => name).toSorted();
}

describeServed("the tables", (served) => {
  it("are those of SQLite, column by column, and where they were made", async () => {
    await served.open();
    const rows = await ask(
      served,
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND table_name NOT IN ('archive_words', 'origin')`,
    );
    expect(rows.map(({ name }) => String(name)).toSorted()).toEqual(await sqliteColumns());
  });

  it("are made once when four open a new schema at the same time", async () => {
    const stores = await Promise.all([1, 2, 3, 4].map(() => served.open()));
    await prepared(stores[0] ?? (await served.open()));
    for (const store of stores) expect((await store.subscribers.count()).active).toBe(3);
  });

  it("are made by a user who may do no more than own a schema", async () => {
    const schema = /schema=(\w+)/.exec(served.target)?.[1] ?? "";
    await ask(served, `CREATE ROLE plain LOGIN; CREATE SCHEMA ${schema} AUTHORIZATION plain`);
    const store = await served.open(served.target.replace("user=paperboy", "user=plain"));
    await prepared(store);
    await store.acceptRestored();
    expect(await store.check()).toEqual([]);
  });

  it("are not made among those of another program", async () => {
    const schema = /schema=(\w+)/.exec(served.target)?.[1] ?? "";
    await ask(served, `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.invoices (id integer)`);
    await expect(served.open()).rejects.toMatchObject({ code: "store-failed", retryable: false });
  });

  it("of a newer Paperboy are left alone", async () => {
    await served.open();
    await ask(served, "UPDATE meta SET value = 1000 WHERE name = 'tables'");
    await expect(served.open()).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringContaining("newer Paperboy") as string,
    });
  });

  it("keep words with zero bytes, which PostgreSQL does not", async () => {
    const store = await served.open();
    await prepared(store, 1);
    const query = { channel: "smtp", editionIds: [], limit: 1, now: NOW, leaseMs: 60_000 } as const;
    const [claim] = await store.ledger.claim(query);
    if (claim === undefined) throw new Error("nothing was claimed");
    await store.ledger.settle([{ claim, state: "refused", detail: "550 no\0pe" }], NOW);
    expect(await store.ledger.list({ state: "refused", after: 0, limit: 1 })).toMatchObject([
      { detail: "550 no\uFFFDpe" },
    ]);
  });
});
