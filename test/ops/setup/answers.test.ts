import { describe, expect, it } from "vitest";
import { assertAddresses, completeAnswers, OUTBOX_SENDER } from "../../../src/ops/setup/answers.js";

describe("completeAnswers", () => {
  it("fills in the defaults", () => {
    expect(completeAnswers({ mail: "outbox", to: ["you@example.com"] })).toEqual({
      mail: "outbox",
      from: OUTBOX_SENDER,
      user: null,
      password: null,
      to: ["you@example.com"],
      topics: [],
      minUpvotes: 0,
      every: "day",
      schedule: "cron",
      fromHour: 0,
      testLetter: false,
    });
  });

  it.each([
    [{}, "--mail, --to"],
    [{ mail: "local", to: ["you@example.com"] }, "--from"],
    [{ mail: "gmail", from: "me@gmail.com" }, "--to, PAPERBOY_INIT_PASSWORD in the environment"],
    [{ mail: "ses", to: ["you@example.com"], password: "hunter 22" }, "--from, --user"],
  ] as const)("lists what is missing in %j", (given, missing) => {
    expect(() => completeAnswers(given)).toThrow(`without a terminal, init needs ${missing}`);
  });
});

it("reports every invalid address at once", () => {
  expect(() => assertAddresses({ from: "me", to: ["you@example.com", "you"] })).toThrow(/^--from "me" .*; --to "you" /);
});
