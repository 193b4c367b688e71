import * as fc from "fast-check";
import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";
import { openLetter } from "../../../src/render/checks/document.js";
import { elements } from "../../../src/render/checks/elements.js";

const told = (node: { nodeType: number; data?: string }) => [node.nodeType, node.data ?? null];

/** All of a document: elements with their attributes, and texts, as a list. */
function partsOf($: ReturnType<typeof load>) {
  return {
    top: $.root().contents().toArray().map(told),
    inside: elements($).map(({ name, attribs, children }) => [name, { ...attribs }, children.map(told)]),
    text: $.text(),
  };
}

describe("a letter as a document", () => {
  it.each([
    [
      "references",
      "<p title='&quot;a&quot;' class=\"&lt;b&gt;\">A &amp; B&nbsp;&#8199;&zwnj;<b>&copy</b>&unknown; & c</p>",
    ],
    ["without their end", '<a href="/?a=1&copy=2&amp=3&lt">&amp</a>&lt<i>&notit;</i>'],
    ["in a title", "<title>A &amp; B</title><textarea>&lt;</textarea>"],
    ["where they are none", "<style>a { content: '&amp;' }</style><script>a &amp;&amp; b</script><!-- &amp; -->"],
    ["beside a sign <", "<p>1 < 2 &amp; 3 <</p><p>&lt;</p>"],
    ["outside of elements", "&amp; <!--[if mso]><p>&amp;</p><![endif]--> &lt;p&gt;"],
    ["in attributes without quotation marks", "<a href=/?a&amp;b title=&quot;>A</a>"],
  ])("is what the parser makes of it, with %s", (_, html) => {
    expect(partsOf(openLetter(html))).toEqual(partsOf(load(html)));
  });

  it("is that of whatever pieces", () => {
    const piece = fc.constantFrom(
      "&amp;",
      "&",
      "amp;",
      "&lt",
      "&#x27;",
      "&#0;",
      "<",
      "<b>",
      "</b>",
      '<a title="',
      '">',
      "'",
      '"',
      "x",
      " ",
      "=",
      "<title>",
      "</title>",
      "<style>",
      "<textarea>",
      "<xmp>",
      "<!--",
      "</style>",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (list) => {
        const html = list.join("");
        expect(partsOf(openLetter(html))).toEqual(partsOf(load(html)));
      }),
      { numRuns: 1_000 },
    );
  });

  it("is read with its references only where they cannot be undone by themselves", () => {
    // Only the first way notes where an element begins.
    expect(elements(openLetter("<p>A &amp; B</p>"))[0]?.startIndex).toBe(0);
    expect(elements(openLetter("<p>A < &amp; B</p>"))[0]?.startIndex).toBeNull();
  });
});
