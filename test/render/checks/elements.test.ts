import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";
import { elements, isHidden, matching, styleOf } from "../../../src/render/checks/elements.js";

const HTML = `<!doctype html><html lang="en"><head><meta name="a" content="b"><style>.x { color: red }</style></head><body>
  <!-- a comment --><div class="desk  sheet" style="color: red"><h1 ID="top">A</h1><p class="Sheet">B<a href="#top">C</a></p>
  <template><p class="desk">D</p></template><svg viewBox="0 0 1 1"><linearGradient class="desk"/></svg></div>
  <div style="display: none"><p class="desk\tother" style="color: red">E<b hidden>F</b></p></div><a name="x">G</a></body></html>`;
const $ = load(HTML);

/** The names of what is hidden, asked in the order of the document or from its end. */
function hiddenIn(html: string, isReversed: boolean): readonly string[] {
  const all = elements(load(html));
  return (isReversed ? all.toReversed() : all).filter(isHidden).map(({ name }) => name);
}

describe("a letter's elements", () => {
  it("are all that the document has, in its order", () => {
    expect(elements($)).toEqual($("*").toArray());
  });

  it.each([
    ["a"],
    ["p"],
    [".desk"],
    [".sheet"],
    ["p.desk"],
    ["[id]"],
    ["a[href]"],
    ["a[href], [id]"],
    [" .desk,\n.sheet , h1"],
    ["DIV"],
    [".desk .other"],
    ["div > p"],
    ["p:first-child"],
    ["a[href^='#']"],
    ["*"],
    [".none"],
  ])("are found by %j as the selectors' own engine finds them", (selector) => {
    expect(matching($, selector)).toEqual($(selector).toArray());
  });

  it.each([["a:hover"], ["p:::"], [""], [","], [".1"], ["p, "]])("are not found by %j", (selector) => {
    expect(matching($, selector)).toEqual([]);
  });

  it("are hidden by themselves and by what stands around them, whichever is asked first", () => {
    const html = '<div><p style="display:none"><b><i>A</i></b></p><u><s>B</s></u></div>';
    expect(hiddenIn(html, false)).toEqual(["p", "b", "i"]);
    expect(hiddenIn(html, true)).toEqual(["i", "b", "p"]);
  });

  it("that share a style are told its values alike", () => {
    expect(elements($).filter((element) => styleOf(element, "color") === "red")).toHaveLength(2);
  });
});
