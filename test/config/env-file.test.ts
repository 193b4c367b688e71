import { describe, expect, it } from "vitest";
import { readEnvFile } from "../../src/config/env-file.js";

const valuesIn = (text: string) =>
  Object.fromEntries([...readEnvFile(text).variables].map(([name, { value }]) => [name, value]));

describe("a .env file", () => {
  it.each([
    ["a plain value", "A=b", "b"],
    ["spaces around the name and the value", "  A = b c \t", "b c"],
    ["an exported variable", "export   A=b", "b"],
    ["an empty value", "A=", ""],
    ["an empty value before a comment", "A= # none", ""],
    ["a comment after a value", "A=b # it's a comment", "b"],
    ["a # within a value", "A=smtp://u:p#ss@mail.example.org", "smtp://u:p#ss@mail.example.org"],
    ["a value that begins with #", "A=#b4301f", "#b4301f"],
    ["= in a value", "A=b=c=", "b=c="],
    ["quotes within a plain value", `A=it's a "b"`, `it's a "b"`],
    ["a dollar sign", "A=$B", "$B"],
    ["double quotes", 'A="b # c"', "b # c"],
    ["a comment after a closing quote", `A="b" # "c"`, "b"],
    ["a quote within double quotes", String.raw`A="agents, \"world model\""`, 'agents, "world model"'],
    ["escapes in double quotes", String.raw`A="b\nc\\n\t"`, "b\nc\\n\\t"],
    ["single quotes, without escapes", String.raw`A='b\n\"'`, String.raw`b\n\"`],
    ["backticks", "A=`b'\"`", "b'\""],
    ["several lines in quotes", 'A="-----BEGIN\nKEY-----"', "-----BEGIN\nKEY-----"],
    ["no line end", "A=b", "b"],
    ["the last of two lines with one name", "A=b\nA=c\n", "c"],
  ])("reads %s", (_, text, value) => {
    expect(valuesIn(text)).toEqual({ A: value });
    expect(readEnvFile(`\uFEFF# comment\n\n${text}\nB=2\n`)).toMatchObject({ problems: [] });
    expect(valuesIn(`\uFEFF${text.replaceAll("\n", "\r\n")}\r\nB=2\r\n`)).toEqual({ A: value, B: "2" });
  });

  it("reads the first line after a byte order mark", () => {
    expect(valuesIn("\uFEFFA=b\nB=c\n")).toEqual({ A: "b", B: "c" });
  });

  it("reads lines that end in a lone carriage return", () => {
    expect(valuesIn("A=b\rB=c\r")).toEqual({ A: "b", B: "c" });
  });

  it("returns the line of each variable", () => {
    const { variables } = readEnvFile('# comment\nA="b\nc"\n\nexport D=e\n');
    expect([...variables].map(([name, { line }]) => [name, line])).toEqual([
      ["A", 2],
      ["D", 5],
    ]);
  });

  it.each([
    "A: b",
    "A b",
    "A",
    "export A",
    "1A=b",
    "=b",
    'A="b" c',
    'A="b"c',
    'A="b"#c',
    "A='b' c",
    "A=`b` c",
    'A=""b',
    'A="b',
    "A='it\\'s'",
    '{"A": "b"}',
    "---",
  ])("reports a line that is not understood, without its text: %s", (line) => {
    const { variables, problems } = readEnvFile(`B=1\n${line}\nC=2\n`);
    const says = "expected NAME=value, with only a comment after a closing quote";
    expect(problems).toEqual([{ place: ".env:2", says }]);
    expect([...variables.keys()]).toEqual(["B", "C"]);
  });

  it.each([
    ["Latin-1", Buffer.from("A=1\nB=caf\u00e9\n", "latin1"), ".env:2"],
    ["UTF-16", Buffer.from("\uFEFFA=1\n", "utf16le"), ".env:1"],
  ])("refuses %s", (_, bytes, place) => {
    const says = "expected UTF-8 text; save the file as UTF-8";
    expect(readEnvFile(bytes.toString("utf8")).problems).toEqual([{ place, says }]);
  });
});
