import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { View } from "../../../src/core/model.js";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import type { NewSubscriber, Store } from "../../../src/store/store.js";
import { createRepeats } from "../../../src/subscribers/import/repeats.js";
import { importRows } from "../../../src/subscribers/import/import.js";
import type { RejectedRow } from "../../../src/subscribers/import/import.js";
import { readRows } from "../../../src/subscribers/import/read.js";
import { formatSubscribers } from "../../../src/subscribers/export.js";
import type { ListFormat } from "../../../src/subscribers/export.js";
import type { Opened } from "../../contract/store/fixtures.js";
import { openTemporary } from "../../store/temporary.js";
import { chunksOf, rowsOf } from "./rows-of.js";

const now = new Date("2026-10-05T07:00:00Z");
const opened: Opened[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.destroy()));
});

async function freshStore(): Promise<Store> {
  const one = await openTemporary();
  opened.push(one);
  return one.store;
}

async function importText(store: Store, file: string, { dryRun = false, defaultView = DEFAULT_VIEW } = {}) {
  const rejected: RejectedRow[] = [];
  const counts = await importRows(
    readRows(chunksOf(Buffer.from(file)), { onIgnored: () => undefined, onGuess: () => undefined }),
    {
      subscribers: store.subscribers,
      now,
      dryRun,
      defaultView,
      onAdded: () => Promise.resolve(),
      onRejected: (row) => void rejected.push(row),
      onProgress: () => undefined,
    },
  );
  return { counts, rejected: rejected.map(({ line, problem }) => `${line} ${problem}`) };
}

const subscriber: Omit<NewSubscriber, "address"> = {
  state: "active",
  frequency: "daily",
  view: DEFAULT_VIEW,
  origin: "operator",
};

async function usedStore(): Promise<Store> {
  const store = await freshStore();
  await store.subscribers.add([{ ...subscriber, address: "known@example.com" }], { now });
  await store.subscribers.erase("erased@example.com", now);
  return store;
}

async function textOf(store: Store, format: ListFormat): Promise<string> {
  let text = "";
  for await (const part of formatSubscribers(store.subscribers, { format })) text += part;
  return text;
}

async function allSubscribers(store: Store): Promise<string[]> {
  const all = await store.subscribers.list({ after: 0, limit: 10_000 });
  return all.map((one) => JSON.stringify({ ...one, id: null }));
}

describe("an import", () => {
  const file = [
    "email,limit",
    "new@example.com,5",
    "NEW@example.com,6",
    "known@EXAMPLE.com,7",
    "erased@example.com,",
    "no address,",
    "new@exämple.com,",
    "new@xn--exmple-cua.com,",
    "other@example.com,0",
  ].join("\n");

  it.each([true, false])("reports every row that added no subscriber (dry run: %s)", async (dryRun) => {
    const { counts, rejected } = await importText(await usedStore(), file, { dryRun });
    expect(counts).toEqual({ rows: 8, added: 2, known: 1, gone: 0, duplicate: 2, suppressed: 1, left: 0, refused: 2 });
    expect(rejected).toEqual([
      "3 duplicate",
      "4 known",
      "5 suppressed",
      "6 bad-address",
      "8 duplicate",
      "9 wrong-value",
    ]);
  });

  it("leaves known subscribers unchanged, and writes nothing in a dry run", async () => {
    const store = await usedStore();
    await importText(store, file, { dryRun: true });
    expect(await store.subscribers.count()).toMatchObject({ active: 1 });
    await importText(store, file);
    expect(await store.subscribers.find("known@example.com")).toMatchObject({ view: DEFAULT_VIEW });
    expect(await store.subscribers.find("new@example.com")).toMatchObject({ view: { limit: 5 }, joinedAt: now });
  });

  it.each([false, true])(
    "ends readers who left elsewhere, except those who confirmed here (dry run: %s)",
    async (dryRun) => {
      const store = await freshStore();
      const origins = ["operator", "named", "site", "mail"] as const;
      await store.subscribers.add(
        origins.map((origin) => ({ ...subscriber, origin, address: `${origin}@example.com` })),
        { now },
      );
      const rows = [...origins, "new"].map((name) => `${name}@example.com,unsubscribed`);
      const file = [
        "email,status",
        "twice@example.com,active",
        "twice@example.com,bounced",
        ...rows,
        "new@example.com,active",
      ];
      const { counts, rejected } = await importText(store, file.join("\n"), { dryRun });
      expect(counts).toEqual({
        rows: 8,
        added: 1,
        known: 2,
        gone: 0,
        duplicate: 1,
        suppressed: 0,
        left: 4,
        refused: 0,
      });
      expect(rejected).toEqual(["3 left", "4 left", "5 left", "6 known", "7 known", "8 left", "9 duplicate"]);
      const states = Object.fromEntries(
        (await store.subscribers.list({ after: 0, limit: 10 })).map(({ address, state }) => [
          address.split("@")[0],
          state,
        ]),
      );
      expect(states).toEqual(
        dryRun
          ? { operator: "active", named: "active", site: "active", mail: "active" }
          : { operator: "gone", named: "gone", site: "active", mail: "active", twice: "bounced", new: "gone" },
      );
    },
  );

  it("never adds a person who was erased, whatever the file says", async () => {
    const { counts } = await importText(await usedStore(), "email,status\nerased@example.com,unsubscribed\n");
    expect(counts).toMatchObject({ suppressed: 1, left: 0 });
  });

  it("finds duplicates across batches, whatever their case", async () => {
    const many = Array.from({ length: 2500 }, (_, index) => `r${index}@example.com`);
    const { counts } = await importText(
      await freshStore(),
      ["email", ...many, ...many.slice(0, 2).map((address) => address.toUpperCase())].join("\n"),
      {
        dryRun: true,
      },
    );
    expect(counts).toMatchObject({ rows: 2502, added: 2500, duplicate: 2 });
  });

  it("makes subscribers of people whom only a run named, unless they left", async () => {
    const store = await freshStore();
    const named = { ...subscriber, origin: "named" } as const;
    const people = ["here@example.com", "left@example.com"].map((address) => ({ ...named, address }));
    await store.subscribers.add(people, { now });
    await store.subscribers.change("left@example.com", { state: "gone" }, now);
    const list = "email,frequency\nhere@example.com,weekly\nleft@example.com,weekly\n";
    expect((await importText(store, list, { dryRun: true })).counts).toMatchObject({ added: 1, gone: 1 });
    expect(await store.subscribers.find("here@example.com")).toMatchObject({ origin: "named", frequency: "daily" });
    expect((await importText(store, list)).counts).toMatchObject({ added: 1, gone: 1 });
    expect(await store.subscribers.find("here@example.com")).toMatchObject({ origin: "operator", frequency: "weekly" });
    expect(await store.subscribers.find("left@example.com")).toMatchObject({ origin: "named", state: "gone" });
  });
});

