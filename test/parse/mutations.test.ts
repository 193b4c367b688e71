import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildApi, buildPage } from "../support/page-builder.js";
import { fixturePage } from "../support/page-fixtures.js";
import { manyEntries } from "../support/papers.js";
import { describeRealPages, realPage } from "../support/real-pages.js";
import { read, refusal } from "./reading.js";
import { expectSound, expectUntouched } from "./sound.js";
import { anyCharacter } from "../support/seed.js";

const { assert } = fc;
/** Four papers, and the two of them that have every key of an entry: time grows with the number of papers. */
const four = manyEntries(4, 8);
const entries = four.slice(2);
const day = { kind: "day", date: "2026-10-02", entries } as const;
const DAY = buildPage(day);
const PAGES = [
  DAY,
  buildPage({ kind: "day-2024", date: "2024-08-01", entries }),
  buildPage({ kind: "trending", entries }),
  buildPage({ kind: "search", query: "letters", entries }),
  buildPage({ kind: "paper", entries: entries.slice(0, 1) }),
  buildApi(entries),
];
const KNOWN = { data: read(DAY).papers, cards: read(buildPage({ ...day, withData: false })).papers };

const anyPage = fc.constantFrom(...PAGES);
/** A position in a text, from its start (0) to its end (1). */
const place = fc.double({ min: 0, max: 1, noNaN: true });

function at(text: string, share: number): number {
  return Math.floor(share * text.length);
}

describe("a damaged page gives complete papers or layout-changed", () => {
  it("gives only unchanged papers when cut at any place", () => {
    const cut = fc.property(place, (share) => expectUntouched(DAY.slice(0, at(DAY, share)), KNOWN));
    assert(cut, { numRuns: 200 });
  });

  it("survives the loss of its beginning", () => {
    const cut = fc.property(anyPage, place, (page, share) => void expectSound(page.slice(at(page, share))));
    assert(cut, { numRuns: 200 });
  });

  it("gives only unchanged papers when one attribute is missing", () => {
    const attributes = [...DAY.matchAll(/ (?:data-[a-z]+|class|href|src|title)="[^"]*"/g)];
    const removed = fc.property(fc.constantFrom(...attributes), ({ 0: text, index }) =>
      expectUntouched(DAY.slice(0, index) + DAY.slice(index + text.length), KNOWN),
    );
    assert(removed, { numRuns: 150 });
  });

  it("survives the loss of every attribute with a name", () => {
    const names = fc.constantFrom("class", "href", "src", "data-target", "data-props", "title", "property", "content");
    const removed = fc.property(anyPage, fc.uniqueArray(names), (page, gone) => {
      const pattern = new RegExp(` (?:${gone.join("|") || "none"})="[^"]*"`, "g");
      expectSound(page.replace(pattern, ""));
    });
    assert(removed, { numRuns: 200 });
  });

  it("keeps the order of the data when the cards are shuffled", () => {
    const page = buildPage({ ...day, entries: four });
    const known = read(page).papers;
    const cards = page.match(/<article[\s\S]*?<\/article>/g) ?? [];
    expect(cards).toHaveLength(4);
    const anyOrder = fc.property(fc.shuffledSubarray(cards, { minLength: 4 }), (order) => {
      let next = 0;
      const shuffled = page.replace(/<article[\s\S]*?<\/article>/g, () => order[next++] ?? "");
      expect(expectSound(shuffled)?.papers).toEqual(known);
    });
    assert(anyOrder, { numRuns: 24 });
  });

  it("survives removed, doubled and swapped pieces", () => {
    const pieces = fc.property(
      anyPage,
      fc.array(place, { minLength: 3, maxLength: 3 }),
      fc.nat(2),
      (page, shares, how) => {
        const [a = 0, b = 0, c = 0] = shares.map((share) => at(page, share)).toSorted((x, y) => x - y);
        const [head, one, two, tail] = [page.slice(0, a), page.slice(a, b), page.slice(b, c), page.slice(c)];
        expectSound([head + two + tail, head + one + one + two + tail, head + two + one + tail][how] ?? "");
      },
    );
    assert(pieces, { numRuns: 150 });
  });

  it("survives characters inserted anywhere", () => {
    const signs = fc.oneof(
      fc.constantFrom("<", ">", '"', "'", "&", "\\", "{", "]", "\u0000", "<!--", "</div>", "<article>"),
      fc.string({ unit: anyCharacter }),
    );
    const sprinkled = fc.property(
      anyPage,
      fc.array(fc.tuple(place, signs), { minLength: 1, maxLength: 8 }),
      (page, hits) => {
        expectSound(
          hits.reduce(
            (text, [share, sign]) => text.slice(0, at(text, share)) + sign + text.slice(at(text, share)),
            page,
          ),
        );
      },
    );
    assert(sprinkled, { numRuns: 150 });
  });
});

describe("damaged data gives complete papers or layout-changed", () => {
  it("survives JSON that is broken anywhere", () => {
    const broken = fc.property(place, fc.nat(40), fc.string({ maxLength: 5 }), (share, gone, put) => {
      const data = (json: string) => json.slice(0, at(json, share)) + put + json.slice(at(json, share) + gone);
      expectSound(buildPage({ ...day, mangle: { data } }));
      expectSound(data(buildApi(entries)));
    });
    assert(broken, { numRuns: 200 });
  });

  it("survives any value of another type, with and without cards", () => {
    const changed = fc.property(fc.nat(), fc.jsonValue({ maxDepth: 2 }), fc.boolean(), (nth, value, withCards) => {
      const data = (json: string) => replaceValue(json, nth, value);
      expectSound(buildPage({ ...day, withCards, mangle: { data } }));
      expectSound(data(buildApi(entries)));
    });
    assert(changed, { numRuns: 200 });
  });

  it("survives the loss of any keys in every entry", () => {
    const keys = [...new Set(buildApi(entries).match(/"\w+"(?=:)/g))];
    const gone = fc.property(
      fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }),
      fc.boolean(),
      (names, withCards) => {
        const data = (json: string) => json.replaceAll(new RegExp(`(${names.join("|")})(?=:)`, "g"), '"gone"');
        expectSound(buildPage({ ...day, withCards, mangle: { data } }));
      },
    );
    assert(gone, { numRuns: 200 });
  });
});

