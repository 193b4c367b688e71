import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cardEntry, findCards } from "../../src/parse/cards.js";
import { FIELDS } from "../../src/parse/fields.js";
import type { FieldName } from "../../src/parse/fields.js";
import { openHtml } from "../../src/parse/html.js";
import { leanCards } from "../../src/parse/lean.js";
import { fixture } from "../support/paperboy.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";
import { read } from "./reading.js";

const daily = readFileSync(fixture("pages/daily.html"), "utf8");
const NAMES = Object.keys(FIELDS) as FieldName[];

/** Whatever the cards of a page say, field by field. */
function cardsOf(page: string, lean: boolean) {
  const $ = openHtml(page, { lean });
  if (typeof $ === "string") throw new Error($);
  return findCards($, "day")
    ?.map(cardEntry)
    .map((entry) => NAMES.map((name) => entry(name)));
}

function sizeOfCards(page: string): number {
  return page.lastIndexOf("</article>") - page.indexOf("<article");
}

describe("lean cards", () => {
  it("say what whole ones say", () => {
    expect(cardsOf(daily, true)).toEqual(cardsOf(daily, false));
  });

  it.each([
    ["a comment", "<article><!--[-1--><h3>A</h3><!--]--></article>", "<article><h3>A</h3></article>"],
    ["a picture", '<article><svg class="x"><path d="M1"></path></svg></article>', "<article><svg></svg></article>"],
    ["looks", '<article><p class="flex" alt="a">A</p></article>', "<article><p>A</p></article>"],
  ])("are rid of %s", (_, page, lean) => {
    expect(leanCards(page)).toBe(lean);
  });

  it.each([
    ["a comment in an attribute", '<article><a href="<!---->">A</a></article>'],
    ["a picture with words in it", "<article><svg><title>A</title></svg></article>"],
    ["a script", "<article><script>a = '<!---->';</script></article>"],
    ["a class that is asked for", '<article><div class="x leading-none">1</div></article>'],
    ["what stands outside of cards", '<p class="x"><!----></p>'],
  ])("keep %s", (_, page) => {
    expect(leanCards(page)).toBe(page);
  });

  // The words are restored when the page is read whole, as they differ from those of the data.
  it("never hide what the page shows otherwise than its data", () => {
    const title = /<h3[^>]*><a [^>]*>([^<]*)/.exec(daily)?.[1] ?? "";
    const changed = daily.replace(`>${title}<`, ">Another title<!-- -->, twice<");
    expect(read(changed).drift).toMatchObject([{ check: "differs", field: "title", count: 1 }]);
  });
});

describeRealPages("lean cards, on real pages", () => {
  it.each(realPageNames(/^daily-.*\.html$/))("%s: less than half is left, and it says the same", (name) => {
    const page = realPage(name);
    expect(sizeOfCards(leanCards(page))).toBeLessThan(sizeOfCards(page) / 2);
    expect(cardsOf(page, true)).toEqual(cardsOf(page, false));
  });
});
