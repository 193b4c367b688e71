import { expect, it } from "vitest";
import { fit, printable, sparkline, table } from "../../src/core/text.js";

it("removes control characters of a page, but keeps colours and line ends", () => {
  expect(printable("a\u001b]0;title\u0007b\u001b[2Jc\u009b2Jd\re")).toBe("a]0;titleb[2Jc2Jde");
  expect(printable("\u001b[31mred\u001b[0m\n")).toBe("\u001b[31mred\u001b[0m\n");
});

it("aligns columns", () => {
  expect(
    table([
      ["#", "title"],
      ["10", "a"],
    ]),
  ).toBe("#   title\n10  a");
});

it("shortens a long text with an ellipsis", () => {
  expect(fit("morning papers", 8)).toBe("morning…");
  expect(fit("short", 8)).toBe("short");
});

it.each([
  [[0, 4, 8], false, "▁▅█"],
  [[0, 4, 8], true, "_=#"],
  [[3, null, 3], false, "█ █"],
  [[0, 0], false, "▁▁"],
  [[], false, ""],
])("draws %j as bars, ASCII: %s", (values, ascii, line) => {
  expect(sparkline(values, ascii)).toBe(line);
});
