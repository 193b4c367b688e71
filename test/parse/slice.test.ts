import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sliceData } from "../../src/parse/slice.js";
import { buildPage } from "../support/page-builder.js";
import { fixturePage } from "../support/page-fixtures.js";
import { manyEntries } from "../support/papers.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";
import { read, readOrRefuse } from "./reading.js";

const LISTS = ["daily", "day-2024", "filling", "hostile", "month", "search", "trending", "week", "weekend"];
const DAY = buildPage({ kind: "day", date: "2026-10-02", entries: manyEntries(3, 2) });

/** The same document for a browser, but `sliceData` refuses it, so the whole page is parsed as HTML. */
function withoutSlicing(body: string): string {
  return body.replace("</head>", "</head >");
}

describe("cutting the data out of a list page", () => {
  it.each(LISTS)("gives the same reading of %s as parsing the whole page", (name) => {
    const page = fixturePage(`${name}.html`);
    expect(sliceData(page)).not.toBeNull();
    expect(sliceData(withoutSlicing(page))).toBeNull();
    expect(read(page)).toEqual(read(withoutSlicing(page)));
  });

  it("gives the same reading of a damaged page as parsing the whole page", () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const signs = fc.constantFrom(
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
      ' class="leading-none"',
      ' href="/papers/2610.00001"',
      ' data-target="DailyPapers"',
      "<article>",
    );
    const start = DAY.indexOf("<title");
    const damaged = fc.property(fc.array(fc.tuple(place, fc.nat(3), signs), { minLength: 1, maxLength: 3 }), (hits) => {
      const body = hits.reduce((page, [share, removed, sign]) => {
        const at = start + Math.floor(share * (page.length - start));
        return page.slice(0, at) + sign + page.slice(at + removed);
      }, DAY);
      expect(readOrRefuse(body)).toEqual(readOrRefuse(withoutSlicing(body)));
    });
    fc.assert(damaged, { numRuns: Number(process.env["FC_RUNS"] ?? 80) });
  });

  it.each(["paper", "bot-check", "login"])("refuses %s, which has no list", (name) => {
    expect(sliceData(fixturePage(`${name}.html`))).toBeNull();
  });

  // The page has short comments of its own, which would end a longer one.
  const daily = fixturePage("daily.html").replaceAll(/<!--.*?-->/gs, "");
  it.each([
    ["a list in a comment", daily.replace(/<body[^>]*>/, "$&<!--").replace("</body>", "--></body>")],
    ["a list in a script", daily.replace(/<body[^>]*>/, "$&<script>").replace("</body>", "</script></body>")],
    ["two lists", daily.replace("</body>", '<div data-target="DailyPapers"></div></body>')],
    ["a tag without an end", daily.slice(0, daily.indexOf('data-target="DailyPapers"') + 200)],
    ["a page without a head", daily.replace("</head>", "")],
  ])("refuses %s", (_, body) => {
    expect(sliceData(body)).toBeNull();
  });
});

describeRealPages("cutting the data out of real pages", () => {
  it.each(realPageNames(/^daily-.*\.html$/))("gives the same reading of %s as parsing the whole page", (name) => {
    expect(sliceData(realPage(name))).not.toBeNull();
    expect(read(realPage(name))).toEqual(read(withoutSlicing(realPage(name))));
  });
});
