import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PaperboyError } from "../../src/core/errors.js";
import { readRows } from "../../src/subscribers/read.js";
import { brief, chunksOf, rowsOf } from "./rows-of.js";

const latin1 = Buffer.from("email,authors\na@example.com,Jörg\nb@example.com,Jo\n", "latin1");
const long = "x".repeat(1_000_000);

describe("CSV", () => {
  const FILES: readonly { name: string; file: string | Buffer; reads: string[] }[] = [
    { name: "one column", file: "email\na@example.com\n", reads: ["2: a@example.com"] },
    { name: "no line end at the end", file: "email\na@example.com", reads: ["2: a@example.com"] },
    { name: "CRLF", file: "email,state\r\na@example.com,active\r\n", reads: ["2: a@example.com"] },
    { name: "a byte order mark", file: "\uFEFFemail\na@example.com\n", reads: ["2: a@example.com"] },
    { name: "names in any letters", file: " Email ,State\na@example.com,\n", reads: ["2: a@example.com"] },
    { name: "blank lines", file: "\nemail\n\n  \na@example.com\n\n", reads: ["5: a@example.com"] },
    { name: "semicolons", file: "state;email\nactive;a@example.com\n", reads: ["2: a@example.com"] },
    { name: "tabs", file: "state\temail\nactive\ta@example.com\n", reads: ["2: a@example.com"] },
    { name: "quotes", file: '"email","include"\n"a@example.com","say ""hi"", you"\n', reads: ["2: a@example.com"] },
    { name: "a line end in quotes", file: 'include,email\n"a\r\nb",a@example.com\nc,b@example.com\n', reads: ["2: a@example.com", "4: b@example.com"] },
    { name: "fewer cells", file: "email,state\na@example.com\n", reads: ["2: a@example.com"] },
    { name: "blank cells too many", file: "email\na@example.com,,\n", reads: ["2: a@example.com"] },
    { name: "cells too many", file: "email\na@example.com,b\nb@example.com\n", reads: ["2! has 2 cells, and the first line names 1", "3: b@example.com"] },
    { name: "a quote in a cell", file: 'email\na"b"@example.com\nb@example.com\n', reads: ["2! has a quote where none may stand", "3: b@example.com"] },
    { name: "a quote that is never closed", file: 'email\n"a@example.com\nb@example.com\nc@example.com\n', reads: ["2! holds a quote that is never closed", "3: b@example.com", "4: c@example.com"] },
    { name: "two stray quotes", file: 'email\na"@x.org\nb@example.com\nc"@x.org\nd@example.com\n', reads: ["2! holds a quote that is never closed", "3: b@example.com", "4! holds a quote that is never closed", "5: d@example.com"] },
    { name: "Latin-1 in one line", file: latin1, reads: ["2! is not UTF-8 (perhaps Latin-1 or UTF-16): save the file as UTF-8 and import it again", "3: b@example.com"] },
    { name: "a line of a megabyte", file: `email\n${long}\nb@example.com\n`, reads: ["2! has 1000000 bytes, and at most 65536 are read", "3: b@example.com"] },
  ]; // prettier-ignore

  it.each(FILES)("$name", async ({ file, reads }) => {
    expect(brief((await rowsOf(file)).rows)).toEqual(reads);
  });

  it.each(FILES)("$name, byte by byte where that is quick", async ({ file, reads }) => {
    const size = file.length > 10_000 ? 1000 : 1;
    expect(brief((await rowsOf(file, size)).rows)).toEqual(reads);
  });

  it.each([
    ["nothing", "", /empty/],
    ["no column email", "name,mail\na,b\n", /no column `email`/],
    ["an address in the first line", "a@example.com\n", /no column `email`/],
    ["email twice", "email,state,email\n", /email twice/],
    ["UTF-16", Buffer.from("\uFEFFemail\na@example.com\n", "utf16le"), /not UTF-8/],
    ["a first line of a megabyte", long, /1000000 bytes/],
  ])("refuses the file: %s", async (_, file, why) => {
    await expect(rowsOf(file)).rejects.toThrow(why);
  });

  it("says which columns mean nothing", async () => {
    expect((await rowsOf("name,email,,limitt\n")).ignored).toEqual(["name", "limitt"]);
  });
});

