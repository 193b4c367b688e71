import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "../../../src/app/open-store.js";
import { storeFailure } from "../../../src/store/sqlite/failures.js";
import type { Store } from "../../../src/store/store.js";
import { keepStatements } from "../../../src/store/sqlite/driver.js";
import { claim, DAY, edition, NONE, prepare, prepared, reader, NOW } from "../../contract/store/fixtures.js";
import { KEY, openIn, temporaryFolder } from "../temporary.js";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => path.join(folder, "paperboy.db");

/** Prepares an edition for three readers and executes a statement as another program would. */
async function tamper(statement: string): Promise<Store> {
  const store = await openIn(folder);
  await prepared(store);
  await store.close();
  const database = keepStatements(new Database(file()));
  database.pragma("foreign_keys = OFF");
  database.exec(statement);
  database.close();
  return openIn(folder);
}

/** Overwrites the first page of a table, as a failing disk would. */
function overwriteTable(name: string): void {
  const database = keepStatements(new Database(file(), { readonly: true }));
  const page = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").pluck().get(name) as number;
  database.close();
  const handle = openSync(file(), "r+");
  writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, (page - 1) * 4096);
  closeSync(handle);
}

describe("a damaged database", () => {
  it.each([
    ["a missing delivery", "DELETE FROM deliveries WHERE id = 2", "does not add up"],
    ["a missing edition", "DELETE FROM editions", "refers to a missing row"],
    ["a changed letter", "UPDATE letters SET body = replace(body, 'Hello', 'Bye')", "was changed after it was frozen"],
    ["a changed count", "UPDATE editions SET candidates = 4", "does not add up"],
  ])("reports %s", async (_, statement, problem) => {
    const store = await tamper(statement);
    expect((await store.check()).join("\n")).toContain(problem);
    await store.close();
  });

  it("refuses to read a changed letter", async () => {
    const store = await tamper("UPDATE letters SET body = replace(body, 'Hello', 'Bye')");
    const [taken] = await claim(store);
    await expect(store.editions.letter(taken?.letterId ?? "")).rejects.toMatchObject({ code: "store-failed" });
    await store.close();
  });

  it("reports an overwritten page, and fails as not retryable when it is read", async () => {
    const store = await tamper("SELECT 1");
    await store.close();
    overwriteTable("deliveries");
    const damaged = await openIn(folder);
    expect(await damaged.check()).not.toEqual([]);
    await expect(prepare(damaged, edition("day:2026-03-10"))).rejects.toMatchObject({
      code: "store-failed",
      retryable: false,
    });
    await damaged.close();
  });

  it.each<[string, () => unknown]>([
    ["is not a database", () => writeFileSync(file(), "Dear diary, ".repeat(100))],
    [
      "belongs to another program",
      () => keepStatements(new Database(file())).exec("CREATE TABLE diary (line TEXT)").close(),
    ],
    [
      "was written by a newer Paperboy",
      async () => {
        const store = await openIn(folder);
        await store.close();
        const database = keepStatements(new Database(file()));
        database.pragma("user_version = 999");
        database.close();
      },
    ],
  ])("leaves a file unchanged that %s", async (_, make) => {
    await make();
    const { size } = statSync(file());
    await expect(openIn(folder)).rejects.toMatchObject({ code: "store-failed", retryable: false });
    expect(statSync(file()).size).toBe(size);
  });

  it("fails with store-failed when the folder is missing", async () => {
    const opening = openStore({ target: path.join(folder, "no", "paperboy.db"), key: KEY });
    await expect(opening).rejects.toMatchObject({ code: "store-failed" });
  });

  it("saves nothing when the deliveries do not add up", async () => {
    const store = await openIn(folder);
    await store.subscribers.add([reader("a@example.org"), reader("b@example.org")], { now: NOW });
    const database = keepStatements(new Database(file()));
    database.exec(`CREATE TRIGGER lose BEFORE INSERT ON deliveries WHEN new.subscriber_id = 2
      BEGIN SELECT raise(IGNORE); END`);
    database.close();
    expect(await prepare(store)).toBe("miscounted");
    expect(await store.editions.find({ editionId: DAY.id, channel: "smtp" })).toBeNull();
    expect(await store.ledger.counts({ editionId: DAY.id, channel: "smtp" })).toEqual(NONE);
    await store.close();
  });
});

describe("openStore", () => {
  it("creates a file that only its owner can read", async () => {
    const store = await openIn(folder);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it("refuses a URL of an unsupported kind instead of creating a file", async () => {
    const opened = openStore({ target: "mysql://localhost/paperboy", folder, key: KEY });
    await expect(opened).rejects.toMatchObject({ code: "config-invalid" });
  });
});

describe("storeFailure", () => {
  it.each([
    ["SQLITE_FULL", true, "full"],
    ["SQLITE_BUSY", true, "locked"],
    ["SQLITE_BUSY_SNAPSHOT", true, "locked"],
    ["SQLITE_CORRUPT_VTAB", false, "damaged"],
    ["SQLITE_NOTADB", false, "not a database"],
    ["SQLITE_READONLY_DBMOVED", false, "cannot be written"],
    ["SQLITE_CANTOPEN_ISDIR", false, "cannot be opened"],
    ["SQLITE_IOERR_SHMSIZE", true, "full"],
    ["SQLITE_IOERR_FSYNC", true, "disk failed"],
    ["SQLITE_ERROR", false, "refused"],
  ])("describes %s with a remedy", (code, retryable, description) => {
    const error = Object.assign(new Error("the error of SQLite"), { code });
    expect(storeFailure(error, "paperboy.db")).toMatchObject({
      code: "store-failed",
      retryable,
      message: expect.stringContaining(description) as string,
      hint: expect.stringMatching(/\.$/) as string,
      cause: error,
    });
  });

  it.each([new Error("a bug"), Object.assign(new Error("a file"), { code: "ENOENT" }), "thrown"])(
    "returns %s unchanged",
    (error) => {
      expect(storeFailure(error, "paperboy.db")).toBe(error);
    },
  );
});
