import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { readState, withChanges } from "../../../src/web/studio/state.js";

const start = { source: "page.html", theme: "comfortable", view: { ...DEFAULT_VIEW, minUpvotes: 5 } } as const;
const read = (query: string) => readState(new URLSearchParams(query), start);

describe("readState", () => {
  it("returns the initial state for an empty query", () => {
    expect(read("")).toEqual({ request: start, tab: "desktop", mark: null, sent: null });
  });

  it.each([
    ["include=agents,+robots+arms", { include: ["agents", "robots arms"] }],
    ["include=", { include: [] }],
    ["exclude=,,", { exclude: [] }],
    ["limit=7", { limit: 7 }],
    ["limit=", { limit: null }],
    ["minUpvotes=", { minUpvotes: 0 }],
    ["order=newest", { order: "newest" }],
    ["abstracts=short", { abstracts: "short" }],
    ["language=de", { language: "de" }],
    ["withCode=no&withCode=yes", { withCode: true }],
    ["revisit=3", { revisit: 3 }],
    ["revisit=", { revisit: 0 }],
    ["pictures=no", { pictures: false }],
  ])("reads the view from %s", (query, view) => {
    expect(read(query).request.view).toEqual({ ...start.view, ...view });
  });

  it.each([
    "limit=0",
    "limit=-3",
    "limit=501",
    "order=luck",
    "language=../x",
    "minUpvotes=many",
    "withCode=perhaps",
    "revisit=6",
  ])("keeps the initial value for %s", (query) => {
    expect(read(query).request.view).toEqual(start.view);
  });

  it.each([
    ["source=other.html", "other.html"],
    ["source=other.html&typed=+2026-10-02+", "2026-10-02"],
    ["source=other.html&typed=", "other.html"],
    ["source=+", "page.html"],
  ])("reads from %s the source %s", (query, source) => {
    expect(read(query).request.source).toBe(source);
  });

  it.each([
    ["tab=phone", { tab: "phone" }],
    ["tab=nothing", { tab: "desktop" }],
    ["sent=3", { sent: 3 }],
    ["sent=x", { sent: null }],
    ["mark=td+%3E+a", { mark: "td > a" }],
  ])("reads %s", (query, state) => {
    expect(read(query)).toMatchObject(state);
  });
});

it("changes parameters of a query and keeps the rest", () => {
  const query = new URLSearchParams("tab=phone&limit=3&mark=x");
  expect(withChanges(query, { tab: "dark", mark: null })).toBe("?tab=dark&limit=3");
  expect(query.get("tab")).toBe("phone");
});
