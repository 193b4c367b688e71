import { fstatSync, mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import Driver from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { openLog, type Sync } from "../../../src/store/sqlite/log.js";

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function openDatabase(mode: "WAL" | "DELETE") {
  const folder = mkdtempSync(path.join(os.tmpdir(), "paperboy-log-"));
  folders.push(folder);
  const database = new Driver(path.join(folder, "paperboy.db"));
  database.pragma(`journal_mode = ${mode}`);
  const synchronous = () => Number(database.pragma("synchronous", { simple: true }));
  return { database, synchronous, log: path.join(folder, "paperboy.db-wal") };
}

/** SQLite's numbers (https://www.sqlite.org/pragma.html#pragma_synchronous). */
const NORMAL = 1;
const FULL = 2;

describe("the log of a database", () => {
  it("is what reaches the disk, in SQLite's place", async () => {
    const { database, synchronous, log } = openDatabase("WAL");
    const synced: number[] = [];
    const opened = openLog(database, async (handle) => void synced.push(fstatSync(handle).ino));
    expect(synchronous()).toBe(NORMAL);
    for (const table of ["one", "two"]) {
      database.exec(`CREATE TABLE ${table} (id INTEGER)`);
      await opened.persist();
    }
    expect(synced).toEqual([statSync(log).ino, statSync(log).ino]);
    opened.close();
    database.close();
  });

  it("is the same file after a checkpoint has emptied it", async () => {
    const { database, log } = openDatabase("WAL");
    const synced: number[] = [];
    const opened = openLog(database, async (handle) => void synced.push(fstatSync(handle).ino));
    database.exec("CREATE TABLE one (id INTEGER)");
    await opened.persist();
    database.pragma("wal_checkpoint(TRUNCATE)");
    database.exec("INSERT INTO one VALUES (1)");
    await opened.persist();
    expect([...new Set(synced)]).toEqual([statSync(log).ino]);
    opened.close();
    database.close();
  });

  it("is kept by the real disk, and closing it lets no lock of the database go", async () => {
    const { database } = openDatabase("WAL");
    const opened = openLog(database);
    database.exec("CREATE TABLE one (id INTEGER)");
    database.exec("BEGIN IMMEDIATE");
    await opened.persist();
    opened.close();
    const other = new Driver(database.name, { timeout: 0 });
    expect(() => other.exec("BEGIN IMMEDIATE")).toThrow("database is locked");
    other.close();
    database.close();
  });

  it("is never trusted again once the disk has failed to keep it", async () => {
    const { database } = openDatabase("WAL");
    let fails = true;
    const sync: Sync = () => (fails ? Promise.reject(new Error("EIO: i/o error")) : Promise.resolve());
    const opened = openLog(database, sync);
    database.exec("CREATE TABLE one (id INTEGER)");
    await expect(opened.persist()).rejects.toMatchObject({ code: "store-failed", retryable: true });
    fails = false;
    await expect(opened.persist()).rejects.toThrow("EIO");
    opened.close();
    database.close();
  });

  it("is left to SQLite where the file system cannot hold one", async () => {
    const { database, synchronous } = openDatabase("DELETE");
    const opened = openLog(database, () => Promise.reject(new Error("asked")));
    expect(synchronous()).toBe(FULL);
    database.exec("CREATE TABLE one (id INTEGER)");
    await opened.persist();
    opened.close();
    database.close();
  });
});
