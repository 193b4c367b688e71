import { expect, it } from "vitest";
import { openBatching } from "../../../src/send/worker/group-commit.js";

/** Opens the batching, and a function that simulates replies that take `ms` each. */
function batchingOf(connections = 20) {
  let now = 0;
  const batching = openBatching(connections, () => now);
  const answers = (count: number, ms: number): number => {
    for (let id = 1; id <= count; id += 1) {
      batching.released(id);
      now += ms;
      batching.answered(id);
    }
    return batching.size();
  };
  return { batching, answers };
}

it("shares a commit between all connections until the round trip is known", () => {
  expect(batchingOf().batching.size()).toBe(20);
});

it.each([
  [20, 1, 20],
  [20, 25, 5],
  [5, 25, 2],
  [1, 25, 1],
])("with %i connections and replies after %i ms shares a commit between %i", (connections, ms, together) => {
  expect(batchingOf(connections).answers(40, ms)).toBe(together);
});

it("ignores a single slow reply, and follows a server that becomes faster", () => {
  const { answers } = batchingOf();
  answers(40, 1);
  expect(answers(1, 100)).toBe(20);
  expect(answers(40, 30)).toBe(5);
  expect(answers(60, 1)).toBe(20);
});

it("ignores a reply to a message that was never released", () => {
  const { batching } = batchingOf();
  batching.answered(7);
  expect(batching.size()).toBe(20);
});
