import { describe, expect, it } from "vitest";
import { buildApi } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { read, refusal } from "./reading.js";

const answer = buildApi(manyEntries(3, 3));

describe("an API response", () => {
  it("is recognized by its body, also after a BOM or white space", () => {
    for (const body of [answer, `\ufeff${answer}`, `\n  ${answer}`]) {
      expect(read(body)).toMatchObject({ kind: "api", format: "api", skipped: [], issues: [] });
      expect(read(body).papers).toHaveLength(3);
    }
  });

  it.each([
    [null, null, null],
    ["2026-10-07", "2026-10-07", true],
    ["2026-10-08", "2026-10-08", false],
    ["2026-W41", "2026-W41", false],
    ["2026-09", "2026-09", true],
  ])("requested for %j has the date %j and complete %j", (period, date, complete) => {
    expect(read(answer, { period })).toMatchObject({ date, complete });
  });

  it("is empty, without an issue, for a day without papers", () => {
    expect(read("[]", { period: "2026-10-04" })).toMatchObject({ papers: [], issues: [], date: "2026-10-04" });
  });

  it.each([
    '{"error":"Sorry, we can\'t find the page you are looking for."}',
    "[1, 2",
    "[1, 2, 3]",
    '[{"paper":{}}]',
    "{}",
    "[[]]",
    "[[[[".repeat(9),
    `[${"{},".repeat(5_000)}{}]`,
  ])("is refused as layout-changed: %s", (body) => {
    expect(refusal(body).message).toMatch(/^Paperboy does not recognise the page: /);
  });

  it("is refused when HTML arrives as application/json", () => {
    expect(refusal("<html></html>", { mediaType: "application/json" }).message).toMatch(/not a list of papers/);
  });
});
