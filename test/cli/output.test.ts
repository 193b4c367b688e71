import { describe, expect, it } from "vitest";
import type { Environment } from "../../src/app/app.js";
import type { Outcome } from "../../src/commands/command.js";
import { PaperboyError } from "../../src/core/errors.js";
import { createMasker } from "../../src/core/mask.js";
import { showFailure, showOutcome } from "../../src/cli/output.js";

const mask = createMasker();
mask.learn(["opensesame"]);

const plain = { json: false, verbose: false, quiet: false, mask };

async function* nothing(): AsyncIterable<Uint8Array> {}

/** What `show` writes, and the exit status. */
function shown(show: (environment: Environment) => number) {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({ write: (text: string) => void (written[name] += text) });
  const environment: Environment = {
    stdin: nothing(),
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    env: {},
    directory: "/home",
    clock: () => new Date("2026-10-05T07:00:00Z"),
    signal: new AbortController().signal,
  };
  return { exit: show(environment), ...written };
}

const outcome = (given: Outcome, asked = {}) =>
  shown((environment) => showOutcome(given, environment, { ...plain, ...asked }));
const failure = (error: unknown, asked = {}) =>
  shown((environment) => showFailure(error, environment, { ...plain, ...asked }));

it.each([{}, { json: true }, { verbose: true }])("masks secrets in outcomes and failures with %j", (asked) => {
  const words = "535 opensesame is wrong for smtp://me:other@mail.example";
  const told = [
    outcome({ reason: "sent", message: words, hint: words, result: { editions: [{ id: words }] } }, asked),
    outcome({ message: "", data: words.replace("me:other@", "") }, asked),
    failure(new PaperboyError("send-incomplete", { message: words, hint: words, cause: new Error(words) }), asked),
  ];
  expect(JSON.stringify(told)).toContain("535 *** is wrong");
  expect(JSON.stringify(told)).not.toMatch(/opensesame|me:other/);
});

describe("an outcome", () => {
  const sent: Outcome = { reason: "sent", message: "1 of 1", hint: "look", result: { counts: 1 } };

  it.each([
    [{}, { exit: 0, stdout: "sent: 1 of 1\n", stderr: "look\n" }],
    [{ quiet: true }, { exit: 0, stdout: "sent: 1 of 1\n", stderr: "" }],
    [{ json: true }, { exit: 0, stdout: '{"reason":"sent","exit":0,"message":"1 of 1","counts":1}\n', stderr: "" }],
  ])("with %j", (asked, expected) => {
    expect(outcome(sent, asked)).toEqual(expected);
  });

  it("is printed to stderr if it is not a success", () => {
    expect(outcome({ reason: "send-incomplete", message: "0 of 1" }, { quiet: true })).toEqual({
      exit: 7,
      stdout: "",
      stderr: "send-incomplete: 0 of 1\n",
    });
  });

  it("is only the data of a command that returns data", () => {
    expect(outcome({ message: "2 bytes", data: "ab" })).toEqual({ exit: 0, stdout: "ab", stderr: "" });
  });
});

describe("a failure", () => {
  const away = new PaperboyError("fetch-failed", { message: "no answer", hint: "Look.", retryable: true });
  const running = new PaperboyError("already-running", { message: "another run", hint: "Wait." });

  it.each([
    [away, {}, { exit: 5, stdout: "", stderr: "Look.\nTry again later.\nfetch-failed: no answer\n" }],
    [running, {}, { exit: 0, stdout: "already-running: another run\n", stderr: "Wait.\n" }],
    [running, { quiet: true }, { exit: 0, stdout: "already-running: another run\n", stderr: "" }],
  ])("%s with %j", (error, asked, expected) => {
    expect(failure(error, asked)).toEqual(expected);
  });

  it("is one object with --json", () => {
    const { stdout } = failure(away, { json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      reason: "fetch-failed",
      exit: 5,
      message: "no answer",
      retryable: true,
    });
  });

  it("of an unexpected kind is reported as a bug", () => {
    const { exit, stderr } = failure(new TypeError("x is \u001b]0;t\u0007undefined"));
    expect(exit).toBe(1);
    expect(stderr).toContain("bug in Paperboy");
    expect(stderr).toMatch(/internal: TypeError: x is \]0;tundefined\n$/);
  });
});
