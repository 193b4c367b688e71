import { array, assert as check, constantFrom, pre, property, stringMatching } from "fast-check";
import { describe, expect, it } from "vitest";
import { texToText } from "../../../src/parse/tex/index.js";
import { BROKEN, LEFT_ALONE, MATH, TEXT } from "./cases.js";
import { LEFTOVERS, MEANT } from "./leftovers.js";

const KINDS = Object.entries(LEFTOVERS).flatMap(([kind, cases]) =>
  cases.map(([input, output]): readonly [string, string, string] => [input, output, kind]),
);

describe("texToText", () => {
  it.each([...MATH])("formula %s is %s %s", (input, output) => {
    expect(texToText(input)).toBe(output);
  });

  it.each([...TEXT])("text %s is %s %s", (input, output) => {
    expect(texToText(input)).toBe(output);
  });

  it.each([...BROKEN])("broken %s is %s %s", (input, output) => {
    expect(texToText(input)).toBe(output);
  });

  it.each(KINDS)("leftover %s is %s (%s)", (input, output) => {
    expect(texToText(input)).toBe(output);
  });

  it.each([...LEFT_ALONE, ...MEANT])("%s stays %s %s", (input, output) => {
    expect(output).toBe(input);
    expect(texToText(input)).toBe(input);
  });

  it.each([...MATH, ...TEXT, ...BROKEN, ...KINDS])("%s inside a sentence reads as it does alone", (input, output) => {
    expect(texToText(`We show (${input}) here.`)).toBe(`We show (${output}) here.`);
  });

  it.each([...MATH, ...TEXT, ...BROKEN, ...LEFT_ALONE, ...KINDS, ...MEANT])(
    "does not change the output for %s again",
    (_, output) => {
      expect(texToText(output)).toBe(output);
    },
  );

  it("keeps private-use characters of the text", () => {
    expect(texToText("\u{f0000}\\% \u{f0001} $x$ \u{f0005}")).toBe("\u{f0000}% \u{f0001} x \u{f0005}");
  });

  it("returns a text that is too long for an abstract unchanged", () => {
    const text = `\\textbf{x} ${"a".repeat(50_000)}`;
    expect(texToText(text)).toBe(text);
  });
});

describe("texToText on any text", () => {
  const words = stringMatching(/^[A-Za-z0-9 ,.;:()'!?/+%&*=<>|@#-]{0,200}$/);

  it("does not change a text without TeX", () => {
    check(
      property(words, (text) => {
        pre(!/--|times|sim|pm|log|[a-z]{4,}/.test(text));
        expect(texToText(text)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  const pieces = [
    "$",
    "$$",
    "{",
    "}",
    "^",
    "_",
    "\\",
    "\\\\",
    "~",
    "`",
    "''",
    "--",
    " ",
    "x",
    "1",
    ".",
    ",",
    "times",
    "sim7",
    "é",
    "\u{f0000}",
    "\\frac",
    "\\sqrt",
    "\\left(",
    "\\right)",
    "\\textbf{",
    "\\href{",
    "\\foo",
    "\\alpha",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    "\\%",
    "\\$",
    "\\begin{array}",
    "\\end{array}",
    "\\text{",
    "\\def\\x{\\x\\x}",
    "\\ce{",
    "https://a.example/",
    "mathcal{",
    "\\'e",
    "\\c",
    "&",
  ];
  const soup = array(constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(""));

  it("never throws, and writes well-formed text", () => {
    check(
      property(soup, (text) => {
        const read = texToText(text);
        expect(read).not.toMatch(/undefined|\[object|NaN/);
        expect(read).toBe(Buffer.from(read, "utf8").toString("utf8"));
      }),
      { numRuns: 600 },
    );
  });

  it("reads a formula of one token the same in any surroundings of words", () => {
    check(
      property(constantFrom("x", "n", "k"), stringMatching(/^[a-z]{1,12}$/), (letter, word) => {
        expect(texToText(`${word} $${letter}^2$ ${word}`)).toBe(`${word} ${letter}² ${word}`);
      }),
      { numRuns: 100 },
    );
  });
});

describe("texToText on hostile text", () => {
  // Steps that were not linear would take minutes on these: the test's own time limit is the guard.
  const repeated: readonly (readonly [string, number])[] = [
    ["$", 10_000],
    ["$a", 25_000],
    ["{", 50_000],
    ["}", 50_000],
    ["{a ", 16_000],
    ["^{", 25_000],
    ["_{a", 15_000],
    ["a_", 25_000],
    ["\\", 50_000],
    ["\\(", 25_000],
    ["\\left(", 8_000],
    ["\\textbf{", 6_000],
    ["\\frac{", 8_000],
    ["$\\frac", 8_000],
    ["$\\def\\x{\\x\\x}\\x$", 2_500],
    ["`", 50_000],
    ["``a", 16_000],
    ["-", 50_000],
    ["a~", 25_000],
    ["<a", 25_000],
    ["http://", 7_000],
    ["a.", 25_000],
    ["a@", 25_000],
    ["sim1,", 10_000],
    ["1,", 24_000],
    ['\\"a', 16_000],
    ["\u{f0001}\\_", 12_000],
    ["langle a", 6_000],
    ["11 times ", 5_000],
    ["αsim G ", 7_000],
    ["(p\\|q", 10_000],
    ["''a", 16_000],
    ["\\`a", 16_000],
    ["∑₁′_", 12_000],
  ];

  it.each(repeated)("%s, %i times", (piece, count) => {
    const read = texToText(`${piece.repeat(count)}^2`.slice(0, 50_000));
    expect(typeof read).toBe("string");
  });

  it("refuses a formula that is nested too deeply", () => {
    const typed = `$${"\\frac{".repeat(60)}x${"}".repeat(60)}$`;
    expect(texToText(typed)).toBe(typed);
  });
});
