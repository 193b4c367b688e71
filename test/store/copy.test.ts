import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyStore, openStore } from "../../src/app/open-store.js";
import { openDatabase as openPostgres } from "../../src/store/postgres/database.js";
import { COPIED, NOT_COPIED } from "../../src/store/sql/copy-rows.js";
import type { CopyReport } from "../../src/store/sql/copy.js";
import { openDatabase as openSqlite } from "../../src/store/sqlite/database.js";
import { parseStoreUrl, type PostgresLocation } from "../../src/store/store-url.js";
import type { Store } from "../../src/store/store.js";
import {
  claim,
  DAY,
  edition,
  HOUR,
  later,
  NONE,
  NOW,
  prepare,
  prepared,
  reader,
  sendAll,
  VIEW,
} from "../contract/store/fixtures.js";
import { paperOf } from "../support/papers-model.js";
import { describeServed, type Served } from "./postgres/servers.js";
import { KEY, temporaryFolder } from "./temporary.js";

const SMTP = { editionId: DAY.id, channel: "smtp" } as const;
const REQUEST = { address: "new@example.org", frequency: "weekly", view: VIEW, origin: "site" } as const;

/** Adds rows to every table. */
async function fill(store: Store): Promise<void> {
  const people = ["gone", "erased", "bounced"].map((name) => reader(`${name}@example.org`));
  await store.subscribers.add(people, { now: NOW });
  await prepare(
    store,
    { ...edition("day:2026-03-08"), papers: [paperOf("p", { title: "Harbour maps" })] },
    {
      plan: { days: ["2026-03-08"] },
    },
  );
  await sendAll(store);
  await prepared(store, 4);
  const [sent, unsure] = await claim(store, { limit: 2 });
  if (sent === undefined || unsure === undefined) throw new Error("nothing was claimed");
  await store.ledger.gate([sent, unsure], NOW);
  await store.ledger.settle([{ claim: sent, state: "sent", detail: "250 ok" }], NOW);
  await store.ledger.settle([{ claim: unsure, state: "uncertain", detail: "no\0answer" }], NOW);
  await store.subscribers.change("gone@example.org", { state: "gone" }, NOW);
  await store.subscribers.erase("erased@example.org", NOW);
  const begun = await store.signups.begin({ ...REQUEST, address: "joined@example.org" }, NOW);
  if (begun.result === "begun") await store.signups.confirm(begun.signupId, NOW);
  await store.signups.begin(REQUEST, NOW);
  await store.limits.take([{ name: "send", capacity: 3, refillMs: 9_000_000 }], { count: 1.25, now: NOW });
  await store.inbox.keep([Buffer.from([0, 255, 10])], NOW);
  const id = (await store.subscribers.find("bounced@example.org"))?.id ?? 0;
  await store.inbox.keep([Buffer.from("bounce")], NOW);
  const bounce = { type: "bounce", subscriberId: id, damage: "soft", status: "4.4.1" } as const;
  await store.inbox.settle([{ id: 2, outcome: "soft bounce", effects: [bounce] }], NOW);
  const mail = { kind: "note", to: "a@example.org", subject: "Hello", text: "Hello", html: null, headers: {} } as const;
  const confirmation = { ...mail, kind: "confirm", to: REQUEST.address, sendBefore: later(HOUR) } as const;
  await store.transactional.enqueue(confirmation, NOW);
  for (const claim of await store.transactional.claim({ limit: 1, now: NOW, leaseMs: HOUR })) {
    await store.transactional.settle([{ claim, state: "sent", detail: "" }], NOW);
  }
  await store.transactional.enqueue({ ...mail, sendBefore: later(HOUR) }, NOW);
  await store.pushes.plan({ editionId: DAY.id, targets: ["team"], sendBefore: later(HOUR) }, NOW);
  await store.runs.record({ startedAt: NOW, endedAt: NOW, source: null, reason: "sent", message: "", result: null });
  await store.runs.set("mark", { of: "a test" });
}

function hashes({ tables }: CopyReport): CopyReport["tables"] {
  return tables.filter(({ table }) => table !== "named_values");
}

