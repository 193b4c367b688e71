import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PaperboyError } from "../../../src/core/errors.js";
import { readRows } from "../../../src/subscribers/import/read.js";
import { brief, rowsOf } from "./rows-of.js";

const latin1 = Buffer.from("email,authors\na@example.com,Jörg\nb@example.com,Jo\n", "latin1");
const broken = Buffer.concat([Buffer.from("email,authors\na@example.com,Jörg\n"), Buffer.from("b@example.com,J\xF6rg\n", "latin1"), Buffer.from("c@example.com,Jo\n")]); // prettier-ignore
const utf16 = (text: string) => Buffer.from(text, "utf16le");
const long = "x".repeat(1_000_000);

describe("CSV", () => {
  const FILES: readonly { name: string; file: string | Buffer; reads: string[] }[] = [
    { name: "reads a file with one column", file: "email\na@example.com\n", reads: ["2: a@example.com"] },
    { name: "reads a last line without a line end", file: "email\na@example.com", reads: ["2: a@example.com"] },
    { name: "reads CRLF line ends", file: "email,state\r\na@example.com,active\r\n", reads: ["2: a@example.com"] },
    { name: "reads lone carriage returns as line ends", file: "email,state\ra@example.com,active\r\rb@example.com,\r", reads: ["2: a@example.com", "4: b@example.com"] },
    { name: "reads a last line without a line end after lone carriage returns", file: "email\ra@example.com", reads: ["2: a@example.com"] },
    { name: "reads mixed line ends", file: "email,state\r\na@example.com,\rb@example.com,\nc@example.com,\n\rd@example.com,\r\n", reads: ["2: a@example.com", "3: b@example.com", "4: c@example.com", "6: d@example.com"] },
    { name: "reads lone carriage returns within quotes, and counts the lines after them", file: 'include,email\r"a\rb",a@example.com\rc,b@example.com\r', reads: ["2: a@example.com", "4: b@example.com"] },
    { name: "skips a byte order mark", file: "\uFEFFemail\na@example.com\n", reads: ["2: a@example.com"] },
    { name: "reads column names in any case, with blanks around them", file: " Email ,State\na@example.com,\n", reads: ["2: a@example.com"] },
    { name: "skips blank lines", file: "\nemail\n\n  \na@example.com\n\n", reads: ["5: a@example.com"] },
    { name: "reads semicolons as delimiters", file: "state;email\nactive;a@example.com\n", reads: ["2: a@example.com"] },
    { name: "reads tabs as delimiters", file: "state\temail\nactive\ta@example.com\n", reads: ["2: a@example.com"] },
    { name: "reads quoted cells", file: '"email","include"\n"a@example.com","say ""hi"", you"\n', reads: ["2: a@example.com"] },
    { name: "reads line ends within quotes, and counts the lines after them", file: 'include,email\n"a\r\nb",a@example.com\nc,b@example.com\n', reads: ["2: a@example.com", "4: b@example.com"] },
    { name: "accepts rows with fewer cells than columns", file: "email,state\na@example.com\n", reads: ["2: a@example.com"] },
    { name: "accepts surplus blank cells", file: "email\na@example.com,,\n", reads: ["2: a@example.com"] },
    { name: "refuses a row with surplus cells", file: "email\na@example.com,b\nb@example.com\n", reads: ["2! has 2 cells, but the first line names 1 columns", "3: b@example.com"] },
    { name: "refuses a row with a quote inside a cell", file: 'email\na"b"@example.com\nb@example.com\n', reads: ["2! has a quote inside an unquoted cell, or text after a closing quote", "3: b@example.com"] },
    { name: "refuses only the line whose quote is never closed", file: 'email\n"a@example.com\nb@example.com\nc@example.com\n', reads: ["2! has a quote that is never closed", "3: b@example.com", "4: c@example.com"] },
    { name: "refuses only the lines with stray quotes", file: 'email\na"@x.org\nb@example.com\nc"@x.org\nd@example.com\n', reads: ["2! has a quote that is never closed", "3: b@example.com", "4! has a quote that is never closed", "5: d@example.com"] },
    { name: "refuses only the line that is damaged in a file in UTF-8", file: broken, reads: ["2: a@example.com", "3! has bytes that are not text: save the file as UTF-8 and import it again", "4: c@example.com"] },
    { name: "reads Latin-1", file: latin1, reads: ["2: a@example.com", "3: b@example.com"] },
    { name: "reads UTF-16 with a byte order mark", file: utf16("\uFEFFemail;authors\r\na@example.com;Jörg\r\n"), reads: ["2: a@example.com"] },
    { name: "reads UTF-16 in big-endian order", file: utf16("\uFEFFemail\na@example.com\n").swap16(), reads: ["2: a@example.com"] },
    { name: "reads UTF-16 without a byte order mark", file: utf16("email\na@example.com\n"), reads: ["2: a@example.com"] },
    { name: "reads UTF-16 in big-endian order without a byte order mark", file: utf16("email\na@example.com\n").swap16(), reads: ["2: a@example.com"] },
    { name: "reads the delimiter from a line before the header", file: "sep=;\nemail;name\na@example.com;Doe, Jane, Dr.\n", reads: ["3: a@example.com"] },
    { name: "reads a quoted delimiter line in UTF-8 with a byte order mark", file: '\uFEFF"sep=,"\r\nname,email\r\nx;y;z,a@example.com\r\n', reads: ["3: a@example.com"] },
    { name: "reads a list of addresses without a header", file: "a@example.com\nb@example.com\n", reads: ["1: a@example.com", "2: b@example.com"] },
    { name: "reads names and addresses without a header, in any order", file: "Anna;a@example.com\nb@example.com;Bernd\n", reads: ["1: a@example.com", "2: b@example.com"] },
    { name: "reads mailboxes without a header", file: 'Doe, Jane <a@example.com>\n"Doe, John" <b@example.com>,\n<c@example.com>\n', reads: ["1:  Jane <a@example.com>", '2: "Doe, John" <b@example.com>,', "3: <c@example.com>"] },
    { name: "refuses a line with several addresses in a file without a header", file: "a@example.com\nb@example.com, c@example.com\n", reads: ["1: a@example.com", "2! has 2 addresses: write each one on a line of its own"] },
    { name: "skips rows of blank cells", file: "name,email\n,\nx,a@example.com\n , \n", reads: ["3: a@example.com"] },
    { name: "refuses only the line that is too long", file: `email\n${long}\nb@example.com\n`, reads: ["2! is longer than 65536 characters", "3: b@example.com"] },
    { name: "refuses only the line that is too long, with lone carriage returns", file: `email\r${long}\rb@example.com\r`, reads: ["2! is longer than 65536 characters", "3: b@example.com"] },
  ]; // prettier-ignore

  it.each(FILES)("$name", async ({ file, reads }) => {
    expect(brief((await rowsOf(file)).rows)).toEqual(reads);
  });

  it.each(FILES)("$name, also in small chunks", async ({ file, reads }) => {
    const size = file.length > 10_000 ? 1000 : 1;
    expect(brief((await rowsOf(file, size)).rows)).toEqual(reads);
  });

  it.each([
    ["an empty one", "", /empty/],
    ["one without a column email", "name,surname\na,b\n", /no column `email`, but "name", "surname"/],
    ["one with two columns email", "email,state,email\n", /email twice/],
    ["a ZIP file", Buffer.from("PK\u0003\u0004 members.csv"), /a ZIP file or a spreadsheet/],
    ["a compressed one", Buffer.from([0x1f, 0x8b, 8, 0]), /compressed with gzip/],
    ["an old spreadsheet", Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), /an Excel file/],
    ["a PDF", "%PDF-1.7", /a PDF file/],
    ["a vCard", "BEGIN:VCARD\nEMAIL:a@example.com\nEND:VCARD\n", /a vCard/],
    ["one with a first line of a megabyte", long, /longer than 65536 characters/],
  ])("refuses the file: %s", async (_, file, why) => {
    await expect(rowsOf(file)).rejects.toThrow(why);
  });

  it("reports the encoding that it assumes, once", async () => {
    expect((await rowsOf(latin1)).guesses).toEqual(["Windows-1252 (Latin-1)"]);
    expect((await rowsOf(broken)).guesses).toEqual([]);
    const { rows } = await rowsOf(latin1);
    expect(rows.map((row) => "cells" in row && row.cells.get("authors"))).toEqual(["Jörg", "Jo"]);
  });

  it.each(["Email Address", "E-Mail", "e-mail address", "EMAIL", "email_address", "E-mail 1 - Value", "Mail", "E-Mail-Adresse", "Correo electrónico", "メールアドレス", "이메일"])(
    "recognises the column with the address by the name %s",
    async (name) => {
      const { rows, ignored } = await rowsOf(`first name;${name}\nA;a@example.com\n`);
      expect(brief(rows)).toEqual(["2: a@example.com"]);
      expect(ignored).toEqual(["first name"]);
    },
  ); // prettier-ignore

  it("uses the first filled address of several columns", async () => {
    const file =
      "E-mail 2 - Value,E-mail 1 - Value,email\nc@x.org,b@x.org,a@x.org\nc@x.org,b@x.org,\nc@x.org,,\n,,\nx,,\n";
    expect(brief((await rowsOf(file)).rows)).toEqual(["2: a@x.org", "3: b@x.org", "4: c@x.org", "6: x"]);
  });

  it("returns the names of unknown columns", async () => {
    expect((await rowsOf("name,email,,limitt\n")).ignored).toEqual(["name", "limitt"]);
  });
});