describe("an export", () => {
  const phrase = fc
    .array(fc.constantFrom("a", "B", " ", ";", ",", '"', "\\", "=1+1", "@", "ü", "'", "#"), {
      minLength: 1,
    })
    .map((parts) => parts.join("").trim())
    .filter((text) => text !== "");
  const phrases = fc.array(phrase, { maxLength: 3 });
  // Commas separate topics.
  const topics = phrases.map((texts) => texts.map((text) => text.replaceAll(",", ".")));
  const view: fc.Arbitrary<View> = fc.record({
    include: topics,
    exclude: topics,
    authors: phrases,
    organizations: phrases,
    minUpvotes: fc.nat(1000),
    withCode: fc.boolean(),
    limit: fc.option(fc.integer({ min: 1, max: 500 })),
    order: fc.constantFrom("votes", "comments", "newest", "relevance"),
    abstracts: fc.constantFrom("full", "short", "none"),
    fullUpTo: fc.nat(50),
    revisit: fc.nat(5),
    leading: fc.nat(50),
    pictures: fc.boolean(),
    language: fc.constantFrom("en", "de"),
    source: fc.constantFrom("days", "search:lamps, and ladders"),
  });
  const pausedUntil = fc.option(
    fc.date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true }),
  );
  const person = fc.record({
    state: fc.constantFrom("pending", "active", "paused", "gone", "bounced"),
    pausedUntil,
    frequency: fc.constantFrom("daily", "weekly", "monthly"),
    // People whom only runs name are not on the list.
    origin: fc.constantFrom("operator", "site", "mail"),
    view,
  });

  it.each(["csv", "json"] as const)(
    "is imported without loss as %s, also in a home with another default view",
    async (format) => {
      const people = fc.sample(person, { numRuns: 300, seed: 4 });
      const batch = people.map((one, index) => ({ ...one, address: `r${index}@example.com` }));
      const [from, to] = [await freshStore(), await freshStore()];
      await from.subscribers.add(batch, { now });
      const defaultView: View = {
        ...DEFAULT_VIEW,
        language: "de",
        include: ["other"],
        limit: 3,
        withCode: true,
        minUpvotes: 9,
      };
      const { counts } = await importText(to, await textOf(from, format), { defaultView });
      expect(counts).toMatchObject({ rows: 300, added: 300 });
      expect(await allSubscribers(to)).toEqual(await allSubscribers(from));
    },
  );

  it("escapes no cell, not even one that a spreadsheet takes for a formula", async () => {
    const include = ["=1+1", 'a "b"', "c\rd", "e\r\nf", "-x"];
    const store = await freshStore();
    const batch = [{ ...subscriber, address: "+you@example.com", view: { ...DEFAULT_VIEW, include } }];
    await store.subscribers.add(batch, { now });
    const text = await textOf(store, "csv");
    expect(text).toBe(
      "email,state,paused_until,frequency,origin,joined_at,language,include,exclude,authors,organizations,min_upvotes," +
        "with_code,limit,order,abstracts,full_up_to,leading,pictures,revisit,source,since,interests,min_closeness\n+you@example.com,active,,daily,operator," +
        '2026-10-05T07:00:00.000Z,en,"=1+1;a ""b"";c\rd;e\r\nf;-x",,,,0,no,,votes,none,20,3,no,0,days,,,\n',
    );
    const { rows } = await rowsOf(text);
    expect(rows.map((row) => "cells" in row && row.cells.get("include"))).toEqual([include.join(";")]);
  });

  it("reads the store page by page, without loss", async () => {
    const store = await freshStore();
    const batch = Array.from({ length: 2100 }, (_, index) => ({ ...subscriber, address: `r${index}@example.com` }));
    await store.subscribers.add(batch, { now });
    const lines = (await textOf(store, "json")).trimEnd().split("\n");
    expect(new Set(lines.map((line) => (JSON.parse(line) as { email: string }).email)).size).toBe(2100);
  });
});

describe("createRepeats", () => {
  it("tells which texts occurred before, also when the table grew", () => {
    const isRepeated = createRepeats();
    const texts = Array.from({ length: 40_000 }, (_, index) => `reader${index}@example.com`);
    expect(texts.some(isRepeated)).toBe(false);
    expect(texts.every(isRepeated)).toBe(true);
    expect(isRepeated("another@example.com")).toBe(false);
  });
});
