import { rmSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { fixed } from "../../../src/store/sql/prepared-query.js";
import { openConnection } from "../../../src/store/sqlite/database.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();

afterEach(() => void vi.useRealTimers());
afterAll(() => rmSync(folder, { recursive: true }));

describe("a fixed query", () => {
  it("is put together once, and asked with new values each time", async () => {
    const connection = await openConnection(path.join(folder, "fixed.db"));
    let written = 0;
    const ask = fixed<{ readonly words: readonly string[]; readonly more: string }, { readonly word: string }>(
      ({ rowsIn }, place) => {
        written += 1;
        const words = rowsIn(place, (values) => values.words.map((word) => [word]), { word: "text" });
        return sql`SELECT k.word || ${place(({ more }) => more)} AS word FROM ${words} ORDER BY 1`;
      },
    );
    const wordsOf = async (words: readonly string[], more: string) =>
      (await connection.read((db) => ask(db, { words, more }))).rows.map(({ word }) => word);
    expect(await wordsOf(["b", "a"], "1")).toEqual(["a1", "b1"]);
    expect(await connection.write(async (db) => (await ask(db, { words: ["c"], more: "2" })).rows)).toEqual([
      { word: "c2" },
    ]);
    expect(await wordsOf([], "3")).toEqual([]);
    expect(written).toBe(1);
    await connection.close();
  });

  it("knows what time it is each time", async () => {
    const connection = await openConnection(path.join(folder, "fixed.db"));
    const ask = fixed<null, { readonly at: number }>(({ wall }, place) => sql`SELECT ${wall(place)} AS at`);
    const now = async () => (await connection.read((db) => ask(db, null))).rows[0]?.at;
    vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
    expect(await now()).toBe(1000);
    vi.setSystemTime(2000);
    expect(await now()).toBe(2000);
    await connection.close();
  });
});
