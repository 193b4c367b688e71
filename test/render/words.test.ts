import { describe, expect, it } from "vitest";
import type { Edition, Reason } from "../../src/core/model.js";
import { openFiles } from "../../src/render/files.js";
import { periodLabel } from "../../src/render/period.js";
import { createRenderer, DEFAULT_BRANDING, describeReason } from "../../src/render/renderer.js";
import { openWords } from "../../src/render/words.js";
import { dailyPapers, makeDigest, makePaper, makePapers } from "../support/papers-model.js";

const files = openFiles(null);
const english = openWords(files, "en");
const german = openWords(files, "de");

/** The keys of a messages file, and the values that each wants. */
function shapeOf(name: string) {
  const messages = JSON.parse(files.read(name)) as Record<string, unknown>;
  return Object.entries(messages).map(([key, phrase]) => [
    key,
    [...new Set(JSON.stringify(phrase).match(/\{\w+\}/g))].toSorted(),
  ]);
}

/** Intl separates with blanks of several widths. */
function plain(text: string): string {
  return text.replaceAll(/[\u2009\u202f\u00a0]/g, " ");
}

describe("messages", () => {
  it("exist in both languages with the same placeholders", () => {
    expect(shapeOf("messages/de.json")).toEqual(shapeOf("messages/en.json"));
  });

  it("use plural forms and number formats of their language", () => {
    expect([0, 1, 1234].map((count) => english.say("votes", { count }))).toEqual(["0 votes", "1 vote", "1,234 votes"]);
    expect([0, 1, 1234].map((count) => german.say("votes", { count }))).toEqual([
      "0 Stimmen",
      "1 Stimme",
      "1.234 Stimmen",
    ]);
  });

  it("do not fill in placeholders inside a value", () => {
    expect(english.say("reason.include", { phrase: "{field} $&", field: "title" })).toBe(
      "has “{field} $&” in its title",
    );
  });
});

describe("dates and numbers", () => {
  const day = new Date("2026-09-07T00:00:00Z");

  it.each([
    ["long", "Monday, 7 September 2026", "Montag, 7. September 2026"],
    ["short", "Mon 7 Sept", "Mo., 7. Sept."],
    ["day", "7 September 2026", "7. September 2026"],
    ["month", "September 2026", "September 2026"],
  ] as const)("writes a day in the %s form of each language", (form, inEnglish, inGerman) => {
    expect(english.date(day, form)).toBe(inEnglish);
    expect(german.date(day, form)).toBe(inGerman);
  });

  it("puts a comma after the English weekday of the long form only", () => {
    const days = Array.from({ length: 500 }, (_, index) => new Date(Date.UTC(2024, 0, 1 + index * 3)));
    for (const each of days) {
      expect(english.date(each, "long")).toMatch(/^[A-Z][a-z]+day, \d{1,2} [A-Z][a-z]+ \d{4}$/);
      expect(english.date(each, "short")).toMatch(/^[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2,3}$/);
    }
  });

  it("separates thousands and keeps fractions and signs", () => {
    const numbers = [0, 999, 1000, 1_234_567, 0.57, -3];
    expect(numbers.map((number) => english.number(number))).toEqual(["0", "999", "1,000", "1,234,567", "0.57", "-3"]);
  });
});

describe("periodLabel", () => {
  it.each<[Pick<Edition, "kind" | "date" | "source">, string, string]>([
    [{ kind: "day", date: "2026-03-09", source: "" }, "Monday, 9 March 2026", "Montag, 9. März 2026"],
    [{ kind: "day", date: "2026-03-09..2026-03-11", source: "" }, "9 – 11 March 2026", "9.–11. März 2026"],
    [
      { kind: "week", date: "2026-W01", source: "" },
      "Week 1, 29 December 2025 – 4 January 2026",
      "Woche 1, 29. Dezember 2025 – 4. Januar 2026",
    ],
    [
      { kind: "week", date: "2020-W53", source: "" },
      "Week 53, 28 December 2020 – 3 January 2021",
      "Woche 53, 28. Dezember 2020 – 3. Januar 2021",
    ],
    [{ kind: "month", date: "2026-10", source: "" }, "October 2026", "Oktober 2026"],
    [{ kind: "trending", date: null, source: "" }, "Trending papers", "Im Trend"],
    [{ kind: "search", date: null, source: "search:lamps & ink" }, "Search: lamps & ink", "Suche: lamps & ink"],
    [{ kind: "day", date: null, source: "" }, "The papers", "Die Paper"],
    [{ kind: "day", date: "someday", source: "" }, "someday", "someday"],
  ])("%j", (edition, inEnglish, inGerman) => {
    expect(plain(periodLabel(edition, english))).toBe(inEnglish);
    expect(plain(periodLabel(edition, german))).toBe(inGerman);
  });
});

