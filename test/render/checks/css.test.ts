import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";

import { applyRules } from "../../../src/render/checks/contrast.js";
import type { Scheme } from "../../../src/render/checks/contrast.js";
import { parseDeclarations, parseSheet, pixels } from "../../../src/render/checks/css.js";
import { select } from "../../../src/render/checks/elements.js";

describe("parseSheet", () => {
  it("reads rules and rules in a media query", () => {
    const sheet = `/* a { } */ @import "x.css"; A, .b { color: RED !important } @media (Prefers-Color-Scheme: dark) { .b { color: #fff } } i{}`;
    expect(parseSheet(sheet)).toEqual([
      { media: null, selector: "A, .b", declarations: [{ name: "color", value: "red", important: true }] },
      {
        media: "(prefers-color-scheme: dark)",
        selector: ".b",
        declarations: [{ name: "color", value: "#fff", important: false }],
      },
      { media: null, selector: "i", declarations: [] },
    ]);
  });

  it.each(["", "a {", "}}", "a", "@media x", "{}{"])("returns no declarations for %j", (css) => {
    expect(parseSheet(css).flatMap(({ declarations }) => declarations)).toEqual([]);
  });
});

it("does not split at a semicolon in brackets", () => {
  const names = parseDeclarations("background:url(data:a;b) ; color : red; nonsense; :x").map(({ name }) => name);
  expect(names).toEqual(["background", "color"]);
});

it.each([
  ["600px", 600],
  [" 112 ", 112],
  ["1.5px", 1.5],
  ["100%", null],
  ["2em", null],
  ["", null],
  [undefined, null],
])("%j is %j pixels", (value, expected) => {
  expect(pixels(value)).toBe(expected);
});

describe("applyRules", () => {
  const cases: readonly {
    readonly by: string;
    readonly css: string;
    readonly style: string;
    readonly scheme: Scheme;
    readonly wins: string;
  }[] = [
    { by: "an inline style over a rule", css: "p{color:red}", style: "color:blue", scheme: "light", wins: "blue" },
    {
      by: "an important rule over an inline style",
      css: "p{color:red!important}",
      style: "color:blue",
      scheme: "light",
      wins: "red",
    },
    { by: "a class over an element", css: ".x{color:red} p{color:blue}", style: "", scheme: "light", wins: "red" },
    { by: "an id over classes", css: "#y{color:red} p.x.z{color:blue}", style: "", scheme: "light", wins: "red" },
    {
      by: "the later of equal selectors",
      css: ".x{color:red} .z{color:blue}",
      style: "",
      scheme: "light",
      wins: "blue",
    },
    {
      by: "dark rules in dark mode",
      css: "@media (prefers-color-scheme:dark){.x{color:red!important}}",
      style: "color:blue",
      scheme: "dark",
      wins: "red",
    },
    {
      by: "no dark rules in light mode",
      css: "@media (prefers-color-scheme:dark){.x{color:red!important}}",
      style: "color:blue",
      scheme: "light",
      wins: "blue",
    },
    {
      by: "no rules for phones",
      css: "@media (max-width:480px){.x{color:red!important}}",
      style: "color:blue",
      scheme: "light",
      wins: "blue",
    },
    {
      by: "no states and no invalid selectors",
      css: ".x:hover{color:red!important} ..{color:red!important}",
      style: "color:blue",
      scheme: "light",
      wins: "blue",
    },
  ];
  it.each(cases)("applies $by", ({ css, style, scheme, wins }) => {
    const $ = load(`<p class="x z" id="y" style="${style}">x</p>`);
    const [paragraph] = select($, "p");
    expect(paragraph && applyRules($, parseSheet(css), scheme)(paragraph, ["color"])?.value).toBe(wins);
  });
});