describe("JSON", () => {
  it.each([
    ["a list", '[{"email":"a@example.com"},\n {"email":"b@example.com"}]', ["1: a@example.com", "2: b@example.com"]],
    ["lines", '{"email":"a@example.com"}\r\n\r\n{"email":"b@example.com"}\n', ["1: a@example.com", "3: b@example.com"]],
    ["a mark before it", '\uFEFF\n[{"email":"a@example.com"}]\n', ["2: a@example.com"]],
    ["no element", "[ ]", []],
    ["signs in texts", '[{"email":"a@example.com","include":["]},{\\""]}]', ["1: a@example.com"]],
    ["a line that is none", '{"email":"a@example.com"}\n{"email\n', ["1: a@example.com", "2! is not JSON"]],
    ["an element that is none", '[{"email":"a@example.com"},{oops},7]', ["1: a@example.com", "1! is not JSON", '1! is not an object such as {"email": "you@example.com"}']],
    ["an element of a megabyte", `[{"email":"${long}"},{"email":"b@example.com"}]`, ["1! has 1000012 bytes, and at most 65536 are read", "1: b@example.com"]],
    ["Latin-1", Buffer.from('{"email":"a@example.com","include":"ü"}\n', "latin1"), [expect.stringContaining("1! is not UTF-8")]],
  ])("%s", async (_, file, reads) => {
    expect(brief((await rowsOf(file)).rows)).toEqual(reads);
    expect(brief((await rowsOf(file, file.length > 10_000 ? 1000 : 1)).rows)).toEqual(reads);
  }); // prettier-ignore

  it.each([
    ["a list that does not end", '[{"email":"a@example.com"}', /line 1: the list is not closed/],
    ["a text that does not end", '[{"email":"a@example.com]\n', /line 2: the list is not closed/],
    ["something after the list", '[{"email":"a@example.com"}]\n{}', /line 2: something stands after/],
  ])("refuses the file: %s", async (_, file, why) => {
    await expect(rowsOf(file)).rejects.toThrow(why);
  });

  it("says which keys mean nothing, each once, and is not fooled by their names", async () => {
    const { rows, ignored } = await rowsOf(
      '{"email":"a@example.com","name":1}\n{"email":"b@example.com","name":2,"__proto__":{"state":"gone"}}\n',
    );
    expect(ignored).toEqual(["name", "__proto__"]);
    expect(rows[1]).toEqual({ line: 2, cells: new Map([["email", "b@example.com"]]) });
  });
});

/** All rows, or why the file was refused; anything but a refusal on purpose is a crash, and fails the property. */
async function outcome(file: Uint8Array, size: number): Promise<unknown> {
  return rowsOf(file, size).catch((error: unknown) => {
    if (error instanceof PaperboyError) return error.message;
    throw error;
  });
}

async function expectSameInChunks(file: Uint8Array, size: number): Promise<void> {
  expect(await outcome(file, size)).toEqual(await outcome(file, 65_536));
}

/** No line that is a plain address is lost: it begins a row, or stands within the quotes of one. */
async function expectAllHeld(list: readonly string[]): Promise<void> {
  const { rows } = await rowsOf(`email,state\n${list.join("\n")}`);
  const texts = rows.flatMap((row) => ("cells" in row ? [...row.cells.values()] : []));
  const held = texts.join("\n").split("\n");
  expect(held.filter((part) => part === "a@example.com")).toHaveLength(
    list.filter((line) => line === "a@example.com").length,
  );
}

describe("any bytes", () => {
  const signs = fc.constantFrom(...Array.from('email,;\t"\r\n@[]{}:\\ü'), "\u0000", "a@example.com", "\uFEFF");
  const text = fc.array(signs, { maxLength: 200 }).map((parts) => Buffer.from(parts.join("")));
  const start = fc.constantFrom("", "email\n", "email,state\r\n", "[", "{", "\uFEFF");
  const bytes = fc
    .tuple(
      start,
      fc.oneof(
        text,
        fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
      ),
    )
    .map(([head, rest]) => Buffer.concat([Buffer.from(head), rest]));

  it("are read or refused with a word, the same in whatever chunks they come", async () => {
    await fc.assert(fc.asyncProperty(bytes, fc.integer({ min: 1, max: 9 }), expectSameInChunks), { numRuns: 500 });
  });

  it("lose no line of a file: one that begins no record is refused or within quotes", async () => {
    const lines = fc.array(fc.constantFrom("a@example.com", '"', 'b"', '"c","d"', ",,"), { maxLength: 30 });
    await fc.assert(fc.asyncProperty(lines, expectAllHeld), { numRuns: 300 });
  });
});

it("goes on after a quote that swallows more than a record may hold", async () => {
  const { rows } = await rowsOf(`email\n"a@example.com\n${"b@example.com\n".repeat(6000)}`);
  expect(brief(rows.slice(0, 2))).toEqual(["2! holds a quote that is never closed", "3: b@example.com"]);
  expect(rows).toHaveLength(6001);
});

async function* endless(head: string, text: string, onClosed: () => void) {
  try {
    yield Buffer.from(head);
    for (;;) yield Buffer.from(text.repeat(1000));
  } finally {
    onClosed();
  }
}

describe("a file without end", () => {
  it.each([
    ["CSV", "email,include\n", 'a@example.com,"b ""c"""\n'],
    ["JSON lines", "", '{"email":"a@example.com"}\n'],
    ["a JSON list", "[", '{"email":"a@example.com"},\n'],
    ["one quote", 'email\n"', "x\n"],
  ])("gives 100,000 rows and may be left then, so no file is ever held in memory: %s", async (_, head, text) => {
    let read = 0;
    let closed = false;
    const bytes = endless(head, text, () => void (closed = true));
    for await (const rows of readRows(bytes, () => undefined)) {
      read += rows.length;
      if (read >= 100_000) break;
    }
    expect(closed).toBe(true);
  });
});

it.each([
  ["CSV", "email\n", "a@x.org\n"],
  ["JSON lines", "", '{"email":"a@x.org"}\n'],
])("hands on no more than a thousand lines of short ones at once, and loses none: %s", async (_, head, text) => {
  const sizes: number[] = [];
  const file = Buffer.from(head + text.repeat(5000));
  for await (const rows of readRows(chunksOf(file), () => undefined)) sizes.push(rows.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
});
