import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { put, take } from "../subscribers/files.js";
import { paperboy } from "../support/paperboy.js";
import { keepStatements } from "../../src/store/sqlite/driver.js";

async function homeWithReader(): Promise<string> {
  const { home } = await paperboy(["subscribers", "add", "you@example.com"]);
  return home;
}

describe("paperboy store check", () => {
  it("says ok", async () => {
    const home = await homeWithReader();
    expect(await paperboy(["store", "check"], { home })).toMatchObject({ exit: 0, stdout: "ok\n", stderr: "" });
    expect((await paperboy(["store", "check", "--json"], { home })).json()).toEqual({ message: "ok", problems: [] });
  });

  it("ends with store-failed for a file that is not a database", async () => {
    const home = await homeWithReader();
    writeFileSync(path.join(home, "paperboy.db"), "not a database ".repeat(1000));
    const { exit, stdout, stderr } = await paperboy(["store", "check"], { home });
    expect(exit).toBe(8);
    expect(stdout).toBe("");
    expect(stderr).toContain("store-failed: ");
  });

  it("names each problem", async () => {
    const home = await homeWithReader();
    const { default: Database } = await import("better-sqlite3");
    const database = keepStatements(new Database(path.join(home, "paperboy.db")));
    database.pragma("foreign_keys = OFF");
    database.exec("UPDATE subscribers SET view_id = 999");
    database.close();
    const { exit, stderr } = await paperboy(["store", "check"], { home });
    expect(exit).toBe(8);
    expect(stderr).toMatch(/warning: .*subscribers refers to a missing row of views/);
    expect(stderr).toMatch(/store-failed: 1 problem\n$/);
  });
});

describe("paperboy store backup", () => {
  it("writes a complete copy that only its owner can read", async () => {
    const home = await homeWithReader();
    const { exit, stdout } = await paperboy(["store", "backup", "copy.db"], { home });
    expect([exit, stdout]).toEqual([0, "copied to copy.db\n"]);
    expect(statSync(path.join(home, "copy.db")).mode & 0o777).toBe(0o600);
    const list = await paperboy(["subscribers", "list"], { home, environment: { PAPERBOY_STORE: "copy.db" } });
    expect(list.stdout).toContain("you@example.com");
  });

  it("does not overwrite an existing file", async () => {
    const home = await homeWithReader();
    put(home, "copy.db", "precious");
    const { exit, stderr } = await paperboy(["store", "backup", "copy.db"], { home });
    expect(exit).toBe(8);
    expect(stderr).toContain("Give the name of a new file");
    expect(take(home, "copy.db")).toBe("precious");
  });

  it("fails when the folder does not exist", async () => {
    const home = await homeWithReader();
    expect((await paperboy(["store", "backup", "no/copy.db"], { home })).exit).toBe(8);
    expect(existsSync(path.join(home, "no"))).toBe(false);
  });
});

it("does not repeat the numbers of a deleted database, whose links are signed with the same key", async () => {
  const home = await homeWithReader();
  const { default: Database } = await import("better-sqlite3");
  const numberOf = (): unknown => {
    const database = keepStatements(new Database(path.join(home, "paperboy.db"), { readonly: true }));
    const row = database.prepare("SELECT id FROM subscribers").pluck().get();
    database.close();
    return row;
  };
  expect(numberOf()).toBe(1);
  for (const file of readdirSync(home).filter((name) => name.startsWith("paperboy.db"))) rmSync(path.join(home, file));
  expect((await paperboy(["subscribers", "add", "other@example.com"], { home })).exit).toBe(0);
  expect(numberOf()).toBeGreaterThan(200_000_000_000);
});
