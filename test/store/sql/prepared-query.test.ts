import { rmSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { prepareQuery } from "../../../src/store/sql/prepared-query.js";
import { openConnection } from "../../../src/store/sqlite/database.js";
import { temporaryFolder } from "../temporary.js";

const folder = temporaryFolder();

afterEach(() => void vi.useRealTimers());
afterAll(() => rmSync(folder, { recursive: true }));

describe("a fixed query", () => {
  it("is put together once, and asked with new values each time", async () => {
    const connection = await openConnection(path.join(folder, "fixed.db"));
    let written = 0;
    const ask = prepareQuery<{ readonly words: readonly string[]; readonly more: string }, { readonly word: string }>(
      ({ boundTable }, param) => {
        written += 1;
        const words = boundTable(param, (values) => values.words.map((word) => [word]), { word: "text" });
        return sql`SELECT k.word || ${param(({ more }) => more)} AS word FROM ${words} ORDER BY 1`;
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
    const ask = prepareQuery<null, { readonly at: number }>(
      ({ wallClock }, param) => sql`SELECT ${wallClock(param)} AS at`,
    );
    const now = async () => (await connection.read((db) => ask(db, null))).rows[0]?.at;
    vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
    expect(await now()).toBe(1000);
    vi.setSystemTime(2000);
    expect(await now()).toBe(2000);
    await connection.close();
  });
});
