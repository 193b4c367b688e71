import { caniemail } from "caniemail";
import { describe, expect, it } from "vitest";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import { dailyPapers, makeDigest } from "../support/papers-model.js";

/**
 * What one of the major clients lacks altogether, by caniemail's data, and what its readers see instead. A new entry needs
 * a reason; one that is no longer used must go.
 */
const FALLBACKS = {
  "<body> element": "the sheet and the table around it carry every colour and space again",
  "<style> element": "all rules but those for narrow screens and dark colours are inline",
  "@media": "wider margins on a phone, and light colours, which the client darkens as it does all mail",
  "display:none": "the line for the inbox is one pixel high and clipped",
  overflow: "hides the same line, which display:none hides already where overflow is not known",
  "height property": "none is used; caniemail 1.0.5 takes line-height for it",
  "table-layout": "Outlook on Windows breaks long words by itself; the frame around the sheet is 600 pixels there",
  "white-space": "a number of votes may break before its word",
  "word-break": "a word longer than the screen sticks out; the table's fixed layout keeps everything else in place",
  "role attribute": "tables are read as tables; their cells stand in reading order",
} as const;

describe("mail clients", () => {
  it.each(["comfortable", "compact"] as const)("support the theme %s, or get a fallback", (theme) => {
    const branding = {
      ...DEFAULT_BRANDING,
      theme,
      logoUrl: "https://pictures.example/logo.png",
      intro: "Good morning.",
    };
    const digest = makeDigest(dailyPapers(), {
      view: { pictures: true, fullUpTo: 9, abstracts: "short" },
      edition: { early: true },
    });
    const { html } = createRenderer({ branding }).letter(digest);
    expect(html).not.toMatch(/[";]\s*(?:max-|min-)?height:(?!auto)/);
    const { errors } = caniemail({ clients: ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.*"], html }).issues;
    const lacking = new Set([...errors.values()].flat().map(({ title }) => title));
    expect([...lacking].toSorted()).toEqual(Object.keys(FALLBACKS).toSorted());
  });
});
