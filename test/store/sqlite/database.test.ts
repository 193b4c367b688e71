import { rmSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { openConnection } from "../../../src/store/sqlite/database.js";
import { loadDriver } from "../../../src/store/sqlite/driver.js";
import { temporaryFolder } from "../temporary.js";

it("uses at most half of the driver's page cache", async () => {
  const folder = temporaryFolder();
  const connection = await openConnection(path.join(folder, "paperboy.db"));
  const { rows } = await connection.read((db) => sql<{ cache_size: number }>`PRAGMA cache_size`.execute(db));
  const database = (await loadDriver())(":memory:");
  // Negative sizes are in KiB.
  expect(-(rows[0]?.cache_size ?? 0)).toBeGreaterThan(0);
  expect(-(rows[0]?.cache_size ?? 0)).toBeLessThanOrEqual(-Number(database.pragma("cache_size", { simple: true })) / 2);
  database.close();
  await connection.close();
  rmSync(folder, { recursive: true });
});