describeServed("copyStore", (served) => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const copy = (from: string, to: string) =>
    copyStore({ from, to, directory: folder, now: NOW, onTable: () => undefined });
  const places = (use: Served) => ({ sqlite: path.join(folder, "one.db"), postgres: use.target });

  it.each([
    ["sqlite", "postgres"],
    ["postgres", "sqlite"],
  ] as const)(
    "copies all tables from %s to %s, pauses the source, and the target continues its deliveries",
    async (a, b) => {
      const of = places(served);
      const source = await openStore({ target: of[a], key: KEY });
      await fill(source);
      const { tables } = await copy(of[a], of[b]);
      expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
      expect(tables.map(({ table }) => table)).toEqual(COPIED.map(({ name }) => name));
      expect(await source.runs.get("paused")).toBe(true);
      const target = await openStore({ target: of[b], key: KEY });
      expect(await target.runs.get("paused")).toBeNull();
      expect(await target.ledger.counts(SMTP)).toEqual(await source.ledger.counts(SMTP));
      expect(await target.check()).toEqual([]);
      const found = await target.archive.search({ text: "harbour", order: "relevance", limit: 1, offset: 0 });
      expect(found.papers.map(({ paper }) => paper.title)).toEqual(["Harbour maps"]);
      expect(await target.subscribers.isSuppressed("erased@example.org")).toBe(true);
      // Ids of deleted subscribers are not assigned again.
      const before = (await source.subscribers.list({ after: 0, limit: 99 })).map(({ id }) => id);
      await target.subscribers.add([reader("late@example.org")], { now: NOW });
      const late = (await target.subscribers.find("late@example.org"))?.id;
      expect(late).toBeGreaterThan(Math.max(...before));
      // Nor are those that the source assigns when it is used again.
      await source.subscribers.add([reader("other@example.org")], { now: NOW });
      expect((await source.subscribers.find("other@example.org"))?.id).not.toBe(late);
      await sendAll(target);
      expect((await target.ledger.counts(SMTP)).pending).toBe(0);
      await source.close();
      await target.close();
    },
  );

  it("returns equal hashes for a copy of a copy", async () => {
    const { sqlite, postgres } = places(served);
    const source = await openStore({ target: sqlite, key: KEY });
    await fill(source);
    await source.close();
    await copy(sqlite, postgres);
    const there = await copy(postgres, path.join(folder, "two.db"));
    const again = await copy(path.join(folder, "two.db"), path.join(folder, "three.db"));
    // `named_values` differs: a source is paused after its rows are copied.
    expect(hashes(again)).toEqual(hashes(there));
  });

  it("lets the target finish an interrupted run, mailing every reader once", async () => {
    const { sqlite, postgres } = places(served);
    const source = await openStore({ target: sqlite, key: KEY });
    await prepared(source, 20);
    const first = await claim(source, { limit: 7 });
    await source.ledger.gate(first, NOW);
    await source.ledger.settle(
      first.map((one) => ({ claim: one, state: "sent", detail: "250" })),
      NOW,
    );
    await source.runs.set("paused", true);
    await copy(sqlite, postgres);
    const target = await openStore({ target: postgres, key: KEY });
    expect(await target.runs.get("paused")).toBe(true);
    const rest = await claim(target, { limit: 100 });
    const readers = [...first, ...rest].map(({ address }) => address);
    expect(new Set(readers).size).toBe(20);
    expect(readers).toHaveLength(20);
    expect(await target.ledger.counts(SMTP)).toEqual({ ...NONE, prepared: 20, sent: 7, pending: 13 });
    await source.close();
    await target.close();
  });

  it("refuses a target with data, and a source that is locked or sending, and changes nothing", async () => {
    const { sqlite, postgres } = places(served);
    const source = await openStore({ target: sqlite, key: KEY });
    const target = await openStore({ target: postgres, key: KEY });
    const lock = await source.lock();
    await expect(copy(sqlite, postgres)).rejects.toMatchObject({ code: "already-running" });
    await lock?.close();
    await prepared(target, 2);
    await expect(copy(sqlite, postgres)).rejects.toMatchObject({ code: "store-failed" });
    await claim(target, { limit: 1 });
    await expect(copy(postgres, path.join(folder, "two.db"))).rejects.toMatchObject({ code: "already-running" });
    expect(await target.runs.get("paused")).toBeNull();
    expect(await source.runs.get("paused")).toBeNull();
    const two = await openStore({ target: path.join(folder, "two.db"), key: KEY });
    expect((await two.subscribers.count()).active).toBe(0);
    for (const store of [source, target, two]) await store.close();
  });

  it("refuses a missing source and does not create it", async () => {
    const nowhere = path.join(folder, "nowhere.db");
    await expect(copy("nowhere.db", served.target)).rejects.toMatchObject({ code: "store-failed" });
    expect(existsSync(nowhere)).toBe(false);
  });

  it("lists every table of both schemas as copied or not copied", async () => {
    const { sqlite, postgres } = places(served);
    for (const database of [
      await openSqlite(sqlite),
      await openPostgres(parseStoreUrl(postgres, folder) as PostgresLocation),
    ]) {
      const tables = await database.connection.read((db) => db.introspection.getTables());
      const schema = /schema=(\w+)/.exec(postgres)?.[1];
      const ours = tables.filter((table) => table.schema === undefined || table.schema === schema);
      const known = [...COPIED.map(({ name }) => name), ...NOT_COPIED];
      expect(ours.map(({ name }) => name).filter((name) => !known.some((one) => name.startsWith(one)))).toEqual([]);
      await database.close();
    }
  });
});
