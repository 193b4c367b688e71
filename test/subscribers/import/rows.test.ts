import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { createRowParser } from "../../../src/subscribers/import/rows.js";
import type { ParsedRow } from "../../../src/subscribers/import/rows.js";

const parse = (cells: Record<string, unknown>, defaultView = DEFAULT_VIEW) =>
  createRowParser(defaultView)({ line: 7, cells: new Map(Object.entries(cells)) });

const plain = { state: "active", pausedUntil: null, frequency: "daily", origin: "operator", view: DEFAULT_VIEW };

describe("a valid row", () => {
  it.each([
    ["means daily and active when only the address is given", {}, {}],
    [
      "treats blank cells as absent",
      { state: " ", frequency: "", include: "", limit: "", order: "", paused_until: "" },
      {},
    ],
    ["treats null as absent", { state: null, include: null, limit: null, pictures: null }, {}],
    ["sets the frequency", { frequency: "weekly" }, { frequency: "weekly" }],
    ["sets the state", { state: "gone" }, { state: "gone" }],
    ["sets the origin", { origin: "site" }, { origin: "site" }],
    ["pauses without an end", { state: "paused" }, { state: "paused" }],
    [
      "pauses until a day",
      { paused_until: "2026-11-01" },
      { state: "paused", pausedUntil: new Date("2026-11-01T00:00:00Z") },
    ],
    [
      "pauses until an instant",
      { state: "paused", paused_until: "2026-11-01T09:30+02:00" },
      { state: "paused", pausedUntil: new Date("2026-11-01T07:30:00Z") },
    ],
  ])("%s", (_, cells, expected) => {
    expect(parse({ email: "You@Example.COM", ...cells })).toEqual({
      line: 7,
      email: "You@Example.COM",
      subscriber: { address: "You@example.com", ...plain, ...expected },
    });
  });

  it.each([
    ["a language", { language: "de" }, { language: "de" }],
    ["phrases", { include: "agents; large  models ;;" }, { include: ["agents", "large  models"] }],
    ["phrases between commas", { include: "agents, robots,world models" }, { include: ["agents", "robots", "world models"] }],
    ["commas in quoted topics and in names", { include: '"planning, fast", agents', authors: "Müller, Zoë;B. Person" }, { include: ['"planning, fast"', "agents"], authors: ["Müller, Zoë", "B. Person"] }],
    ["semicolons in phrases", { exclude: String.raw`a\;b;c\\;\alpha` }, { exclude: ["a;b", "c\\", "\\alpha"] }],
    ["lists of JSON", { authors: ["A. Person", "B; C"] }, { authors: ["A. Person", "B; C"] }],
    ["a text for a list", { organizations: "One;Two" }, { organizations: ["One", "Two"] }],
    ["numbers in text", { min_upvotes: "5", limit: "10", full_up_to: "0", leading: "3" }, { minUpvotes: 5, limit: 10, fullUpTo: 0, leading: 3 }],
    ["numbers", { min_upvotes: 5, limit: 500 }, { minUpvotes: 5, limit: 500 }],
    ["yes and no", { with_code: "Yes", pictures: "0" }, { withCode: true, pictures: false }],
    ["truth", { with_code: true, pictures: false }, { withCode: true, pictures: false }],
    ["choices", { order: "newest", abstracts: "short" }, { order: "newest", abstracts: "short" }],
  ])("sets the view: %s", (_, cells, preferences) => {
    expect(parse({ email: "you@example.com", ...cells })).toMatchObject({ subscriber: { view: { ...DEFAULT_VIEW, ...preferences } } });
  }); // prettier-ignore

  it.each([
    ["Jane Doe <you@example.com>", "you@example.com"],
    ['"Doe, Jane" <you@example.com>', "you@example.com"],
    ["<you@example.com>;", "you@example.com"],
    ["you@example.com ::: home@example.com", "you@example.com"],
  ])("extracts the address from %j", (email, address) => {
    expect(parse({ email })).toMatchObject({ email: address, subscriber: { address } });
  });

  it("uses the default view for absent columns, and reads a blank list or limit as none", () => {
    const defaultView = { ...DEFAULT_VIEW, language: "de", include: ["agents"], limit: 5, order: "newest" as const };
    expect(parse({ email: "you@example.com" }, defaultView)).toMatchObject({ subscriber: { view: defaultView } });
    const blank = { email: "you@example.com", language: "", include: "", limit: "", order: "" };
    expect(parse(blank, defaultView)).toMatchObject({
      subscriber: { view: { ...defaultView, include: [], limit: null } },
    });
  });
});