describe("JSON", () => {
  it.each([
    ["reads a list", '[{"email":"a@example.com"},\n {"email":"b@example.com"}]', ["1: a@example.com", "2: b@example.com"]],
    ["reads one object per line", '{"email":"a@example.com"}\r\n\r\n{"email":"b@example.com"}\n', ["1: a@example.com", "3: b@example.com"]],
    ["skips a byte order mark", '\uFEFF\n[{"email":"a@example.com"}]\n', ["2: a@example.com"]],
    ["reads one object per line that ends in a lone carriage return", '{"email":"a@example.com"}\r{"email":"b@example.com"}\r', ["1: a@example.com", "2: b@example.com"]],
    ["counts lone carriage returns in a list", '[\r{"email":"a@example.com"},\r\n{"email":"b@example.com"}]', ["2: a@example.com", "3: b@example.com"]],
    ["reads an empty list", "[ ]", []],
    ["reads brackets and quotes within strings", '[{"email":"a@example.com","include":["]},{\\""]}]', ["1: a@example.com"]],
    ["refuses only the line that is not JSON", '{"email":"a@example.com"}\n{"email\n', ["1: a@example.com", "2! is not JSON"]],
    ["refuses only the element that is not an object", '[{"email":"a@example.com"},\n7]', ["1: a@example.com", '2! is not an object such as {"email": "you@example.com"}']],
    ["counts the lines of a list by its elements", '[\n  {\n    "email": "a@example.com",\n    "include": ["x", "y"]\n  },\n  [],\n  {"email": "b@example.com"}\n]', ["2: a@example.com", '6! is not an object such as {"email": "you@example.com"}', "7: b@example.com"]],
    ["refuses only the line that is too long", `{"email":"${long}"}\n{"email":"b@example.com"}`, ["1! is longer than 65536 characters", "2: b@example.com"]],
    ["reads lines in Latin-1", Buffer.from('{"email":"a@example.com","include":"ü"}\n', "latin1"), ["1: a@example.com"]],
    ["reads a list in Latin-1", Buffer.from('[\n{"E-Mail":"a@example.com","name":"ü"}]', "latin1"), ["2: a@example.com"]],
    ["reads the list of Ghost", '{"members":[{"email":"a@example.com"},{"email":"b@example.com"}],"meta":{"pagination":{"page":1}}}', ["1: a@example.com", "2: b@example.com"]],
    ["reads the list of listmonk", '{\n  "data": {\n    "results": [\n      {"email": "a@example.com"}\n    ],\n    "total": 1\n  }\n}\n', ["1: a@example.com"]],
    ["reads the list of Buttondown", '{"count":1,"next":null,"results":[{"email_address":"a@example.com"}]}', ["1: a@example.com"]],
    ["reads the list of beehiiv", '{"data":[{"id":"sub_1","email":"a@example.com"}],"limit":10}', ["1: a@example.com"]],
    ["reads a list in an object on one long line", `{"data":[{"email":"a@example.com","note":"${long}"}]}`, ["1: a@example.com"]],
    ["reads one reader as an object on several lines", '{\n  "email": "a@example.com"\n}\n', ["1: a@example.com"]],
    ["reads a list in UTF-16", Buffer.from('[{"Email Address":"a@example.com"}]', "utf16le"), ["1: a@example.com"]],
  ])("%s", async (_, file, reads) => {
    expect(brief((await rowsOf(file)).rows)).toEqual(reads);
    expect(brief((await rowsOf(file, file.length > 10_000 ? 1000 : 1)).rows)).toEqual(reads);
  }); // prettier-ignore

  it.each([
    ["a list that does not end", '[{"email":"a@example.com"}', /^line 1: .*JSON/],
    ["a string that does not end", '[{"email":"a@example.com]\n', /^line 1: .*JSON/],
    [
      "an object without a list of readers",
      '{"error":{"message":"Unauthorized"}}',
      /the object has no list of readers under "error"; expected a list of readers, such as/,
    ],
    [
      "an object with a list of people who left",
      '{"unsubscribes":[{"email":"a@example.com"}]}',
      /"unsubscribes" may be a list of people who left/,
    ],
    [
      "an object with two lists",
      '{"members":[{"email":"a@example.com"}],"removed":[{"email":"b@example.com"}]}',
      /there are 2 lists \("members", "removed"\): write one per file/,
    ],
    ["an element that is not JSON", '[{"email":"a@example.com"},\n{oops}]', /^line 2: .*JSON/],
    ["text after the list", '[{"email":"a@example.com"}]\n{}', /^line 2: .*JSON/],
    [
      "a list with damaged bytes",
      Buffer.concat([Buffer.from('\uFEFF[{"email":"'), Buffer.from([0xff]), Buffer.from('"}]')]),
      /^the list has bytes that are not text/,
    ],
  ])("refuses the file: %s", async (_, file, why) => {
    await expect(rowsOf(file)).rejects.toThrow(why);
  });

  it("returns each unknown key once, also one named __proto__", async () => {
    const { rows, ignored } = await rowsOf(
      '{"email":"a@example.com","name":1}\n{"email":"b@example.com","name":2,"__proto__":{"state":"gone"}}\n',
    );
    expect(ignored).toEqual(["name", "__proto__"]);
    expect(rows[1]).toEqual({ line: 2, cells: new Map([["email", "b@example.com"]]) });
  });
});

