import { expect, it } from "vitest";
import { thriftily } from "../../src/commands/thrift.js";

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
