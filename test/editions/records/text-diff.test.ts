import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { changedLines, unifiedDiff } from "../../../src/editions/records/text-diff.js";

const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join("");
const many = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

describe("unifiedDiff", () => {
  it.each([
    { name: "nothing for equal texts", before: "a\n", after: "a\n", diff: "" },
    {
      name: "an added line",
      before: lines("a", "c"),
      after: lines("a", "b", "c"),
      diff: "@@ -1,2 +1,3 @@\n a\n+b\n c\n",
    },
    { name: "a removed line", before: lines("a", "b"), after: lines("a"), diff: "@@ -1,2 +1 @@\n a\n-b\n" },
    { name: "a changed line", before: lines("a"), after: lines("b"), diff: "@@ -1 +1 @@\n-a\n+b\n" },
    { name: "a text that was empty", before: "", after: lines("a"), diff: "@@ -0,0 +1 @@\n+a\n" },
    { name: "a missing line end", before: "a\n", after: "a", diff: "@@ -1 +1 @@\n-a\n+a⏎\n" },
  ])("shows $name", ({ before, after, diff }) => {
    expect(unifiedDiff(before, after)).toBe(diff);
  });

  it("shows three lines of context, and distant changes as separate hunks", () => {
    const before = lines(...many(1, 30));
    const after = before.replace("line 5\n", "five\n").replace("line 25\n", "");
    expect(unifiedDiff(before, after).match(/^@@.*$/gm)).toEqual(["@@ -2,7 +2,7 @@", "@@ -22,7 +22,6 @@"]);
  });

  it("shows texts that are too long and too different as replaced", () => {
    const before = lines(...many(1, 3100));
    const after = lines(...many(5001, 8100));
    expect(changedLines(before, after)).toBe(6200);
  });

  it("turns the first text into the second when it is applied", () => {
    const text = array(constantFrom("a", "b", "c", "d", ""), { maxLength: 12 }).map((all) => lines(...all));
    assert(
      property(text, text, (before, after) => {
        expect(patched(before, unifiedDiff(before, after))).toBe(after);
      }),
    );
  });
});

/** Applies a diff as `patch` does: by the numbers of its hunks. */
function patched(before: string, diff: string): string {
  const old = before.split("\n").slice(0, -1);
  const made: string[] = [];
  let taken = 0;
  for (const line of diff.split("\n").slice(0, -1)) {
    const [, first, count] = /^@@ -(\d+)(?:,(\d+))? /.exec(line) ?? [];
    if (first !== undefined) {
      const start = count === "0" ? Number(first) : Number(first) - 1;
      made.push(...old.slice(taken, start));
      taken = start;
    } else if (line.startsWith("+")) {
      made.push(line.slice(1));
    } else {
      if (old[taken] !== line.slice(1)) throw new Error(`${line} is not line ${taken} of the old text`);
      if (line.startsWith(" ")) made.push(line.slice(1));
      taken += 1;
    }
  }
  return lines(...made, ...old.slice(taken));
}
