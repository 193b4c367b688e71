import { expect, it } from "vitest";
import { splitTopics } from "../../src/core/model.js";

it.each([
  ["agents, robots", ["agents", "robots"]],
  ["agents;robots\nmaps,", ["agents", "robots", "maps"]],
  ['"planning, fast", “maps; old”', ['"planning, fast"', "“maps; old”"]],
  ['5" discs, agents', ['5" discs', "agents"]],
  [" , ;", []],
])("splits %j", (text, topics) => {
  expect(splitTopics(text, "lines")).toEqual(topics);
});

it("keeps semicolons within a topic that only commas end", () => {
  expect(splitTopics("a;b, c")).toEqual(["a;b", "c"]);
});
