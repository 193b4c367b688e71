import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAgreeing } from "../../src/parse/agree.js";
import { findCards } from "../../src/parse/cards.js";
import { FIELDS } from "../../src/parse/fields.js";
import { openHtml } from "../../src/parse/html.js";
import { parseWhole } from "../../src/parse/page.js";
import { readPlainPage } from "../../src/parse/plain-page.js";
import { elementsIn, testFor, textOf, valueOf } from "../../src/parse/plain-select.js";
import { buildPage } from "../support/page-builder.js";
import { fixturePage } from "../support/page-fixtures.js";
import { manyEntries } from "../support/papers.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";
import { SITE } from "./reading.js";

const NOW = new Date("2026-10-08T09:00:00Z");
const options = { site: SITE, now: NOW };
const pageOf = (body: string) => ({ url: null, body, mediaType: null, fetchedAt: NOW, from: "file" as const });
const agreeing = (body: string) => parseAgreeing(pageOf(body), options);

/** What is read at a glance, and what is read of the document where anything is. */
function bothOf(body: string) {
  const reading = agreeing(body);
  return { reading, whole: reading && parseWhole(pageOf(body), options) };
}

const DAY = buildPage({ kind: "day", date: "2026-10-02", entries: manyEntries(3, 2) });
const RUNS = Number(process.env["FC_RUNS"] ?? 300);
const DAILY = [
  "daily.html",
  "day-2024.html",
  "filling.html",
  "week.html",
  "month.html",
  "trending.html",
  "search.html",
];
const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (text: string, share: number) => Math.floor(share * text.length);

