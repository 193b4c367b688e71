import { describe, expect, it } from "vitest";
import { createMasker } from "../../src/core/mask.js";
import { createTerminal, wantsAscii } from "../../src/app/terminal.js";

function capture(flags: { isTTY?: boolean; quiet?: boolean; verbose?: boolean }) {
  const lines: string[] = [];
  const stderr = { isTTY: flags.isTTY ?? false, write: (text: string) => lines.push(text) };
  const { quiet = false, verbose = false } = flags;
  const terminal = createTerminal({ stderr, quiet, verbose, mask: createMasker() });
  terminal.step("a step");
  terminal.warn("a warning");
  terminal.detail("a detail");
  return lines.map((line) => /step|warning|detail/.exec(line)?.[0] ?? "").join(" ");
}

describe("a terminal, by its flags, prints progress, warnings and details", () => {
  it.each([
    [{ isTTY: true }, "step warning"],
    [{}, "warning"],
    [{ quiet: true, isTTY: true }, "warning"],
    [{ verbose: true }, "step warning detail"],
  ])("%j", (flags, told) => {
    expect(capture(flags)).toBe(told);
  });
});

it("keeps its warnings for the result, but not those that name people", () => {
  const terminal = createTerminal({
    stderr: { write: () => true },
    quiet: false,
    verbose: false,
    mask: createMasker(),
  });
  terminal.warn("2 cards differ\u0007");
  terminal.fault("you@example.com: refused");
  expect(terminal.warnings).toEqual(["2 cards differ"]);
});

it.each([
  [{ LANG: "de_DE.utf8" }, false],
  [{ LC_CTYPE: "C.UTF-8", LANG: "C" }, false],
  [{ LANG: "C" }, true],
  [{ LANG: "C.UTF-8", TERM: "dumb" }, true],
])("decides by the environment %j whether to print ASCII: %s", (environment, isWanted) => {
  expect(wantsAscii(environment)).toBe(isWanted);
});
