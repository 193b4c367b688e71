import { rmSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Db } from "../../../src/store/sql/database.js";
import { openConnection } from "../../../src/store/sqlite/database.js";
import type { FileConnection } from "../../../src/store/sqlite/database.js";
import { groupWrites } from "../../../src/store/sqlite/group-commit.js";
import { temporaryFolder } from "../temporary.js";

let folder: string;
let connection: FileConnection;
beforeEach(async () => {
  folder = temporaryFolder();
  connection = await openConnection(path.join(folder, "paperboy.db"));
});
afterEach(async () => {
  await connection.close();
  rmSync(folder, { recursive: true });
});

const put = (name: string) => async (db: Db) => {
  await sql`INSERT INTO named_values (name, body) VALUES (${name}, '1')`.execute(db);
  return name;
};
const failing = (name: string) => async (db: Db) => {
  await put(name)(db);
  throw new RangeError(`not ${name}`);
};

async function names(): Promise<readonly string[]> {
  return connection.read(async (db) => {
    const { rows } = await sql<{ name: string }>`SELECT name FROM named_values ORDER BY name`.execute(db);
    return rows.map(({ name }) => name);
  });
}

it("stores concurrent writes, and undoes only those that fail", async () => {
  const given = ["a", "b", "x", "c", "b", "d"];
  const ends = await Promise.allSettled(
    given.map((name) => connection.write(name === "x" ? failing(name) : put(name))),
  );
  expect(ends.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(ends[3]).toEqual({ status: "fulfilled", value: "c" });
  expect(await names()).toEqual(["a", "b", "c", "d"]);
});

it("commits many writes in few transactions, each visible when it resolves", async () => {
  let transactions = 0;
  const write = groupWrites({
    transaction: async (work) => {
      transactions += 1;
      await connection.write(work);
    },
    isOpen: () => true,
  });
  const seen = await Promise.all(
    Array.from({ length: 100 }, async (_, at) => {
      const name = await write(put(`n${at}`));
      return (await names()).includes(name);
    }),
  );
  expect(seen).not.toContain(false);
  // At most 64 writes share one.
  expect(transactions).toBe(2);
});

it("rejects every write of a failed transaction, and accepts new ones", async () => {
  let isBroken = true;
  const write = groupWrites({
    transaction: async (work) => {
      await connection.write(async (db) => {
        await work(db);
        if (isBroken) throw new Error("the disk is full");
      });
    },
    isOpen: () => true,
  });
  const ends = await Promise.allSettled(["a", "b", "c"].map((name) => write(put(name))));
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(await names()).toEqual([]);
  isBroken = false;
  expect(await write(put("d"))).toBe("d");
});

it("runs no further write of a group after SQLite has rolled it back", async () => {
  let ran = 0;
  const write = groupWrites({
    transaction: (work) => connection.write(work),
    isOpen: () => false,
  });
  const count = async () => {
    ran += 1;
    throw new Error("SQLITE_FULL");
  };
  const ends = await Promise.allSettled([write(put("first")), write(count), write(count), write(put("last"))]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
  expect(ran).toBe(1);
  expect(await names()).toEqual([]);
});
