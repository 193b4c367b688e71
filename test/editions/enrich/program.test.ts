import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram } from "../../../src/editions/enrich/program.js";
import type { ProgramCall, ProgramResult } from "../../../src/editions/enrich/program.js";
import { freshHome } from "../../support/paperboy.js";

const PATH = process.env["PATH"] ?? "";

function run(command: readonly string[], more: Partial<ProgramCall> = {}): Promise<ProgramResult> {
  const call = { directory: freshHome(), environment: { PATH }, input: "{}", timeoutMs: 20_000 };
  return runProgram({ ...call, signal: new AbortController().signal, ...more, command });
}

const sh = (script: string) => ["sh", "-c", script];

/** Whether a process runs. A zombie that its new parent has not reaped does not. */
function isRunning(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return false;
  return !/\) [ZX] /.test(readFileSync(stat, "utf8"));
}

describe("a program", () => {
  it("gets its input, and only the environment that it is given", async () => {
    expect(await run(["cat"], { input: "papers" })).toEqual({ ok: true, output: "papers" });
    const environment = { PATH, KEY: "of the operator" };
    expect(await run(["env"], { environment })).toEqual({ ok: true, output: `PATH=${PATH}\nKEY=of the operator\n` });
  });

  it("succeeds without reading its input", async () => {
    const result = await run(sh("exec <&-; echo answer"), { input: "x".repeat(3_000_000) });
    expect(result).toEqual({ ok: true, output: "answer\n" });
  });

  it("succeeds although it leaves a process that holds its output open", async () => {
    expect(await run(sh("sleep 1000 & echo answer"))).toEqual({ ok: true, output: "answer\n" });
  });

  it("is killed at the time-out with its whole process group", async () => {
    const directory = freshHome();
    const script = "trap '' TERM; sleep 1000 & echo $! > child; wait";
    const result = await run(sh(script), { directory, timeoutMs: 300 });
    expect(result).toEqual({ ok: false, why: "did not end within 0.3 s" });
    const child = readFileSync(path.join(directory, "child"), "utf8").trim();
    await expect.poll(() => isRunning(child)).toBe(false);
  });

  it("is killed when Paperboy is asked to stop", async () => {
    const result = await run(["sleep", "1000"], { signal: AbortSignal.abort() });
    expect(result).toEqual({ ok: false, why: "was stopped, because Paperboy was asked to stop" });
  });

  it.each([
    ["a status", sh("echo started >&2; echo out of tokens >&2; exit 3"), "exited with status 3: out of tokens"],
    ["a status without a word", sh("exit 1"), "exited with status 1"],
    ["a signal", sh("kill -SEGV $$"), "was ended by SIGSEGV"],
    ["too much output", ["yes"], "wrote more than 5 MB"],
    ["a missing program", ["/no/such/program"], "cannot be run: spawn /no/such/program ENOENT"],
  ])("fails with %s", async (_, command, why) => {
    expect(await run(command)).toEqual({ ok: false, why });
  });

  it("fails when it is not executable", async () => {
    const directory = freshHome();
    writeFileSync(path.join(directory, "plain"), "text", { mode: 0o644 });
    const result = await run([path.join(directory, "plain")], { directory });
    expect(result).toMatchObject({ ok: false, why: expect.stringMatching(/^cannot be run: .*EACCES$/) });
  });
});