describe("an invalid row", () => {
  it.each([
    ["empty text", "", "is empty"],
    ["a number", 7, "is empty"],
    ["a word", "you", "does not have exactly one @"],
    ["two addresses", "a@example.com,b@example.com", "is a list or a group"],
    ["two addresses in angle brackets", "You <you@example.com> <b@example.com>", "contains a space"],
    ["a control character in the name", "You\r\nBcc: b@example.com <you@example.com>", "contains a control"],
    ["a domain that is not complete", "leo@example", "has no full domain"],
    ["this machine", "Kate <kate@localhost>", "has no full domain"],
    ["an injected header", "you@example.com\r\nBcc: b@example.com", "contains a control or invisible character"],
    ["a formula", "=cmd|'/c calc'!A1@example.com", "contains a space"],
  ])("is refused for its address: %s", (_, email, why) => {
    expect(parse({ email })).toMatchObject({ line: 7, problem: "bad-address", why: expect.stringContaining(why) });
  });

  it.each([
    ["state", "Active", /^state "Active": .*active/],
    ["frequency", "hourly", /^frequency "hourly": .*daily.*weekly.*monthly/],
    ["origin", "friend", /^origin "friend": .*operator/],
    ["paused_until", "soon", /^paused_until "soon": expected a day such as/],
    ["paused_until", "2026-02-30", /^paused_until "2026-02-30": expected a day/],
    ["paused_until", "2026-11-01T09:30", /expected a day .*, or an instant/],
    ["paused_until", 20_261_101, /expected a day/],
    ["language", "no tag", /^language "no tag": .*expected/],
    ["limit", "0", /^limit 0: .*1/],
    ["limit", "501", /^limit 501: .*500/],
    ["limit", "ten", /^limit "ten": .*number/],
    ["min_upvotes", "-1", /^min_upvotes "-1": .*number/],
    ["min_upvotes", 1.5, /^min_upvotes 1.5: .*expected/],
    ["with_code", "perhaps", /^with_code "perhaps": .*expected/],
    ["with_code", "constructor", /^with_code "constructor": .*expected/],
    ["order", "random", /^order "random": .*votes/],
    ["include", 7, /^include 7: .*expected/],
    ["include", ["a", 7], /^include \["a",7\]: .*expected/],
  ])("is refused for a wrong value: %s %j", (name, value, why) => {
    expect(parse({ email: "you@example.com", [name]: value })).toMatchObject({
      problem: "wrong-value",
      why: expect.stringMatching(why),
    });
  });

  it("is refused when paused_until contradicts the state", () => {
    const cells = { email: "you@example.com", state: "gone", paused_until: "2026-11-01" };
    expect(parse(cells)).toMatchObject({ problem: "wrong-value", why: "paused_until is given, but the state is gone" });
  });

  it("shows only the beginning of a long value", () => {
    const row = parse({ email: "you@example.com", order: "x".repeat(1000) });
    expect("why" in row && row.why.length).toBeLessThan(200);
  });

  it("keeps the reason why the line could not be read", () => {
    const expected = { line: 3, email: "", problem: "unreadable", why: "is not JSON" };
    expect(createRowParser(DEFAULT_VIEW)({ line: 3, why: "is not JSON" })).toEqual(expected);
  });

  it("shares one view between rows with equal preferences", () => {
    const parseRow = createRowParser(DEFAULT_VIEW);
    const viewOf = (cells: Record<string, unknown>) =>
      viewIn(parseRow({ line: 7, cells: new Map(Object.entries({ email: "you@example.com", ...cells })) }));
    const preferences = [
      {},
      { limit: "5" },
      { limit: "6" },
      { limit: 5 },
      { leading: "5" },
      { include: ["a", "b"] },
      { limit: "x" },
    ];
    const first = preferences.map(viewOf);
    expect(first).toEqual(preferences.map((cells) => viewIn(parse({ email: "you@example.com", ...cells }))));
    expect(preferences.map(viewOf).map((view, index) => view === first[index])).toEqual(preferences.map(() => true));
    expect(viewOf({ limit: "5" })).toBe(first[1]);
    expect(viewOf({ limit: "" })).toEqual({ ...DEFAULT_VIEW, limit: null });
  });

  it("parses rows correctly when more views occur than are kept", () => {
    const parseRow = createRowParser(DEFAULT_VIEW);
    const phrases = Array.from({ length: 1100 }, (_, index) => `phrase ${index}`).concat(
      "x".repeat(2000).match(/.{50}/g)?.join(";") ?? "",
    );
    for (const include of [...phrases, ...phrases]) {
      const cells = { email: "you@example.com", include };
      expect(parseRow({ line: 7, cells: new Map(Object.entries(cells)) })).toEqual(parse(cells));
    }
  });
});

function viewIn(row: ParsedRow) {
  return "subscriber" in row ? row.subscriber.view : row.why;
}
