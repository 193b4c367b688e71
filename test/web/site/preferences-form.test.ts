import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { formOf } from "../../../src/web/site/form.js";
import { pauseChange, readPreferences } from "../../../src/web/site/preferences-form.js";
import type { Preferences } from "../../../src/web/site/preferences-form.js";

const before: Preferences = {
  frequency: "weekly",
  view: { ...DEFAULT_VIEW, limit: 9, include: ["robots"] },
  pause: { kind: "no" },
};
const now = new Date("2026-10-05T07:00:00Z");

function read(fields: Readonly<Record<string, string>>) {
  return readPreferences(formOf(new URLSearchParams(fields)), { before, languages: ["de", "en"], now });
}

describe("readPreferences", () => {
  it("keeps the previous values of missing fields", () => {
    expect(read({})).toEqual({ preferences: before, errors: [] });
  });

  it("reads all fields", () => {
    const { preferences, errors } = read({
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
    expect(errors).toEqual([]);
    expect(preferences).toEqual({
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
  ])("ignores values that the form cannot produce: %j", (fields) => {
    expect(read(fields)).toEqual({ preferences: before, errors: [] });
  });

  it.each([
    ["include", "error.topics", { include: Array.from({ length: 21 }, (_, at) => `t${at}`).join() }],
    ["exclude", "error.topic", { exclude: "x".repeat(61) }],
    ["limit", "error.limit", { limit: "0" }],
    ["limit", "error.limit", { limit: "201" }],
    ["limit", "error.limit", { limit: "1e2" }],
    ["until", "error.until", { pause: "until", until: "" }],
    ["until", "error.until", { pause: "until", until: "2026-10-05" }],
    ["until", "error.until", { pause: "until", until: "2027-10-20" }],
    ["until", "error.until", { pause: "until", until: "2026-02-30" }],
  ])("reports an error in %s: %s", (field, message, fields) => {
    expect(read(fields).errors).toEqual([{ field, message }]);
  });

  it("removes invisible characters from topics", () => {
    expect(read({ include: "a\u202Egents\u0000,\u200B" }).preferences.view.include).toEqual(["a gents"]);
  });
});

it.each([
  [{ kind: "no" }, { state: "active", pausedUntil: null }],
  [{ kind: "open" }, { state: "paused", pausedUntil: null }],
  [
    { kind: "until", day: "2026-10-20" },
    { state: "paused", pausedUntil: new Date("2026-10-20T00:00:00Z") },
  ],
] as const)("pauseChange maps a pause to the stored state: %j", (pause, change) => {
  expect(pauseChange(pause)).toEqual(change);
});
