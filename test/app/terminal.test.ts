import { describe, expect, it } from "vitest";
import { createTerminal, fit, printable, sparkline, table, wantsAscii } from "../../src/app/terminal.js";

function capture(flags: { isTTY?: boolean; quiet?: boolean; verbose?: boolean }) {
  const lines: string[] = [];
  const stderr = { isTTY: flags.isTTY ?? false, write: (text: string) => lines.push(text) };
  const terminal = createTerminal({ stderr, quiet: flags.quiet ?? false, verbose: flags.verbose ?? false });
  terminal.step("a step");
  terminal.warn("a warning");
  terminal.detail("a detail");
  return lines.map((line) => /step|warning|detail/.exec(line)?.[0] ?? "").join(" ");
}

describe("who is told what", () => {
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
  const terminal = createTerminal({ stderr: { write: () => true }, quiet: false, verbose: false });
  terminal.warn("2 cards differ\u0007");
  terminal.fault("you@example.com: refused");
  expect(terminal.warnings).toEqual(["2 cards differ"]);
});

it("lets no text from a page steer the terminal", () => {
  expect(printable("a\u001b]0;title\u0007b\u001b[2Jc\u009b2Jd\re")).toBe("a]0;titleb[2Jc2Jde");
  expect(printable("\u001b[31mred\u001b[0m\n")).toBe("\u001b[31mred\u001b[0m\n");
});

it("lines columns up", () => {
  expect(
    table([
      ["#", "title"],
      ["10", "a"],
    ]),
  ).toBe("#   title\n10  a");
});

it("cuts with an ellipsis", () => {
  expect(fit("morning papers", 8)).toBe("morning…");
  expect(fit("short", 8)).toBe("short");
});

it.each([
  [[0, 4, 8], false, "▁▅█"],
  [[0, 4, 8], true, "_=#"],
  [[3, null, 3], false, "█ █"],
  [[0, 0], false, "▁▁"],
  [[], false, ""],
])("draws %j", (values, ascii, line) => {
  expect(sparkline(values, ascii)).toBe(line);
});

it.each([
  [{ LANG: "de_DE.utf8" }, false],
  [{ LC_CTYPE: "C.UTF-8", LANG: "C" }, false],
  [{ LANG: "C" }, true],
  [{ LANG: "C.UTF-8", TERM: "dumb" }, true],
])("with %j wants ASCII: %s", (environment, isWanted) => {
  expect(wantsAscii(environment)).toBe(isWanted);
});
