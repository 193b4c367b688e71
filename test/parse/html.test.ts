import * as full from "cheerio";
import { expect, it } from "vitest";
import { isTruncated, openHtml } from "../../src/parse/html.js";
import { buildPage } from "../support/page-builder.js";
import { makeEntry } from "../support/papers.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";
import { read } from "./reading.js";

const HEX = "4f0e1c1d0f7f617a"; // ASR@0.5, with the key 4f
const ANCHOR = `<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="${HEX}">[email&#160;protected]</a>`;

it("restores text that Cloudflare masked on a card", () => {
  const entries = [makeEntry({ title: "Reaching MASK by Night" })];
  const html = buildPage({ kind: "day", date: "2026-10-02", entries, withData: false });
  const titleOf = (mask: string) => read(html.replace("MASK", mask)).papers[0]?.title;
  expect(titleOf(ANCHOR)).toBe("Reaching ASR@0.5 by Night");
  expect(titleOf(`<a href="/cdn-cgi/l/email-protection#${HEX}">[email&#160;protected]</a>`)).toBe(
    "Reaching ASR@0.5 by Night",
  );
  expect(titleOf("[email&#160;protected]")).toBe("Reaching [email protected] by Night");
  expect(titleOf(ANCHOR.replace(HEX, "4f00"))).toBe("Reaching [email protected] by Night");
});

it("restores text that Cloudflare masked in the data", () => {
  const entries = [makeEntry({ title: `Reaching ${ANCHOR}`, paper: { summary: `We reach ${ANCHOR} of 61.` } })];
  const [paper] = read(buildPage({ kind: "day", date: "2026-10-02", entries, withCards: false })).papers;
  expect(paper).toMatchObject({
    title: "Reaching ASR@0.5",
    abstract: "We reach ASR@0.5 of 61.",
    raw: { title: `Reaching ${ANCHOR}` },
  });
});

it.each([
  ["<html></html>", true],
  ["<html></HTML >\n<!-- saved -->\n", true],
  ["<html><body>", false],
  ["", false],
])("%j is a complete page: %j", (body, complete) => {
  expect(isTruncated(body)).toBe(!complete);
});

// The two parsers differ in the case of names inside SVG, which no selector uses.
const WANTED = "article *:not(svg):not(svg *), [data-target], meta, title, time";

/** The name, attributes and text of every element that selectors use. */
function answers($: full.CheerioAPI): unknown[] {
  const elements = $(WANTED).toArray();
  return elements.map((element) => [element.tagName, element.attribs, $(element).text()]);
}

describeRealPages("cheerio/slim", () => {
  it.each(realPageNames(/\.html$/))("parses %s like the parser of the HTML standard", (name) => {
    const quick = openHtml(realPage(name));
    const standard = full.load(realPage(name));
    expect(typeof quick === "string" ? quick : answers(quick)).toEqual(answers(standard));
  });
});
