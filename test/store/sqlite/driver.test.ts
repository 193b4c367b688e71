import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { loadDriver } from "../../../src/store/sqlite/driver.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

it("prepares each statement once", async () => {
  const database = (await loadDriver())(":memory:");
  const text = "SELECT ? AS value";
  expect(database.prepare(text)).toBe(database.prepare(text));
  expect([1, 2].map((value) => database.prepare<[number]>(text).get(value))).toEqual([{ value: 1 }, { value: 2 }]);
  database.close();
});

it("keeps databases and statements from garbage collection, which would crash Node 24", async () => {
  const made = await (async () => {
    const database = (await loadDriver())(":memory:");
    const statement = database.prepare("SELECT 1");
    statement.get();
    database.close();
    return [new WeakRef(database), new WeakRef(statement), new WeakRef({})];
  })();
  // A WeakRef keeps its object alive until the current turn of the event loop ends.
  await setImmediate();
  collect();
  expect(made.map((reference) => reference.deref() !== undefined)).toEqual([true, true, false]);
});

it("reads and sets a PRAGMA like the driver", async () => {
  const database = (await loadDriver())(":memory:");
  database.pragma("user_version = 7");
  expect(database.pragma("user_version")).toEqual([{ user_version: 7 }]);
  expect(database.pragma("user_version", { simple: true })).toBe(7);
  database.close();
});
