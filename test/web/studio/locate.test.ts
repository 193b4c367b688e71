import { expect, it } from "vitest";
import { MARK } from "../../../src/web/studio/frame.js";
import { fragmentOf, jumpTo, lineOf } from "../../../src/web/studio/locate.js";

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
])("%s is seen at %j", (where, jump) => {
  expect(jumpTo(where, letter, places)).toEqual(jump);
});

it.each([
  [null, ""],
  ["td > a “PDF”", `#${MARK}`],
  ["#p3", "#p3"],
  ['#"><script>', "#%22%3E%3Cscript%3E"],
])("a frame that shows %s ends in %s", (mark, end) => {
  expect(fragmentOf(mark)).toBe(end);
});

it("names no line for what the text part does not say", () => {
  expect(lineOf("text part: https://b.example/", letter.text)).toBeNull();
});
