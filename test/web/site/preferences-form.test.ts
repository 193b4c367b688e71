import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { formOf } from "../../../src/web/site/form.js";
import { pauseChange, readWish } from "../../../src/web/site/preferences-form.js";
import type { Wish } from "../../../src/web/site/preferences-form.js";

const before: Wish = {
  frequency: "weekly",
  view: { ...DEFAULT_VIEW, limit: 9, include: ["robots"] },
  pause: { kind: "no" },
};
const now = new Date("2026-10-05T07:00:00Z");

function read(fields: Readonly<Record<string, string>>) {
  return readWish(formOf(new URLSearchParams(fields)), { before, languages: ["de", "en"], now });
}

describe("a form read", () => {
  it("leaves what it does not name", () => {
    expect(read({})).toEqual({ wish: before, mistakes: [] });
  });

  it("takes what a browser sends", () => {
    const { wish, mistakes } = read({
      frequency: "daily",
      include: " agents,diffusion  model,\nagents;",
      exclude: "",
      limit: "12",
      abstracts: "short",
      pictures: "yes",
      language: "de",
      pause: "until",
      until: "2026-10-20",
    });
    expect(mistakes).toEqual([]);
    expect(wish).toEqual({
      frequency: "daily",
      pause: { kind: "until", day: "2026-10-20" },
      view: {
        ...DEFAULT_VIEW,
        include: ["agents", "diffusion model"],
        limit: 12,
        abstracts: "short",
        pictures: true,
        language: "de",
      },
    });
  });

  it.each([
    { frequency: "hourly" },
    { abstracts: "constructor" },
    { language: "../en" },
    { pause: "for ever" },
    { minUpvotes: "-1", order: "x" },
  ])("passes over what no browser sends: %j", (fields) => {
    expect(read(fields)).toEqual({ wish: before, mistakes: [] });
  });

  it.each([
    ["include", "mistake.topics", { include: Array.from({ length: 21 }, (_, at) => `t${at}`).join() }],
    ["exclude", "mistake.topic", { exclude: "x".repeat(61) }],
    ["limit", "mistake.limit", { limit: "0" }],
    ["limit", "mistake.limit", { limit: "201" }],
    ["limit", "mistake.limit", { limit: "1e2" }],
    ["until", "mistake.until", { pause: "until", until: "" }],
    ["until", "mistake.until", { pause: "until", until: "2026-10-05" }],
    ["until", "mistake.until", { pause: "until", until: "2027-10-20" }],
    ["until", "mistake.until", { pause: "until", until: "2026-02-30" }],
  ])("says what is wrong with %s: %s", (field, message, fields) => {
    expect(read(fields).mistakes).toEqual([{ field, message }]);
  });

  it("keeps no invisible characters", () => {
    expect(read({ include: "a\u202Egents\u0000,\u200B" }).wish.view.include).toEqual(["a gents"]);
  });
});

it.each([
  [{ kind: "no" }, { state: "active", pausedUntil: null }],
  [{ kind: "open" }, { state: "paused", pausedUntil: null }],
  [
    { kind: "until", day: "2026-10-20" },
    { state: "paused", pausedUntil: new Date("2026-10-20T00:00:00Z") },
  ],
] as const)("is stored: %j", (pause, change) => {
  expect(pauseChange(pause)).toEqual(change);
});