describe("describeReason", () => {
  it.each<[Reason, string]>([
    [{ rule: "include", phrase: "lamps", field: "title" }, "has “lamps” in its title"],
    [{ rule: "exclude", phrase: "ink", field: "keywords" }, "has “ink” in its keywords, which you excluded"],
    [{ rule: "authors", phrase: "Quill", field: "authors" }, "is by Quill, whom you follow"],
    [{ rule: "organizations", phrase: "Mill", field: "organization" }, "comes from Mill, which you follow"],
    [{ rule: "no-match", wanted: ["lamps", "ink"] }, "matches none of: lamps, ink"],
    [{ rule: "min-upvotes", upvotes: 3, minimum: 10 }, "has 3 votes, fewer than 10"],
    [{ rule: "min-upvotes", upvotes: null, minimum: 10 }, "has no vote count on the page; the minimum is 10"],
    [{ rule: "without-code" }, "has no code"],
    [{ rule: "over-limit", limit: 25 }, "ranks below the first 25"],
    [{ rule: "order", order: "votes", value: 42 }, "ranked by votes (42)"],
    [{ rule: "order", order: "newest", value: "2026-03-08T10:00:00.000Z" }, "ranked by date (2026-03-08)"],
    [{ rule: "order", order: "relevance", value: 1.23456 }, "ranked by how well it matches your words (1.23)"],
    [{ rule: "order", order: "comments", value: null }, "ranked without a value to sort by"],
    [{ rule: "unfiltered" }, "no filter is set"],
  ])("%j", (reason, words) => {
    expect(describeReason(reason, "en")).toBe(words);
    expect(describeReason(reason, "de")).not.toBe(words);
  });
});

describe("a letter's words", () => {
  const renderer = createRenderer({ branding: DEFAULT_BRANDING });

  it("are all German in a German letter", () => {
    const digest = makeDigest(dailyPapers(), {
      view: { language: "de", fullUpTo: 5, abstracts: "none" },
      edition: { early: true },
    });
    const { html, text } = renderer.letter(digest);
    expect(html).toContain(`<html lang="de" dir="ltr">`);
    for (const part of [html, text]) {
      for (const word of [
        "214 Stimmen",
        "12 Kommentare",
        "Weitere Paper",
        "Lesezeit etwa",
        "Das war alles für Montag, 9. März.",
        "Montag, 9. März 2026",
      ]) {
        expect(part).toContain(word);
      }
      expect(part).not.toMatch(/\b(?:\d+ (?:votes?|comments|stars)|More papers|read on|In brief)\b/);
    }
  });

  it("say why a paper was chosen, but nothing without a filter", () => {
    const reasons = [
      { rule: "include", phrase: "lamps", field: "keywords" },
      { rule: "order", order: "votes", value: 42 },
    ] as const;
    const chosen = renderer.letter(makeDigest([makePaper()], { kept: { reasons } }));
    expect(chosen.html).toContain("Why it is here: has “lamps” in its keywords</p>");
    expect(chosen.text).toContain("Why it is here: has “lamps” in its keywords\n");
    expect(renderer.letter(makeDigest([makePaper()])).html).not.toContain("Why it is here");
  });

  it("name missing abstracts, an early edition and an empty selection", () => {
    const cards = makeDigest(makePapers(3, { abstract: null }), { edition: { format: "cards", early: true } });
    for (const part of [renderer.letter(cards).html, renderer.letter(cards).text.replaceAll(/\n +/g, " ")]) {
      expect(part).toContain("Titles only today");
      expect(part).toContain("This day is not over yet");
    }
    const none = renderer.letter(makeDigest([]));
    expect(none.html).toContain("No paper in this edition");
    expect(none.subject).toBe("Paperboy, Monday, 9 March 2026");
    expect(renderer.letter(makeDigest(makePapers(3))).text).not.toContain("Titles only");
  });

  it("contain no link without a configured target", () => {
    const bare = renderer.letter(makeDigest(makePapers(2), { edition: { url: null } })).html;
    expect(bare).not.toMatch(/Archive|Preferences|Unsubscribe|Read on the web|Papers, votes and comments/);
    const { html } = createRenderer({ branding: { ...DEFAULT_BRANDING, unsubscribeUrl: "https://e.org/u/1" } }).letter(
      makeDigest([]),
    );
    expect(html).toContain(`href="https://e.org/u/1" style="color:#5f584c">Unsubscribe</a>`);
    expect(html).not.toContain("Preferences");
  });

  it("follow the view for abstracts and pictures", () => {
    const papers = [makePaper({ abstract: "A lamp is lit by night. ".repeat(40).trim() })];
    const lengthOf = (abstracts: "full" | "short" | "none") =>
      /class="abstract"[^>]*>([^<]*)/.exec(renderer.letter(makeDigest(papers, { view: { abstracts } })).html)?.[1]
        ?.length;
    expect([lengthOf("full"), lengthOf("short"), lengthOf("none")]).toEqual([959, 263, undefined]);
    expect(renderer.letter(makeDigest(papers)).html).not.toContain("<img");
    expect(renderer.letter(makeDigest(papers, { view: { pictures: true } })).html).toContain(
      `src="https://pictures.example/lantern.png" alt="Picture: Lantern: Reading Long Letters by Lamplight" width="536"`,
    );
  });
});
