import { expect, it } from "vitest";
import { MARK } from "../../../src/web/studio/frame.js";
import { fragmentOf, locateFinding, lineOf } from "../../../src/web/studio/tab-content.js";

const letter = {
  editionId: "day:2026-03-09",
  subject: "Lantern + 3 more",
  preheader: "Four papers",
  html: "",
  text: "Paperboy\n\nLantern: https://a.example/\n",
  language: "en",
};
const places = new Set(["td > a “PDF”"]);

it.each([
  ["td > a “PDF”", { tab: "desktop", fragment: MARK }],
  ["#p3", { tab: "desktop", fragment: "p3" }],
  ["text part, line 2", { tab: "text", fragment: "line-2" }],
  ["text part: https://a.example/", { tab: "text", fragment: "line-3" }],
  ["subject", { tab: "inbox", fragment: "" }],
  ["Lantern + 3 more", { tab: "inbox", fragment: "" }],
  ["Four papers", { tab: "inbox", fragment: "" }],
  ["style", null],
])("locates %s at %j", (where, findingLink) => {
  expect(locateFinding(where, letter, places)).toEqual(findingLink);
});

it.each([
  [null, ""],
  ["td > a “PDF”", `#${MARK}`],
  ["#p3", "#p3"],
  ['#"><script>', "#%22%3E%3Cscript%3E"],
])("fragmentOf maps %s to %s", (mark, end) => {
  expect(fragmentOf(mark)).toBe(end);
});

it("finds no line for text that is not in the text part", () => {
  expect(lineOf("text part: https://b.example/", letter.text)).toBeNull();
});
