import * as fc from "fast-check";
import { expect, it } from "vitest";
import { findCards } from "../../src/parse/cards.js";
import { FIELDS } from "../../src/parse/fields.js";
import { openHtml } from "../../src/parse/html.js";
import { fixturePage } from "../support/page-fixtures.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";

const SELECTORS = [
  ...Object.values(FIELDS).flatMap(({ card }) =>
    (card?.at ?? []).map((selector) => ({ selector, attribute: card?.attribute })),
  ),
  { selector: "a:has(> span.truncate)", attribute: "href" as const },
];

const READ_AT = new Date("2026-10-08T09:00:00Z");

function open(page: string) {
  const $ = openHtml(page);
  if (typeof $ === "string") throw new Error($);
  return $;
}

/** The answer of every card to every selector of the table. */
function answers(page: string) {
  return findCards(open(page), { kind: "day", readAt: READ_AT })?.map((card) =>
    SELECTORS.map(({ selector, attribute }) => card.find(selector, attribute && { attribute })),
  );
}

/** The same, by asking cheerio for one card and one selector at a time. */
function expectedAnswers(page: string) {
  const $ = open(page);
  const cards = $("article").toArray();
  return cards.map((card) =>
    SELECTORS.map(({ selector, attribute }) => {
      const found = $(card).find(selector).first();
      if (found.length === 0) return null;
      return attribute ? (found.attr(attribute) ?? null) : found.text();
    }),
  );
}

const attributes = fc
  .array(
    fc.constantFrom(
      'class="leading-none"',
      'class="x\ttruncate leading-none"',
      'class="pointer-events-none"',
      'class="text-orange-500 line-clamp-2"',
      'href="/papers/2610.00001"',
      'href="/papers/2610.00001#community"',
      'href="/login?next=%2F&amp;x"',
      'href="https://github.com/a"',
      'src="/a.png"',
      "disabled",
    ),
    { maxLength: 2 },
  )
  .map((list) => list.map((one) => ` ${one}`).join(""));
const name = fc.constantFrom("a", "a", "div", "span", "span", "p", "h3", "img", "video", "svg", "li", "button");
const { markup } = fc.letrec<{ markup: string; nodes: string }>((tie) => ({
  markup: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom("12", " text ", "&amp;", "<!--[-1-->", '<svg><path d="M1"/></svg>'),
    fc
      .tuple(name, attributes, tie("nodes"))
      .map(([tag, list, inner]) => (tag === "img" ? `<img${list}/>` : `<${tag}${list}>${inner}</${tag}>`)),
  ),
  nodes: fc.array(tie("markup"), { maxLength: 4 }).map((list) => list.join("")),
}));

it("finds in every card the first element that cheerio finds there", () => {
  const same = fc.property(fc.array(fc.array(markup), { minLength: 1, maxLength: 4 }), (cards) => {
    const page = `<main>${cards.map((parts) => `<article>${parts.join("")}</article>`).join("")}</main>`;
    expect(answers(page)).toEqual(expectedAnswers(page));
  });
  fc.assert(same, { numRuns: 150 });
});

it.each(["daily.html", "day-2024.html", "filling.html", "week.html", "month.html", "trending.html", "search.html"])(
  "finds in every card of %s what cheerio finds there",
  (file) => {
    const page = fixturePage(file);
    expect(answers(page)).toEqual(expectedAnswers(page));
  },
);

it("counts an article inside another one as part of it", () => {
  const page = '<article><h3>A</h3><article><a href="#community">7</a></article></article>';
  expect(
    findCards(open(page), { kind: "day", readAt: READ_AT })?.map((card) => card.find('a[href$="#community"]')),
  ).toEqual(["7"]);
});

it("ignores articles outside the list of papers", () => {
  const page = '<article>News</article><div data-target="DailyPapers"><article><p>A</p></article></div>';
  expect(findCards(open(page), { kind: "day", readAt: READ_AT })?.map((card) => card.find("p"))).toEqual(["A"]);
});

describeRealPages("cards of real pages", () => {
  it.each(realPageNames(/^daily-.*\.html$/))("finds in %s what cheerio finds in each card", (file) => {
    expect(answers(realPage(file))).toEqual(expectedAnswers(realPage(file)));
  });
});
