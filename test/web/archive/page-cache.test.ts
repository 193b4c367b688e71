import { expect, it } from "vitest";
import type { ArchiveStore } from "../../../src/store/store.js";
import { createPageCache } from "../../../src/web/archive/page-cache.js";

function cacheOf(version: { current: string }) {
  const archive = { version: () => Promise.resolve(version.current) } as ArchiveStore;
  const cache = createPageCache({ store: { archive } });
  const made: string[] = [];
  const take = (name: string, found: object | null = {}) =>
    cache.get(name, () => {
      made.push(name);
      return Promise.resolve(found);
    });
  return { take, made };
}

it("makes a value once until the archive changes", async () => {
  const version = { current: "1" };
  const { take, made } = cacheOf(version);
  const first = await take("a");
  expect(await take("a")).toBe(first);
  version.current = "2";
  expect(await take("a")).not.toBe(first);
  expect(made).toEqual(["a", "a"]);
});

it("does not cache null", async () => {
  const { take, made } = cacheOf({ current: "1" });
  await take("a", null);
  await take("a", null);
  expect(made).toEqual(["a", "a"]);
});

it("keeps the 64 most recently used values", async () => {
  const { take, made } = cacheOf({ current: "1" });
  for (let number = 0; number < 64; number += 1) await take(String(number));
  await take("0");
  await take("one more");
  made.length = 0;
  for (const name of ["0", "one more", "63", "1"]) await take(name);
  expect(made).toEqual(["1"]);
});
