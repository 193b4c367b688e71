import { describe, expect, it } from "vitest";
import { composeMessage } from "../../../src/send/message/template.js";
import { readHeaders, senderName } from "../../../src/web/studio/tab-content.js";

const letter = { editionId: "day:2026-03-09", preheader: "", html: "<p>x</p>", text: "x", language: "en" };

async function headersOf(subject: string, name: string | null) {
  const context = {
    from: { name, address: "digest@example.org" },
    listId: "<daily.example.org>",
    listName: "Paperboy",
    key: Buffer.alloc(32, 1),
    date: new Date("2026-03-09T07:00:00Z"),
  };
  const { raw } = await composeMessage({ ...letter, subject }, { address: "you@example.com" }, context);
  const headers = readHeaders(raw.toString("utf8"));
  return (wanted: string) => headers.find((header) => header.name === wanted)?.value;
}

describe("the headers of a composed message", () => {
  it.each([
    "Lantern: Reading Letters",
    "Größer als 𝒪(n²): 灯 und mehr, mit einem Betreff, der über mehrere Zeilen geht und nicht endet",
    "灯".repeat(70),
    "50 % _more_ = better?",
  ])("are unfolded and decoded: %s", async (subject) => {
    expect((await headersOf(subject, "Paperboy"))("Subject")).toBe(subject);
  });

  it.each([
    ["Paperboy", "Paperboy"],
    ["Quill, Ada", "Quill, Ada"],
    ["Zeitungsjunge Jörg", "Zeitungsjunge Jörg"],
    [null, "digest@example.org"],
  ])("show the sender %s as %s", async (name, shown) => {
    expect(senderName((await headersOf("x", name))("From") ?? "")).toBe(shown);
  });
});
