import { rmSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { boundCache } from "../../../src/store/sqlite/cache.js";
import { openConnection } from "../../../src/store/sqlite/database.js";
import type { FileConnection } from "../../../src/store/sqlite/database.js";
import { temporaryFolder } from "../temporary.js";

/** In KiB. */
async function cacheOf(connection: FileConnection): Promise<number> {
  const { rows } = await connection.read((db) => sql<{ cache_size: number }>`PRAGMA cache_size`.execute(db));
  return -(rows[0]?.cache_size ?? 0);
}

it("holds less of a file in memory than the driver would", async () => {
  const folder = temporaryFolder();
  const connection = await openConnection(path.join(folder, "paperboy.db"));
  const before = await cacheOf(connection);
  await boundCache(connection);
  expect(await cacheOf(connection)).toBeLessThanOrEqual(before / 2);
  await connection.close();
  rmSync(folder, { recursive: true });
});
