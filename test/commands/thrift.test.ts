import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { thriftily, thriftyEvery } from "../../src/app/thrift.js";

/** Whether this process was told to be thrifty, which it stays. */
const isTold = (): boolean => runInNewContext("typeof gc") === "function";

it("leaves V8 as it is until there were many steps", () => {
  const step = thriftyEvery(3);
  const told = [1, 2, 3, 4].map(() => {
    step();
    return isTold();
  });
  expect(told).toEqual([false, false, true, true]);
});

it("may be asked for at every step of long work, by several at once", () => {
  const steps = [thriftyEvery(1), thriftyEvery(2)];
  let kept: number[][] = [];
  let made = 0;
  for (let round = 0; round < 2000; round += 1) {
    for (const step of steps) step();
    kept = [...kept.slice(-50), Array.from({ length: 1000 }, () => round)];
    made += kept.at(-1)?.length ?? 0;
  }
  expect(made).toBe(2_000_000);
  expect(kept.map(([first]) => first)).toEqual(Array.from({ length: 51 }, (_, index) => 1949 + index));
});

it("does the same work each time, before and after it asks for thrift", async () => {
  const asked: number[] = [];
  const square = thriftily((item: number) => {
    asked.push(item);
    return Promise.resolve(item * item);
  });
  const items = Array.from({ length: 12 }, (_, index) => index);
  const results: number[] = [];
  for (const item of items) results.push(await square(item));
  expect(results).toEqual(items.map((item) => item * item));
  expect(asked).toEqual(items);
});

it("hands a failure on", async () => {
  const fails = thriftily((why: string) => Promise.reject(new Error(why)));
  for (let times = 0; times < 6; times += 1) await expect(fails("no letter")).rejects.toThrow("no letter");
});
