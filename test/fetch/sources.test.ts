import { describe, expect, it } from "vitest";
import { PaperboyError } from "../../src/core/errors.js";
import { parseSource, SOURCE_FORMS } from "../../src/fetch/sources.js";

const context = {
  site: "https://huggingface.co",
  now: new Date("2026-10-02T07:00:00Z"),
  exists: (path: string) => path === "page.html",
};

describe("parseSource", () => {
  it.each([
    ["today", "day", "2026-10-02", "https://huggingface.co/papers/date/2026-10-02"],
    ["yesterday", "day", "2026-10-01", "https://huggingface.co/papers/date/2026-10-01"],
    ["2026-03-09", "day", "2026-03-09", "https://huggingface.co/papers/date/2026-03-09"],
    ["2026-W40", "week", "2026-W40", "https://huggingface.co/papers/week/2026-W40"],
    ["2026-10", "month", "2026-10", "https://huggingface.co/papers/month/2026-10"],
    ["trending", "trending", "trending", "https://huggingface.co/papers/trending"],
    ["Today", "day", "2026-10-02", "https://huggingface.co/papers/date/2026-10-02"],
    ["YESTERDAY", "day", "2026-10-01", "https://huggingface.co/papers/date/2026-10-01"],
    ["Trending", "trending", "trending", "https://huggingface.co/papers/trending"],
    ["2026-w40", "week", "2026-W40", "https://huggingface.co/papers/week/2026-W40"],
    ["Search: LLaVA \n 1.5 ", "search", "search:LLaVA 1.5", "https://huggingface.co/papers?q=LLaVA%201.5"],
    [
      "https://huggingface.co/papers/trending?q=agents",
      "search",
      "search:agents",
      "https://huggingface.co/papers?q=agents",
    ],
    [
      "https://huggingface.co/papers/date/2026-03-09?q=agents",
      "search",
      "search:agents",
      "https://huggingface.co/papers?q=agents",
    ],
    ["search:LLaVA 1.5", "search", "search:LLaVA 1.5", "https://huggingface.co/papers?q=LLaVA%201.5"],
    ["search:x&y=#z", "search", "search:x&y=#z", "https://huggingface.co/papers?q=x%26y%3D%23z"],
    // An address on the site is the source that it shows.
    [
      "https://huggingface.co/papers/date/2026-03-09",
      "day",
      "2026-03-09",
      "https://huggingface.co/papers/date/2026-03-09",
    ],
    ["https://huggingface.co/papers/week/2026-W40/", "week", "2026-W40", "https://huggingface.co/papers/week/2026-W40"],
    [
      "https://huggingface.co/papers?date=2024-08-01",
      "day",
      "2024-08-01",
      "https://huggingface.co/papers/date/2024-08-01",
    ],
    ["https://huggingface.co/papers?q=agents", "search", "search:agents", "https://huggingface.co/papers?q=agents"],
    ["https://huggingface.co/papers/trending", "trending", "trending", "https://huggingface.co/papers/trending"],
    ["https://huggingface.co/papers/2603.01234", "paper", "2603.01234", "https://huggingface.co/papers/2603.01234"],
    ["https://huggingface.co/papers", "page", "https://huggingface.co/papers", "https://huggingface.co/papers"],
    ["http://mirror.example/papers", "page", "http://mirror.example/papers", "http://mirror.example/papers"],
  ])("reads %s", (text, kind, name, url) => {
    expect(parseSource(text, context)).toMatchObject({ kind, name, location: { type: "url", url } });
  });

  it("accepts files and standard input", () => {
    expect(parseSource("page.html", context).location).toEqual({ type: "file", path: "page.html" });
    expect(parseSource("-", context).location).toEqual({ type: "stdin" });
  });

  it("requests 100 entries from the API", () => {
    expect(parseSource("2026-03-09", context).apiUrl).toBe(
      "https://huggingface.co/api/daily_papers?date=2026-03-09&limit=100",
    );
    expect(parseSource("search:x y", context).apiUrl).toBe("https://huggingface.co/api/papers/search?q=x%20y");
  });

  it("accepts a mirror with a path prefix", () => {
    const mirror = { ...context, site: "http://localhost:8080/hf" };
    expect(parseSource("2026-10", mirror).location).toEqual({
      type: "url",
      url: "http://localhost:8080/hf/papers/month/2026-10",
    });
    expect(parseSource("http://localhost:8080/hf/papers/date/2026-03-09", mirror).kind).toBe("day");
  });

  it.each([
    "2026-02-30",
    "2026-W54",
    "2026-13",
    "missing.html",
    "tody",
    "",
    " ",
    "search:",
    "search: ?!",
    `search:${"x".repeat(251)}`,
    "search:a\u0000b",
    "search:a\ud800",
    "http://",
    "https://user:secret@huggingface.co/papers",
    "https://huggingface.co/papers/date/2026-02-30",
    "constructor",
    "__proto__",
  ])("refuses %j and lists what is accepted", (text) => {
    const error = catchError(() => parseSource(text, context));
    expect(error.code).toBe("usage");
    for (const { example } of SOURCE_FORMS) expect(error.hint).toContain(example);
  });
});

it.each([
  ["tody", "did you mean today?"],
  ["yestreday", "did you mean yesterday?"],
  ["Trendig", "did you mean trending?"],
])("suggests the nearest word for %s", (text, suggestion) => {
  expect(catchError(() => parseSource(text, context)).message).toContain(suggestion);
});

it("makes no suggestion for a word that is not similar to a source", () => {
  expect(catchError(() => parseSource("zebra", context)).message).not.toContain("did you mean");
});

it("refuses an empty SOURCE", () => {
  expect(catchError(() => parseSource("", { ...context, exists: () => true })).message).toBe("the SOURCE is empty");
});

it.each([
  "https://user:hunter2@huggingface.co/papers",
  "https://user:hun@ter2@huggingface.co/papers",
  "https://user:hun/ter2@",
  "ftp://user:hunter2@example.org/x",
])("shows no password of %s", (text) => {
  const { message } = catchError(() => parseSource(text, context));
  expect(message).not.toMatch(/hun|ter2|user:/);
});

it("gives the reason for refusing an address with a password", () => {
  const { message } = catchError(() => parseSource("https://user:hunter2@huggingface.co/papers", context));
  expect(message).toContain('"https://huggingface.co/papers" contains a user name or password');
});

function catchError(work: () => unknown): PaperboyError {
  try {
    work();
  } catch (error) {
    if (error instanceof PaperboyError) return error;
  }
  throw new Error("expected a PaperboyError");
}
