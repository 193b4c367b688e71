import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { stuffDots } from "../../../src/send/message/body.js";

const TEXTS = array(constantFrom("\r", "\n", "\r\n", ".", "..", "a line", " "), { maxLength: 12 }).map((all) =>
  all.join(""),
);

describe("stuffDots", () => {
  it.each([
    ["", ""],
    [".", ".."],
    ["one\r\n.two", "one\r\n..two"],
    ["one\n.two", "one\r\n..two"],
    ["one\r.two", "one\r\n..two"],
    ["one.\r\ntwo.", "one.\r\ntwo."],
  ])("turns %j into %j", (text, stuffed) => {
    expect(stuffDots(text)).toBe(stuffed);
  });

  it("leaves only CRLF as line end and no line that starts with a single dot, and changes nothing else", () => {
    assert(
      property(TEXTS, (text) => {
        const lines = stuffDots(text).split("\r\n");
        expect(lines.join("")).not.toMatch(/[\r\n]/);
        expect(lines.filter((line) => line.startsWith(".") && !line.startsWith(".."))).toEqual([]);
        const bare = lines.map((line) => (line.startsWith(".") ? line.slice(1) : line));
        expect(bare).toEqual(text.split(/\r\n|\r|\n/));
      }),
      { numRuns: 500 },
    );
  });
});
