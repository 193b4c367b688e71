import { expect, it } from "vitest";
import type { ArchiveStore, Store } from "../../../src/store/store.js";
import { openShelf } from "../../../src/web/archive/page-cache.js";

function shelfOf(version: { current: string }) {
  const archive = { version: () => Promise.resolve(version.current) } as ArchiveStore;
  const shelf = openShelf({ store: { archive } as Store });
  const made: string[] = [];
  const take = (name: string, found: object | null = {}) =>
    shelf.take(name, () => {
      made.push(name);
      return Promise.resolve(found);
    });
  return { take, made };
}

it("makes a thing once, until the archive changes", async () => {
  const version = { current: "1" };
  const { take, made } = shelfOf(version);
  const first = await take("a");
  expect(await take("a")).toBe(first);
  version.current = "2";
  expect(await take("a")).not.toBe(first);
  expect(made).toEqual(["a", "a"]);
});

it("keeps nothing of what is not there", async () => {
  const { take, made } = shelfOf({ current: "1" });
  await take("a", null);
  await take("a", null);
  expect(made).toEqual(["a", "a"]);
});

it("keeps 64 things, those that were asked for last", async () => {
  const { take, made } = shelfOf({ current: "1" });
  for (let number = 0; number < 64; number += 1) await take(String(number));
  await take("0");
  await take("one more");
  made.length = 0;
  for (const name of ["0", "one more", "63", "1"]) await take(name);
  expect(made).toEqual(["1"]);
});
