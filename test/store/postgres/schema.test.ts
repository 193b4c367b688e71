import { rmSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { Client } from "pg";
import { expect, it } from "vitest";
import { NOW, prepared } from "../../contract/store/fixtures.js";
import { openIn, temporaryFolder } from "../temporary.js";
import { describeServed, type Served } from "./servers.js";

/** Runs statements as an operator would with psql. */
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

async function sqliteColumns(): Promise<readonly string[]> {
  const folder = temporaryFolder();
  await (await openIn(folder)).close();
  const database = new Database(path.join(folder, "paperboy.db"), { readonly: true });
  const rows = database
    .prepare<[], { name: string }>(
      `SELECT m.name || '.' || c.name AS name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'archive_index%'`,
    )
    .all();
  database.close();
  rmSync(folder, { recursive: true });
  return rows.map(({ name }) => name).toSorted();
}

describeServed("the schema of a PostgreSQL database", (served) => {
  it("has the same columns as the schema for SQLite", async () => {
    await served.open();
    const rows = await ask(
      served,
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND table_name NOT IN ('archive_index', 'database_identity')`,
    );
    expect(rows.map(({ name }) => String(name)).toSorted()).toEqual(await sqliteColumns());
  });

  it("is created once when four processes open it at the same time", async () => {
    const stores = await Promise.all([1, 2, 3, 4].map(() => served.open()));
    await prepared(stores[0] ?? (await served.open()));
    for (const store of stores) expect((await store.subscribers.count()).active).toBe(3);
  });

  it("can be created by a user whose only right is to own a schema", async () => {
    const schema = /schema=(\w+)/.exec(served.target)?.[1] ?? "";
    await ask(served, `CREATE ROLE plain LOGIN; CREATE SCHEMA ${schema} AUTHORIZATION plain`);
    const store = await served.open(served.target.replace("user=paperboy", "user=plain"));
    await prepared(store);
    await store.acceptRestored();
    expect(await store.check()).toEqual([]);
  });

  it("is not created next to tables of another program", async () => {
    const schema = /schema=(\w+)/.exec(served.target)?.[1] ?? "";
    await ask(served, `CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.invoices (id integer)`);
    await expect(served.open()).rejects.toMatchObject({ code: "store-failed", retryable: false });
  });

  it.each([
    ["tables", 2],
    ["schema_version", 10],
  ])("refuses a development version (%s %i) and leaves its tables unchanged", async (name, version) => {
    const schema = /schema=(\w+)/.exec(served.target)?.[1] ?? "";
    await ask(
      served,
      `CREATE SCHEMA ${schema};
       CREATE TABLE ${schema}.meta (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
       INSERT INTO ${schema}.meta (name, value) VALUES ('${name}', ${version});
       CREATE TABLE ${schema}.subscribers (id BIGINT PRIMARY KEY, address TEXT NOT NULL)`,
    );
    await expect(served.open()).rejects.toMatchObject({
      code: "store-failed",
      retryable: false,
      message: expect.stringMatching(/schema test\d+ was written by an earlier version .* new schema/) as string,
      hint: expect.stringMatching(/subscribers export .* subscribers import/) as string,
    });
    const tables = await ask(
      served,
      "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
    );
    expect(tables.map((row) => String(row["table_name"])).toSorted()).toEqual(["meta", "subscribers"]);
  });

  it("refuses a newer version", async () => {
    await served.open();
    await ask(served, "UPDATE meta SET value = 1000 WHERE name = 'schema_version'");
    await expect(served.open()).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringContaining("newer Paperboy") as string,
    });
  });

  it("stores text with zero bytes, which PostgreSQL refuses, with replacement characters", async () => {
    const store = await served.open();
    await prepared(store, 1);
    const query = { channel: "smtp", editionIds: [], limit: 1, now: NOW, leaseMs: 60_000 } as const;
    const [claim] = await store.ledger.claim(query);
    if (claim === undefined) throw new Error("nothing was claimed");
    await store.ledger.settle([{ claim, state: "refused", detail: "550 no\0pe" }], NOW);
    expect(await store.ledger.list({ state: "refused", after: 0, limit: 1 })).toMatchObject([
      { detail: "550 no\uFFFDpe" },
    ]);
    const run = {
      startedAt: NOW,
      endedAt: NOW,
      source: null,
      reason: "send-incomplete",
      result: { message: "no\0pe" },
    };
    await store.runs.record({ ...run, message: "no\0pe" });
    expect(await store.runs.recent(1)).toMatchObject([{ message: "no\uFFFDpe", result: { message: "no\0pe" } }]);
  });
});
