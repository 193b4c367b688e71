import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { dumpCommand } from "../../src/store/postgres/backup.js";
import { parseStoreUrl, type PostgresLocation, storeExists, storeFile } from "../../src/store/store-url.js";
import { temporaryFolder } from "./temporary.js";

function postgresLocation(url: string): PostgresLocation {
  const location = parseStoreUrl(url, "/home");
  if (location.kind !== "postgres") throw new Error("not a PostgreSQL location");
  return location;
}

describe("parseStoreUrl", () => {
  it.each([
    [
      "postgres://ann:secret@db.example.org:5433/papers",
      "postgres://ann:secret@db.example.org:5433/papers?sslmode=verify-full",
      {
        displayName: "db.example.org:5433/papers, schema paperboy",
        schema: "paperboy",
        poolSize: 10,
        synchronousFailover: false,
      },
    ],
    [
      "postgresql://db.example.org/papers?schema=two&pool=3&failover=synchronous&sslmode=disable",
      "postgresql://db.example.org/papers?sslmode=disable",
      { displayName: "db.example.org/papers, schema two", schema: "two", poolSize: 3, synchronousFailover: true },
    ],
    [
      "postgres:///papers?host=/run/postgresql",
      "postgres:///papers?host=%2Frun%2Fpostgresql",
      {
        displayName: "/run/postgresql/papers, schema paperboy",
        schema: "paperboy",
        poolSize: 10,
        synchronousFailover: false,
      },
    ],
  ])("reads %s: the password stays in the driver's URL, and Paperboy's parameters leave it", (given, url, parts) => {
    const location = postgresLocation(given);
    expect({ ...location, url: decodeURIComponent(location.url) }).toEqual({
      kind: "postgres",
      ...parts,
      url: decodeURIComponent(url),
    });
    expect(location.displayName).not.toContain("secret");
  });

  it.each(["localhost", "127.0.0.1:5433", "[::1]", ""])("requires no TLS on this machine (%s)", (host) => {
    expect(postgresLocation(`postgres://${host}/papers`).url).toBe(`postgres://${host}/papers`);
  });

  it.each([
    "mysql://localhost/paperboy",
    "postgres://db.example.org:port/papers",
    "postgres://db.example.org/papers?schema=Two",
    "postgres://db.example.org/papers?schema=pg_own",
    'postgres://db.example.org/papers?schema=a"b',
    "postgres://db.example.org/papers?pool=1",
    "postgres://db.example.org/papers?pool=many",
    "postgres://db.example.org/papers?failover=maybe",
  ])("refuses %s", (given) => {
    expect(() => parseStoreUrl(given, "/home")).toThrow(expect.objectContaining({ code: "config-invalid" }) as Error);
  });

  it("resolves the path of a SQLite file from the folder", () => {
    expect(parseStoreUrl("paperboy.db", "/home")).toEqual({ kind: "sqlite", file: "/home/paperboy.db" });
    expect(storeFile("/srv/paperboy.db", "/home")).toBe("/srv/paperboy.db");
    expect(storeFile("postgres://db.example.org/papers", "/home")).toBeNull();
  });

  it("counts a store as existing when its file exists or it is a URL", () => {
    expect(storeExists("store-url.test.ts", import.meta.dirname)).toBe(true);
    expect(storeExists("missing.db", import.meta.dirname)).toBe(false);
    expect(storeExists("postgres://db.example.org/papers", "/home")).toBe(true);
  });

  it("counts a lost store as existing, so that opening it fails", () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, "paperboy.db.epoch"), "0000000000000001\n");
    expect(storeExists("paperboy.db", folder)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

it.each([
  ["postgres://me:open%25sesame@db.example/papers", "open%sesame"],
  ["postgres://me:open%sesame@db.example/papers", "open%sesame"],
  ["postgres://me@db.example/papers?password=open%25sesame", "open%sesame"],
  ["postgres:///papers?host=/run/postgresql&password=open%25sesame", "open%sesame"],
])("passes the password of %s to pg_dump, but not as an argument", (text, password) => {
  const location = parseStoreUrl(text, "/home");
  if (location.kind !== "postgres") throw new Error("no PostgreSQL");
  const command = dumpCommand({ ...location, file: "/backup.dump" });
  expect(command.password).toBe(password);
  expect(command.options.join(" ")).not.toContain("sesame");
});
