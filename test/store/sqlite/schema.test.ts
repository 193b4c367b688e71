import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SCHEMA as POSTGRES_SCHEMA } from "../../../src/store/postgres/schema.js";
import { SCHEMA_VERSION } from "../../../src/store/sql/schema-version.js";
import { keepStatements } from "../../../src/store/sqlite/driver.js";
import { SCHEMA } from "../../../src/store/sqlite/schema.js";
import { openIn, temporaryFolder } from "../temporary.js";

const APPLICATION_ID = 0x50626f79;

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => keepStatements(new Database(path.join(folder, "paperboy.db")));

describe("the schema of a SQLite file", () => {
  it.each([1, 5, 9, 12, 13])("refuses development version %i and leaves its file unchanged", async (version) => {
    const before = open();
    before.exec(`CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO meta (name, value) VALUES ('epoch', 3);
      CREATE TABLE subscribers (id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL) STRICT;
      INSERT INTO subscribers (address) VALUES ('a@example.org');
      PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`);
    before.close();
    await expect(openIn(folder)).rejects.toMatchObject({
      code: "store-failed",
      retryable: false,
      message: expect.stringMatching(/paperboy\.db was written by an earlier version .* new schema/) as string,
      hint: expect.stringMatching(/subscribers export .* subscribers import/) as string,
    });
    const after = open();
    expect(after.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all()).toEqual([
      "meta",
      "sqlite_sequence",
      "subscribers",
    ]);
    expect(after.pragma("user_version", { simple: true })).toBe(version);
    after.close();
  });

  it("has another version whenever the tables change", () => {
    // When this fails: raise SCHEMA_VERSION, then write the new number and hash here.
    const hash = createHash("sha256")
      .update(SCHEMA + POSTGRES_SCHEMA)
      .digest("hex")
      .slice(0, 16);
    expect([SCHEMA_VERSION, hash]).toEqual([19, "a42d79e014234f4a"]);
  });

  it("refuses a newer version", async () => {
    await (await openIn(folder)).close();
    const newer = open();
    newer.pragma("user_version = 1000");
    newer.close();
    await expect(openIn(folder)).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringContaining("newer Paperboy") as string,
    });
  });
});