describe("a page whose cards show what its data says", () => {
  it.each(DAILY)("is read without its document: %s", (name) => {
    const { reading, whole } = bothOf(fixturePage(name));
    expect(reading).not.toBeNull();
    expect(reading).toEqual(whole);
  });

  it.each([
    ["cut off", (page: string) => page.replace("</html>", "")],
    ["another title on a card", (page: string) => page.replace(/(<h3[^>]*><a [^>]*>)[^<]*/, "$1Another")],
    ["a card less", (page: string) => page.replace(/<article[\s\S]*?<\/article>/, "")],
    ["no cards", (page: string) => page.replaceAll(/<article[\s\S]*?<\/article>/g, "")],
    ["a count that is none", (page: string) => page.replace(/(leading-none">)\d+/, "$1many")],
    ["a mask on a card", (page: string) => page.replace("</h3>", '<a data-cfemail="4f00">x</a></h3>')],
    ["broken data", (page: string) => page.replace(/"DailyPapers" data-props="/, "$&{")],
    ["an API's answer", () => "[]"],
  ])("is needed: not with %s", (_, change) => {
    expect(agreeing(DAY)).not.toBeNull();
    expect(agreeing(change(DAY))).toBeNull();
  });

  it("is read as its document, whatever is changed in it", () => {
    const signs = fc.oneof(
      fc.constantFrom(
        "<",
        ">",
        '"',
        "&amp;",
        "&#32;",
        "<p>",
        "<b>",
        "</a>",
        "</div>",
        "<!--",
        "-->",
        "<svg>",
        "<title>",
      ),
      fc.constantFrom(' class="leading-none"', ' href="/papers/2610.00001"', ' data-target="DailyPapers"', "<article>"),
    );
    const from = DAY.indexOf("<title");
    const changed = fc.property(fc.array(fc.tuple(place, fc.nat(3), signs), { minLength: 1, maxLength: 3 }), (hits) => {
      const body = hits.reduce((page, [share, gone, sign]) => {
        const start = from + at(page.slice(from), share);
        return page.slice(0, start) + sign + page.slice(start + gone);
      }, DAY);
      const { reading, whole } = bothOf(body);
      expect(reading).toEqual(whole);
    });
    fc.assert(changed, { numRuns: RUNS });
  });
});

const ASKED = Object.values(FIELDS).flatMap(({ card }) =>
  (card?.at ?? []).map((selector) => ({ selector, take: card?.take })),
);
const SELECTORS = [...ASKED, { selector: "a:has(> span.truncate)", take: "href" as const }];

/** Whatever the cards of a page say to each selector, by the document; null where that is no page. */
function byDocument(page: string) {
  const $ = openHtml(page);
  if (typeof $ === "string") return null;
  return findCards($, "day")?.map((card) => SELECTORS.map(({ selector, take }) => card.find(selector, take)));
}

function byPlainPage(page: string) {
  return readPlainPage(page)?.cards.map((card) =>
    SELECTORS.map(({ selector, take }) => {
      const element = elementsIn(card).find(testFor(selector));
      if (element === undefined) return null;
      return take ? (valueOf(element, take) ?? null) : textOf(element);
    }),
  );
}

const around = (cards: string) =>
  `<!doctype html><html><head><meta property="og:url" content="/papers"/><title>Papers</title></head><body><div data-target="DailyPapers"><section>${cards}</section></div></body></html>`;

describe("cards, asked by selector", () => {
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
      fc.constantFrom(
        "12",
        " text ",
        "&amp;",
        "<!--[-1-->",
        "<svg><path d=''></path></svg>",
        '<svg><path d="M1"/></svg>',
      ),
      fc
        .tuple(name, attributes, tie("nodes"))
        .map(([tag, list, inner]) => (tag === "img" ? `<img${list}/>` : `<${tag}${list}>${inner}</${tag}>`)),
    ),
    nodes: fc.array(tie("markup"), { maxLength: 4 }).map((list) => list.join("")),
  }));

  it("answer as their document does", () => {
    let read = 0;
    const same = fc.property(fc.array(markup, { minLength: 1, maxLength: 5 }), (list) => {
      const page = around(`<article>${list.join("")}</article>`);
      const answers = byPlainPage(page);
      expect(answers).toEqual(answers && byDocument(page));
      read += answers ? 1 : 0;
    });
    fc.assert(same, { numRuns: RUNS });
    expect(read).toBeGreaterThan(RUNS / 4);
  });

  it.each(DAILY)("answer as their document does: %s", (name) => {
    const page = fixturePage(name).replaceAll(/ data-props="[^"]*"/g, "");
    expect(byPlainPage(page)).toEqual(byDocument(page));
  });

  it("are asked by no other kind of selector", () => {
    expect(() => testFor("a + b")).toThrow("a + b");
    expect(() => testFor("a:hover")).toThrow("a:hover");
  });
});

describe("a page that is not written in the plainest way", () => {
  const card = "<article><h3>A</h3></article>";
  it("is left to the document, else it is not", () => {
    expect(readPlainPage(around(card))).toMatchObject({ canonical: "/papers", title: "Papers", cards: [{}] });
  });

  it.each([
    ["names that every object knows", "<constructor><i>A</i></constructor>"],
    ["many comments", "<!--1-->".repeat(40)],
    ["a drawing of more than curves", '<svg><g><path d="M0"/><circle r="1"></circle></g></svg>'],
    ["elements of text alone", "<script>if (a < b) '<b>'</script><style>a > b {}</style>"],
  ])("is one with %s, too", (_, part) => {
    expect(readPlainPage(around(card).replace("<body>", `<body>${part}`))?.cards).toHaveLength(1);
  });

  it.each([
    ["an end without a beginning", around(`${card}</b>`)],
    ["a beginning without an end", around(`${card}<b>`)],
    ["ends that cross", around(`${card}<b><i></b></i>`)],
    ["an attribute without quotation marks", around("<article class=a></article>")],
    ["a reference that the site does not write", around("<article>&eacute;</article>")],
    ["such a reference in an attribute", around('<article><a class="&#32;x">A</a></article>')],
    ["a sign < in a text", around("<article>a < b</article>")],
    ["elements that end each other", around("<article><p>A<div>B</div></p></article>")],
    ["a table", around("<article><table><tr><td>A</td></tr></table></article>")],
    ["a script in a card", around("<article><script>a</script></article>")],
    ["a card in a card", around(`<article>${card}</article>`)],
    ["a card in a heading", around(`<h3>${card}</h3>`)],
    ["a card outside of the list", around(card).replace("<body>", `<body>${card}`)],
    ["two lists", around(`${card}<div data-target="DailyPapers"></div>`)],
    [
      "a list that is no division",
      around(card).replace("<div data", "<main data").replace("</div></body>", "</main></body>"),
    ],
    ["a list with data still", around(card).replace('"DailyPapers"', '"DailyPapers" data-props="{}"')],
    ["a hidden list", around(card).replace("<div", "<script><div").replace("</body>", "</script></body>")],
    ["two addresses", around(card).replace("<title>", '<meta property="og:url" content="/b"/><title>')],
    ["no address", around(card).replace(/<meta[^>]*>/, "")],
    ["a drawing in a drawing", around("<article><svg><svg></svg></svg></article>")],
    ["a drawing that closes itself", around("<article><svg/></article>")],
    ["a drawing with words", around("<article><svg><title>A</title></svg></article>")],
    ["a comment of an unusual form", around(`<!-->-->${card}`)],
    ["too many elements inside each other", around("<div>".repeat(300) + card + "</div>".repeat(300))],
    ["too many elements beside each other", around(`${card}${"<br>".repeat(4_000)}`)],
    ["too many tags", around(`${card}${"<div></div>".repeat(30_000)}`)],
  ])("is left to the document: %s", (_, page) => {
    expect(readPlainPage(page)).toBeNull();
  });
});

describeRealPages("real pages", () => {
  it.each(realPageNames(/^daily-.*\.html$/))("%s is read without its document", (name) => {
    const { reading, whole } = bothOf(realPage(name));
    expect(reading).not.toBeNull();
    expect(reading).toEqual(whole);
    const page = realPage(name).replaceAll(/ data-props="[^"]*"/g, "");
    expect(byPlainPage(page)).toEqual(byDocument(page));
  });
});