/** A JSON text with another value at the n-th place that holds one. */
function replaceValue(json: string, nth: number, value: unknown): string {
  const count = countValues(json);
  let seen = 0;
  return JSON.stringify(
    JSON.parse(json, (_, current: unknown) => {
      seen += 1;
      return seen === 1 + (nth % count) ? value : current;
    }) ?? null,
  );
}

function countValues(json: string): number {
  let count = 0;
  JSON.parse(json, (_, value: unknown) => {
    count += 1;
    return value;
  });
  return count;
}

describe("input that is not a page is refused", () => {
  it("survives random text and markup", () => {
    const parts = fc.constantFrom(
      "<article>",
      "<h3>",
      '<a href="/papers/2610.00001">',
      "</a>",
      "text",
      '<div data-target="DailyPapers" data-props="',
      '{"dailyPapers":[',
      "{}",
      "]}",
      '">',
      "</html>",
    );
    const noise = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 400 }),
      fc.array(parts).map((list) => list.join("")),
      fc.json(),
    );
    assert(
      fc.property(noise, (body) => void expectSound(body)),
      { numRuns: 500 },
    );
  });

  it.each([
    ["nothing", ""],
    ["fifty million letters", "x".repeat(50_000_000)],
    ["a flood of tags", "<br>".repeat(200_000)],
    ["elements inside each other", "<div>".repeat(45_000)],
    ["elements and ends that do not fit", "<b>".repeat(20_000) + "</i>".repeat(20_000)],
    ["elements beside each other", "<article></article>".repeat(20_000)],
    [
      "cards without end",
      `<html>${'<article><h3><a href="/papers/2610.00001">T</a></h3></article>'.repeat(2_500)}</html>`,
    ],
    ["JSON inside JSON", "[".repeat(1_000_000)],
    ["data inside data", `<div data-target="DailyPapers" data-props='{"dailyPapers":${"[".repeat(100_000)}'></div>`],
    [
      "a list of everything",
      `<div data-target="DailyPapers" data-props='{"dailyPapers":[${"0,".repeat(100_000)}0]}'></div>`,
    ],
    ["bytes", Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256)).toString("latin1")],
    ["a robot check", fixturePage("bot-check.html")],
    ["a login", fixturePage("login.html")],
  ])("%s", (_, body) => {
    expect(refusal(body).retryable).toBe(false);
  });
});

describeRealPages("real pages, damaged", () => {
  const page = "daily-2026-02-23.html";

  it("gives only unchanged papers when cut at any place", () => {
    const html = realPage(page);
    const known = { data: read(html).papers, cards: read(html.replace(/data-props="[^"]*"/g, "")).papers };
    assert(
      fc.property(place, (share) => expectUntouched(html.slice(0, at(html, share)), known)),
      { numRuns: 40 },
    );
  });

  it("survives a piece of the page of another site", () => {
    const [html, other] = [realPage(page), realPage("not-the-site-2026-07.html")];
    const mixed = fc.property(place, place, (here, there) => {
      expectSound(html.slice(0, at(html, here)) + other.slice(at(other, there)));
      expectSound(other.slice(0, at(other, there)) + html.slice(at(html, here)));
    });
    assert(mixed, { numRuns: 30 });
  });
});