/** Returns all rows, or why the file was refused. Any other error is a bug, and fails the property. */
async function outcome(file: Uint8Array, size: number): Promise<unknown> {
  return rowsOf(file, size).catch((error: unknown) => {
    if (error instanceof PaperboyError) return error.message;
    throw error;
  });
}

async function expectSameInChunks(file: Uint8Array, size: number): Promise<void> {
  expect(await outcome(file, size)).toEqual(await outcome(file, 65_536));
}

/** Expects that no line with a plain address is lost: it is a row, or part of a quoted cell. */
async function expectAllHeld(list: readonly string[]): Promise<void> {
  const { rows } = await rowsOf(`email,state\n${list.join("\n")}`);
  const texts = rows.flatMap((row) => ("cells" in row ? [...row.cells.values()] : []));
  const held = texts.join("\n").split("\n");
  expect(held.filter((part) => part === "a@example.com")).toHaveLength(
    list.filter((line) => line === "a@example.com").length,
  );
}

describe("arbitrary bytes", () => {
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

  it("are read or refused, whatever the size of the chunks", async () => {
    await fc.assert(fc.asyncProperty(bytes, fc.integer({ min: 1, max: 9 }), expectSameInChunks), { numRuns: 500 });
  });

  it("lose no line: each one is read, refused or within quotes", async () => {
    const lines = fc.array(fc.constantFrom("a@example.com", '"', 'b"', '"c","d"', ",,"), { maxLength: 30 });
    await fc.assert(fc.asyncProperty(lines, expectAllHeld), { numRuns: 300 });
  });
});

it("continues after an open quote followed by more text than a record may hold", async () => {
  const { rows } = await rowsOf(`email\n"a@example.com\n${"b@example.com\n".repeat(6000)}`);
  expect(brief(rows.slice(0, 2))).toEqual(["2! has a quote that is never closed", "3: b@example.com"]);
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

describe("an endless file", () => {
  it.each([
    ["CSV", "email,include\n", 'a@example.com,"b ""c"""\n'],
    ["JSON lines", "", '{"email":"a@example.com"}\n'],
    ["CSV with an open quote", 'email\n"', "x\n"],
  ])("yields 20,000 rows and closes the stream when the caller stops: %s", async (_, head, text) => {
    let read = 0;
    let closed = false;
    const bytes = endless(head, text, () => void (closed = true));
    for await (const rows of readRows(bytes, { onIgnored: () => undefined, onGuess: () => undefined })) {
      read += rows.length;
      if (read >= 20_000) break;
    }
    expect(closed).toBe(true);
  });
});
