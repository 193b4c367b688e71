import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { keepStatements } from "../../src/store/sqlite/driver.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";

const environment = { PAPERBOY_SECRET: "0123456789abcdef0123456789abcdef" };
const PAGE = fixture("pages/daily.html");
const RUN = ["run", PAGE, "--to", "you@example.com", "--json"];

/** A home that has sent an edition, and its state as an exported file. */
async function exported() {
  const home = freshHome();
  expect((await paperboy(RUN, { home, environment })).json()["reason"]).toBe("sent");
  const file = path.join(home, "paperboy.state");
  const made = await paperboy(["state", "export", file], { home, environment });
  expect(made).toMatchObject({ exit: 0, stderr: "" });
  return { home, file };
}

describe("paperboy state", () => {
  it("moves the database to another machine, which sends nothing twice", async () => {
    const { home, file } = await exported();
    const fresh = freshHome();
    const opened = await paperboy(["state", "import", file], { home: fresh, environment });
    expect(opened).toMatchObject({ exit: 0, stderr: "" });
    expect((await paperboy(RUN, { home: fresh, environment })).json()["reason"]).toBe("already-sent");
    expect((await paperboy(["store", "check"], { home: fresh, environment })).stdout).toBe("ok\n");
    expect(statSync(path.join(fresh, "paperboy.db")).mode & 0o777).toBe(0o600);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes("you@example.com")).toBe(false);
    expect(readdirSync(home).filter((name) => name.startsWith(".exporting"))).toEqual([]);
  });

  it("assigns no number of a reader again that the first machine assigned after the export", async () => {
    const { home, file } = await exported();
    const fresh = freshHome();
    await paperboy(["state", "import", file], { home: fresh, environment });
    const numbers: number[] = [];
    for (const [folder, address] of [
      [home, "ann@example.com"],
      [fresh, "bob@example.com"],
    ] as const) {
      await paperboy(["subscribers", "add", address], { home: folder, environment });
      const database = keepStatements(new Database(path.join(folder, "paperboy.db"), { readonly: true }));
      numbers.push(Number(database.prepare("SELECT max(id) FROM subscribers").pluck().get()));
      database.close();
    }
    expect(new Set(numbers).size).toBe(2);
  });

  it("imports a state with an earlier secret, and exports it with the current one", async () => {
    const { file } = await exported();
    const home = freshHome();
    const changed = { PAPERBOY_SECRET: `${"f".repeat(32)} ${environment.PAPERBOY_SECRET}` };
    expect((await paperboy(["state", "import", file], { home, environment: changed })).exit).toBe(0);
    expect((await paperboy(RUN, { home, environment: changed })).json()["reason"]).toBe("already-sent");
    expect((await paperboy(["state", "export", file], { home, environment: changed })).exit).toBe(0);
    const opened = await paperboy(["state", "import", file], { environment });
    expect(opened.stderr).toContain("cannot be decrypted");
  });

  it("raises no false alarm about a restored database after several moves", async () => {
    let { file } = await exported();
    for (const page of ["pages/day-2024.html", "pages/hostile.html"]) {
      const home = freshHome();
      await paperboy(["state", "import", file], { home, environment });
      const run = await paperboy(["run", fixture(page), "--to", "you@example.com", "--json"], { home, environment });
      expect(run.json()["reason"]).toBe("sent");
      file = path.join(home, "paperboy.state");
      expect((await paperboy(["state", "export", file], { home, environment })).exit).toBe(0);
    }
  });

  it("refuses to send after an old state was imported into a home that has sent since", async () => {
    const { home, file } = await exported();
    await paperboy(["run", fixture("pages/day-2024.html"), "--to", "you@example.com"], { home, environment });
    for (const name of ["paperboy.db", "paperboy.db-wal", "paperboy.db-shm"])
      rmSync(path.join(home, name), { force: true });
    await paperboy(["state", "import", file], { home, environment });
    const run = await paperboy(["run", PAGE, "--to", "else@example.com"], { home, environment });
    expect(run.exit).toBe(8);
    expect(run.stderr).toContain("--accept-restored");
  });

  it.each(["paperboy.db", "paperboy.db-wal"])("overwrites nothing when %s exists", async (name) => {
    const { file } = await exported();
    const home = freshHome();
    writeFileSync(path.join(home, name), "mine");
    const run = await paperboy(["state", "import", file], { home, environment });
    expect(run.exit).toBe(2);
    expect(run.stderr).toContain(`${name} already exists`);
    expect(readFileSync(path.join(home, name), "utf8")).toBe("mine");
  });

  it("replaces an older exported state, but no other file", async () => {
    const { home, file } = await exported();
    expect((await paperboy(["state", "export", file], { home, environment })).exit).toBe(0);
    const letter = path.join(home, "letter.txt");
    writeFileSync(letter, "mine");
    expect((await paperboy(["state", "export", letter], { home, environment })).exit).toBe(2);
    expect(readFileSync(letter, "utf8")).toBe("mine");
  });

  it.each([
    ["no secret", {}, /PAPERBOY_SECRET is not set/],
    ["another secret", { PAPERBOY_SECRET: "f".repeat(64) }, /cannot be decrypted/],
  ])("imports nothing with %s", async (_, wrong, says) => {
    const { file } = await exported();
    const run = await paperboy(["state", "import", file], { environment: wrong });
    expect(run.exit).toBe(3);
    expect(run.stderr).toMatch(says);
    expect(existsSync(path.join(run.home, "paperboy.db"))).toBe(false);
  });

  it.each([
    ["a missing file", "nothing.state", 9, /cannot read .*no such file or directory \(ENOENT\)/],
    ["a file of another kind", PAGE, 2, /not an exported state/],
  ] as const)("explains what is wrong with %s", async (_, file, exit, says) => {
    const run = await paperboy(["state", "import", file], { environment });
    expect(run.exit).toBe(exit);
    expect(run.stderr).toMatch(says);
  });
});
