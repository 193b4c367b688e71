import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";
import { findHydration } from "../../src/parse/data.js";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { read } from "./reading.js";

const LIST = '{"dailyPapers":[1,2]}';
const escaped = LIST.replaceAll('"', "&quot;");

const paperPage = (props: string) => load(`<div data-target="PaperContent" data-props='${props}'></div>`);

describe("findHydration", () => {
  it.each([
    ["the site's own order", `<div class="SVELTE_HYDRATER" data-target="DailyPapers" data-props="${escaped}"></div>`],
    ["another order", `<div data-props="${escaped}" class="x" data-target="DailyPapers"></div>`],
    ["single quotes", `<div data-target='DailyPapers' data-props='${LIST}'></div>`],
    ["no quotes, and capitals", `<DIV DATA-TARGET=DailyPapers DATA-PROPS="${escaped}"></DIV>`],
    ["another element", `<section data-target="DailyPapers" data-props="${escaped}"></section>`],
    [
      "a namesake before it",
      `<div data-target="DailyPapersBannerSubscribe" data-props="{}"></div><div data-target="DailyPapers" data-props="${escaped}"></div>`,
    ],
    [
      "a broken one before it",
      `<div data-target="DailyPapers" data-props="{"></div><div data-target="DailyPapers" data-props="${escaped}"></div>`,
    ],
  ])("finds the list in %s", (_, html) => {
    expect(findHydration(load(html))).toMatchObject({ type: "list", lists: { listing: [1, 2], results: null } });
  });

  it.each([
    ["<main></main>", "no element has data-target DailyPapers or PaperContent"],
    ['<div data-target="DailyPapers"></div>', "DailyPapers has no data-props"],
    [
      '<div data-target="DailyPapers" data-props=\'{"dailyPapers":[\'></div>',
      "data-props of DailyPapers is not complete JSON",
    ],
    ['<div data-target="DailyPapers" data-props="[]"></div>', "data-props of DailyPapers is not an object"],
    ['<div data-target="DailyPapers" data-props="{}"></div>', "dailyPapers is not a list"],
    ['<div data-target="PaperContent" data-props="{}"></div>', "PaperContent has no paper"],
  ])("gives a reason for refusing %s", (html, reason) => {
    expect(findHydration(load(html))).toEqual({ type: "broken", reason });
  });

  it("counts the comments of a paper when they are a list", () => {
    expect(findHydration(paperPage('{"paper":{},"comments":[{},{}]}'))).toMatchObject({ entry: { numComments: 2 } });
    expect(findHydration(paperPage('{"paper":{},"comments":7}'))).toMatchObject({ entry: { numComments: undefined } });
  });
});

it("reads a page that a browser or a library has serialized again", () => {
  const html = buildPage({ kind: "day", date: "2026-10-02", entries: manyEntries(3) });
  const resaved = html
    .replace(/ data-target="DailyPapers" (data-props="[^"]*")/, ' $1 data-target="DailyPapers"')
    .replaceAll(/<!--\[?-?\d*\]?-->/g, "<!---->")
    .replaceAll(/<a href="([^"]*)" class="([^"]*)"/g, '<a class="$2" href="$1"');
  expect(resaved).not.toBe(html);
  expect(read(resaved)).toEqual(read(html));
});
