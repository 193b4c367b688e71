import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";
import { elements, isHidden, select, styleOf, visibleTexts } from "../../../src/render/checks/elements.js";

const HTML = `<!doctype html><html lang="en"><head><meta name="a" content="b"><style>.x { color: red }</style></head><body>
  <!-- a comment --><div class="wide  sheet" style="color: red"><h1 ID="top">A</h1><p class="Sheet">B<a href="#top">C</a> &amp; B</p>
  <template><p class="wide">D</p></template><svg viewBox="0 0 1 1"><linearGradient class="wide"/></svg></div>
  <div style="display: none"><p class="wide\tother" style="color: red">E<b hidden>F</b></p></div><a name="x">G</a></body></html>`;
const $ = load(HTML);

describe("elements of a letter", () => {
  it("lists every element in document order", () => {
    expect(elements($).map(({ name }) => name)).toEqual(
      "html head meta style body div h1 p a template p svg lineargradient div p b a".split(" "),
    );
  });

  it.each(["a:hover", "p:::", "", ",", ".1", "p, "])(
    "selects nothing by the state or invalid selector %j",
    (selector) => {
      expect(select($, selector)).toEqual([]);
    },
  );

  it("treats the content of a hidden element as hidden", () => {
    const html = '<div><p style="display:none"><b><i>A</i></b></p><u><s>B</s></u></div>';
    const hidden = elements(load(html)).filter(isHidden);
    expect(hidden.map(({ name }) => name)).toEqual(["p", "b", "i"]);
  });

  it("returns visible texts in order, with their elements and without character references", () => {
    expect(visibleTexts($).map(({ text, element }) => [text, element.name])).toEqual([
      ["A", "h1"],
      ["B", "p"],
      ["C", "a"],
      ["& B", "p"],
      ["G", "a"],
    ]);
  });

  it("reads equal style attributes of different elements", () => {
    expect(elements($).filter((element) => styleOf(element, "color") === "red")).toHaveLength(2);
  });
});
