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

/** Lets somebody else's hand into a store that holds an edition for three readers. */
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

/** Writes over the first page of a table, as a failing disk would. */
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
    ["a delivery that is lost", "DELETE FROM deliveries WHERE id = 2", "does not add up"],
    ["an edition that is lost", "DELETE FROM editions", "refers to a missing row"],
    [
      "a letter that was changed",
      "UPDATE letters SET body = replace(body, 'Hello', 'Bye')",
      "was changed after it was frozen",
    ],
    ["a count that was changed", "UPDATE editions SET candidates = 4", "does not add up"],
  ])("shows %s", async (_, statement, finding) => {
    const store = await tamper(statement);
    expect((await store.check()).join("\n")).toContain(finding);
    await store.close();
  });

  it("mails no letter that was changed", async () => {
    const store = await tamper("UPDATE letters SET body = replace(body, 'Hello', 'Bye')");
    const [taken] = await claim(store);
    await expect(store.editions.letter(taken?.letterId ?? "")).rejects.toMatchObject({ code: "store-failed" });
    await store.close();
  });

  it("shows a page that was overwritten, and says what to do when it is needed", async () => {
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
    ["is no database", () => writeFileSync(file(), "Dear diary, ".repeat(100))],
    [
      "is of another program",
      () => keepStatements(new Database(file())).exec("CREATE TABLE diary (line TEXT)").close(),
    ],
    [
      "is of a newer Paperboy",
      async () => {
        const store = await openIn(folder);
        await store.close();
        const database = keepStatements(new Database(file()));
        database.pragma("user_version = 999");
        database.close();
      },
    ],
  ])("is not touched when the file %s", async (_, make) => {
    await make();
    const { size } = statSync(file());
    await expect(openIn(folder)).rejects.toMatchObject({ code: "store-failed", retryable: false });
    expect(statSync(file()).size).toBe(size);
  });

  it("is told apart from a folder that is not there", async () => {
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
  it("makes a file that its owner alone may read", async () => {
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
  ])("says what to do about %s", (code, retryable, says) => {
    const error = Object.assign(new Error("so says SQLite"), { code });
    expect(storeFailure(error, "paperboy.db")).toMatchObject({
      code: "store-failed",
      retryable,
      message: expect.stringContaining(says) as string,
      hint: expect.stringMatching(/\.$/) as string,
      cause: error,
    });
  });

  it.each([new Error("a bug"), Object.assign(new Error("a file"), { code: "ENOENT" }), "thrown"])(
    "leaves %s as it is",
    (error) => {
      expect(storeFailure(error, "paperboy.db")).toBe(error);
    },
  );
});
