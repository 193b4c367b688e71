import { expect, it } from "vitest";
import { after, fail, ok, ready, skipped } from "../../../src/ops/doctor/check.js";
import type { Check, Finding, ReadyCheck } from "../../../src/ops/doctor/check.js";
import { runChecks, tally } from "../../../src/ops/doctor/check.js";
import { PaperboyError } from "../../../src/core/errors.js";
import { once } from "../../../src/core/memoize.js";

function check(id: string, run: () => Promise<Finding>, limitMs = 10_000): ReadyCheck {
  return { id, title: id, why: "it matters", limitMs, run };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("no"));
}

it("limits the time of each check, and isolates failures", async () => {
  const never = new Promise<Finding>(() => undefined);
  const invalid = new PaperboyError("config-invalid", { message: "it is wrong", hint: "Fix it." });
  const examined = await runChecks([
    check("slow", () => never, 20),
    check("known", () => Promise.reject(invalid)),
    check("bug", () => Promise.reject(new TypeError("oops"))),
    check("well", () => Promise.resolve(ok("fine"))),
  ]);
  expect(examined.map(({ id, result, detail, fix }) => ({ id, result, detail, fix }))).toEqual([
    {
      id: "slow",
      result: "fail",
      detail: "no result within 0.02 s",
      fix: expect.stringContaining("--only slow") as string,
    },
    { id: "known", result: "fail", detail: "it is wrong", fix: "Fix it." },
    {
      id: "bug",
      result: "fail",
      detail: "the check itself failed: TypeError: oops",
      fix: "This is a bug in Paperboy: please report it with this output.",
    },
    { id: "well", result: "ok", detail: "fine", fix: null },
  ]);
  expect(tally(examined)).toEqual({ ok: 1, warn: 0, fail: 3, skipped: 0 });
});

it("computes a shared value once, and skips checks that depend on a failure", async () => {
  let asked = 0;
  const question = once(() => Promise.resolve((asked += 1)));
  expect([await question(), await question(), asked]).toEqual([1, 1, 1]);
  expect(await after(question, "no answer", (value) => ok(String(value)))).toEqual(ok("1"));
  expect(await after(refuse, "no answer", () => fail("never", "never"))).toEqual(skipped("no answer"));
});

it("skips checks of an absent subject, with the reason", async () => {
  const present: Check<{ readonly name: string }> = {
    id: "a.b",
    title: "a",
    why: "b",
    limitMs: 1_000,
    run: ({ name }) => Promise.resolve(ok(name)),
  };
  const [there] = ready([present], { name: "here" });
  const [absent] = ready([present], { absent: "there is none" });
  expect(await there?.run()).toEqual(ok("here"));
  expect(await absent?.run()).toEqual(skipped("there is none"));
});
