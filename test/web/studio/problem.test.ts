import { describe, expect, it } from "vitest";
import { PaperboyError } from "../../../src/core/errors.js";
import { describeProblem } from "../../../src/web/studio/problem.js";

const wrong = (message: string) => new PaperboyError("config-invalid", { message, hint: "Mend it." });
const lines = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`).join("\n");
const read = () => lines;

describe("the location of an error", () => {
  it.each([
    [
      "template templates/letter.html.hbs:4:7: x",
      { file: "templates/letter.html.hbs", line: 4, column: 7, message: "x" },
    ],
    ["template /a b/c: d.hbs:4: x", { file: "/a b/c: d.hbs", line: 4, column: null }],
    ["template subject.hbs: x", { file: "subject.hbs", line: null, column: null }],
    ["paperboy.yaml:3:5: view.limit: expected number", { file: "paperboy.yaml", line: 3, column: 5 }],
    [
      "messages/en.json is not JSON: SyntaxError: x (line 2 column 9)",
      { file: "messages/en.json", line: 2, column: 9 },
    ],
    ["messages/en.json is not JSON: SyntaxError: x", { file: "messages/en.json", line: null }],
    ["there is no message", { file: null, line: null, message: "there is no message" }],
  ])("is read from %s", (message, place) => {
    expect(describeProblem(wrong(message), read)).toMatchObject({ hint: "Mend it.", ...place });
  });

  it("is shown with its source lines and a mark below the column", () => {
    const { code } = describeProblem(wrong("template a.hbs:8:4: x"), read);
    expect(code.map(({ number }) => number)).toEqual([5, 6, 7, 8, 9]);
    expect(code.filter(({ isWrong }) => isWrong)).toEqual([
      { number: 8, text: "line 8", isWrong: true, indent: "   " },
    ]);
  });

  it("is shown without source lines if the file cannot be read", () => {
    expect(describeProblem(wrong("template a.hbs:8:4: x"), () => null).code).toEqual([]);
  });
});

it("reports an unexpected error as a bug and reads no file", () => {
  const problem = describeProblem(new Error("template /etc/hosts:1:1: x"), read);
  expect(problem).toMatchObject({ file: null, code: [], message: "template /etc/hosts:1:1: x" });
  expect(problem.hint).toContain("bug");
});
