import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { createRowReader } from "../../src/subscribers/rows.js";
import type { RowVerdict } from "../../src/subscribers/rows.js";

const read = (cells: Record<string, unknown>, house = DEFAULT_VIEW) =>
  createRowReader(house)({ line: 7, cells: new Map(Object.entries(cells)) });

const plain = { state: "active", pausedUntil: null, frequency: "daily", origin: "operator", view: DEFAULT_VIEW };

describe("what a row says", () => {
  it.each([
    ["the address alone", {}, {}],
    ["blank cells", { state: " ", frequency: "", include: "", limit: "", order: "", paused_until: "" }, {}],
    ["null", { state: null, include: null, limit: null, pictures: null }, {}],
    ["how often", { frequency: "weekly" }, { frequency: "weekly" }],
    ["a state", { state: "gone" }, { state: "gone" }],
    ["where they came from", { origin: "site" }, { origin: "site" }],
    ["a pause for now", { state: "paused" }, { state: "paused" }],
    ["a day", { paused_until: "2026-11-01" }, { state: "paused", pausedUntil: new Date("2026-11-01T00:00:00Z") }],
    [
      "an instant",
      { state: "paused", paused_until: "2026-11-01T09:30+02:00" },
      { state: "paused", pausedUntil: new Date("2026-11-01T07:30:00Z") },
    ],
  ])("%s", (_, cells, said) => {
    expect(read({ email: "You@Example.COM", ...cells })).toEqual({
      line: 7,
      email: "You@Example.COM",
      reader: { address: "You@example.com", ...plain, ...said },
    });
  });

  it.each([
    ["a language", { language: "de" }, { language: "de" }],
    ["phrases", { include: "agents; large  models ;;" }, { include: ["agents", "large  models"] }],
    ["semicolons in phrases", { exclude: String.raw`a\;b;c\\;\alpha` }, { exclude: ["a;b", "c\\", "\\alpha"] }],
    ["lists of JSON", { authors: ["A. Person", "B; C"] }, { authors: ["A. Person", "B; C"] }],
    ["a text for a list", { organizations: "One;Two" }, { organizations: ["One", "Two"] }],
    ["numbers in text", { min_upvotes: "5", limit: "10", full_up_to: "0", leading: "3" }, { minUpvotes: 5, limit: 10, fullUpTo: 0, leading: 3 }],
    ["numbers", { min_upvotes: 5, limit: 500 }, { minUpvotes: 5, limit: 500 }],
    ["yes and no", { with_code: "Yes", pictures: "0" }, { withCode: true, pictures: false }],
    ["truth", { with_code: true, pictures: false }, { withCode: true, pictures: false }],
    ["choices", { order: "newest", abstracts: "short" }, { order: "newest", abstracts: "short" }],
  ])("wishes: %s", (_, cells, wishes) => {
    expect(read({ email: "you@example.com", ...cells })).toMatchObject({ reader: { view: { ...DEFAULT_VIEW, ...wishes } } });
  }); // prettier-ignore

  it("takes from the house what has no column, and none where a list or limit is blank", () => {
    const house = { ...DEFAULT_VIEW, language: "de", include: ["agents"], limit: 5, order: "newest" as const };
    expect(read({ email: "you@example.com" }, house)).toMatchObject({ reader: { view: house } });
    const blank = { email: "you@example.com", language: "", include: "", limit: "", order: "" };
    expect(read(blank, house)).toMatchObject({ reader: { view: { ...house, include: [], limit: null } } });
  });
});

describe("what is wrong with a row", () => {
  it.each([
    ["nothing", "", "is empty"],
    ["a number", 7, "is empty"],
    ["no address", "you", "does not have exactly one @"],
    ["two", "a@example.com,b@example.com", "is a list or a group"],
    ["a name", "You <you@example.com>", "holds a space"],
    ["a header to be", "you@example.com\r\nBcc: b@example.com", "holds a control or invisible character"],
    ["a formula", "=cmd|'/c calc'!A1@example.com", "holds a space"],
  ])("as the address: %s", (_, email, why) => {
    expect(read({ email })).toMatchObject({ line: 7, problem: "bad-address", why: expect.stringContaining(why) });
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
    ["order", "random", /^order "random": .*votes/],
    ["include", 7, /^include 7: .*expected/],
    ["include", ["a", 7], /^include \["a",7\]: .*expected/],
  ])("%s %j", (name, value, why) => {
    expect(read({ email: "you@example.com", [name]: value })).toMatchObject({
      problem: "wrong-value",
      why: expect.stringMatching(why),
    });
  });

  it("says it when a pause and a state disagree", () => {
    const cells = { email: "you@example.com", state: "gone", paused_until: "2026-11-01" };
    expect(read(cells)).toMatchObject({ problem: "wrong-value", why: "paused_until is given, and the state is gone" });
  });

  it("shows no more of a value than a line can hold", () => {
    const verdict = read({ email: "you@example.com", order: "x".repeat(1000) });
    expect("why" in verdict && verdict.why.length).toBeLessThan(200);
  });

  it("passes on why a line could not be read", () => {
    const verdict = { line: 3, email: "", problem: "unreadable", why: "is not JSON" };
    expect(createRowReader(DEFAULT_VIEW)({ line: 3, why: "is not JSON" })).toEqual(verdict);
  });

  it("gives rows that say the same of the view the same one, and others another", () => {
    const readRow = createRowReader(DEFAULT_VIEW);
    const viewOf = (cells: Record<string, unknown>) =>
      viewIn(readRow({ line: 7, cells: new Map(Object.entries({ email: "you@example.com", ...cells })) }));
    const wishes = [
      {},
      { limit: "5" },
      { limit: "6" },
      { limit: 5 },
      { leading: "5" },
      { include: ["a", "b"] },
      { limit: "x" },
    ];
    const first = wishes.map(viewOf);
    expect(first).toEqual(wishes.map((cells) => viewIn(read({ email: "you@example.com", ...cells }))));
    expect(wishes.map(viewOf).map((view, index) => view === first[index])).toEqual(wishes.map(() => true));
    expect(viewOf({ limit: "5" })).toBe(first[1]);
    expect(viewOf({ limit: "" })).toEqual({ ...DEFAULT_VIEW, limit: null });
  });

  it("keeps no views without end", () => {
    const readRow = createRowReader(DEFAULT_VIEW);
    const phrases = Array.from({ length: 1500 }, (_, index) => `phrase ${index}`).concat(
      "x".repeat(2000).match(/.{50}/g)?.join(";") ?? "",
    );
    for (const include of [...phrases, ...phrases]) {
      const cells = { email: "you@example.com", include };
      expect(readRow({ line: 7, cells: new Map(Object.entries(cells)) })).toEqual(read(cells));
    }
  });
});

function viewIn(verdict: RowVerdict) {
  return "reader" in verdict ? verdict.reader.view : verdict.why;
}
