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
      authors: "Zoë Müller; Ann Lee",
      organizations: "Harbour Lab",
      votes: "5",
      code: "yes",
      order: "newest",
      revisit: "3",
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
        authors: ["Zoë Müller", "Ann Lee"],
        organizations: ["Harbour Lab"],
        minUpvotes: 5,
        withCode: true,
        order: "newest",
        revisit: 3,
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
    { revisit: "6" },
    { revisit: "0" },
  ])("ignores values that the form cannot produce: %j", (fields) => {
    expect(read(fields)).toEqual({ preferences: before, errors: [] });
  });

  it.each([
    ["include", "error.topics", { include: Array.from({ length: 21 }, (_, at) => `t${at}`).join() }],
    ["exclude", "error.topic", { exclude: "x".repeat(61) }],
    ["authors", "error.topic", { authors: "x".repeat(61) }],
    ["votes", "error.votes", { votes: "-1" }],
    ["votes", "error.votes", { votes: "ten" }],
    ["votes", "error.votes", { votes: "10000" }],
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

  it("takes an empty number of votes as no minimum", () => {
    expect(read({ votes: "" }).preferences.view.minUpvotes).toBe(0);
  });

  const [no, open, until] = [
    { kind: "no" },
    { kind: "open" },
    { kind: "until", day: "2026-10-20" },
  ] as const satisfies readonly Preferences["pause"][];

  it.each([
    ["a date without the choice for it", no, { pause: "no", until: "2026-10-20" }, until],
    ["a date alone", no, { until: "2026-10-20" }, until],
    ["a date in place of an open end", open, { pause: "open", until: "2026-10-20" }, until],
    ["another date", until, { pause: "until", until: "2026-10-21" }, { kind: "until", day: "2026-10-21" }],
    ["the end of a pause, with its date still in the form", until, { pause: "no", until: "2026-10-20" }, no],
    ["an open end, with the date still in the form", until, { pause: "open", until: "2026-10-20" }, open],
    ["no change", until, { pause: "until", until: "2026-10-20" }, until],
    ["no date", no, { pause: "no", until: "" }, no],
    ["nothing", until, {}, until],
  ] as const)("reads a pause: %s", (_what, pause, fields, expected) => {
    const form = formOf(new URLSearchParams(fields));
    const { preferences } = readPreferences(form, { before: { ...before, pause }, languages: [], now });
    expect(preferences.pause).toEqual(expected);
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
