import { rmSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { prepareQuery } from "../../../src/store/sql/dialect.js";
import { openConnection } from "../../../src/store/sqlite/database.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();

afterEach(() => void vi.useRealTimers());
afterAll(() => rmSync(folder, { recursive: true }));

describe("prepareQuery", () => {
  it("builds a query once and binds new values for each execution", async () => {
    const connection = await openConnection(path.join(folder, "paperboy.db"));
    let built = 0;
    const query = prepareQuery<{ readonly words: readonly string[]; readonly more: string }, { readonly word: string }>(
      ({ boundTable }, param) => {
        built += 1;
        const words = boundTable(param, (values) => values.words.map((word) => [word]), { word: "text" });
        return sql`SELECT k.word || ${param(({ more }) => more)} AS word FROM ${words} ORDER BY 1`;
      },
    );
    const wordsOf = async (words: readonly string[], more: string) =>
      (await connection.read((db) => query(db, { words, more }))).rows.map(({ word }) => word);
    expect(await wordsOf(["b", "a"], "1")).toEqual(["a1", "b1"]);
    expect(await connection.write(async (db) => (await query(db, { words: ["c"], more: "2" })).rows)).toEqual([
      { word: "c2" },
    ]);
    expect(await wordsOf([], "3")).toEqual([]);
    expect(built).toBe(1);
    await connection.close();
  });

  it("reads the clock for each execution", async () => {
    const connection = await openConnection(path.join(folder, "paperboy.db"));
    const query = prepareQuery<null, { readonly at: number }>(
      ({ wallClock }, param) => sql`SELECT ${wallClock(param)} AS at`,
    );
    const now = async () => (await connection.read((db) => query(db, null))).rows[0]?.at;
    vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
    expect(await now()).toBe(1000);
    vi.setSystemTime(2000);
    expect(await now()).toBe(2000);
    await connection.close();
  });
});
