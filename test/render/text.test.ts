import { describe, expect, it } from "vitest";
import {
  clip,
  firstSentences,
  contributionSentence,
  SHORT_ABSTRACT,
  SINGLE_UNITS,
  graphemesOf,
} from "../../src/render/clip.js";
import { escapeMarkdown } from "../../src/render/helpers.js";
import { href, pictureHref } from "../../src/render/href.js";
import { cutAtPhrase, subjectLine } from "../../src/render/subject.js";
import { columns, tidy, wrap } from "../../src/render/wrap.js";

describe("clip", () => {
  it.each([
    ["short", 10, "short"],
    ["exactly ten", 11, "exactly ten"],
    ["cut at a word", 10, "cut…"],
    ["cut after: a mark", 11, "cut…"],
    ["onewordwithoutanyblank", 10, "onewordwi…"],
    ["晨报送信人晨报送信人", 5, "晨报送信…"],
    ["ab👩‍👩‍👧‍👦cd", 8, "ab…"],
    ["agents act to improve reasoning and, in the end, plan", 40, "agents act to improve reasoning…"],
    ["x", 0, "…"],
  ])("%s to %i", (text, most, clipped) => {
    expect(clip(text, most)).toBe(clipped);
  });

  it("never splits a surrogate pair", () => {
    expect(clip("🗞".repeat(100), 12)).toBe(`${"🗞".repeat(5)}…`);
  });
});

it("matches only texts whose code units are graphemes", () => {
  const all = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code));
  const alone = all.filter((character) => SINGLE_UNITS.test(character));
  const together = alone.map((character) => `${character}a${character}${character}`).join("") + alone.join("");
  expect(alone.length).toBeGreaterThan(2_000);
  expect([...graphemesOf(together)]).toHaveLength(together.length);
  // A mark that would make a column wide or narrow is none of them.
  expect(alone.filter((character) => columns(`${character}\u{301}`) !== 1)).toEqual([]);
  expect(alone.filter((character) => /\p{Emoji_Presentation}|[\p{M}\p{Cf}\p{Cc}]/u.test(character))).toEqual([]);
});

describe("firstSentences", () => {
  const sentence = "The lamp is lit by a person who is up early, e.g. Dr. A. Quill et al. of the mill. ";

  it("keeps a short abstract", () => {
    expect(firstSentences(sentence.trim())).toBe(sentence.trim());
  });

  it("ends after a sentence, not after an abbreviation", () => {
    expect(firstSentences(sentence.repeat(9))).toBe(sentence.repeat(3).trim());
  });

  it("finds the contribution after a sentence without a space", () => {
    const abstract =
      "Lamps limit what people read in motions.In this work, we present Quill. It runs on Node.js and is early.";
    expect(contributionSentence(abstract, 200)).toBe("In this work, we present Quill.");
    expect(contributionSentence("We present Quill for Node.js and more. It is early.", 200)).toBe(
      "We present Quill for Node.js and more.",
    );
  });

  it("clips a long sentence at a word", () => {
    const text = firstSentences("lamp ".repeat(200));
    expect(text).toMatch(/lamp…$/);
    expect(text.length).toBeLessThanOrEqual(SHORT_ABSTRACT);
  });

  it("ends at a Chinese full stop", () => {
    expect(firstSentences("夜里读信。".repeat(90))).toBe("夜里读信。".repeat(56));
  });
});

describe("wrap", () => {
  it.each([
    ["keeps a short line", "one two", "one two"],
    ["breaks at the width", "aaaa bbbb cccc", "aaaa bbbb\ncccc"],
    ["breaks a long word", "abcdefghijklmno", "abcdefghij\nklmno"],
    ["fills the line with a long word", "ab cdefghijklmno", "ab cdefghi\njklmno"],
    ["counts wide letters twice", "晨报送信人晨报", "晨报送信人\n晨报"],
    ["leaves an address whole", "see https://example.org/long now", "see\nhttps://example.org/long\nnow"],
    ["makes one blank of many", "  a \n\t b ", "a b"],
    ["gives an empty line for nothing", "", ""],
  ])("%s", (_, text, wrapped) => {
    expect(wrap(text, { width: 10 })).toBe(wrapped);
  });

  it("indents the first line and the others", () => {
    expect(wrap("aaaa bbbb", { width: 8, first: "1. ", rest: "   " })).toBe("1. aaaa\n   bbbb");
  });
});

describe("columns", () => {
  it.each([
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["晨报", 4],
    ["ｱ", 1],
    ["Ａ", 2],
    ["👩‍👩‍👧‍👦", 2],
    ["☎\uFE0F", 2],
    ["\u200b", 0],
    ["한글", 4],
  ])("%s takes %i", (text, width) => {
    expect(columns(text)).toBe(width);
  });
});

it("tidy removes trailing spaces and repeated empty lines", () => {
  expect(tidy("\n a \r\n\n\n\nb\t\n\n")).toBe("a\n\nb\n");
});

describe("href", () => {
  it.each([
    ["https://example.org/a?b=c&d=%20", true],
    ["HTTP://EXAMPLE.ORG", true],
    ["https://exämple.org/ü", true],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
    ["//example.org", false],
    ["https://", false],
    ["https://a b", false],
    [`https://a/"onclick="x`, false],
    ["https://a/\u202Egnp.exe", false],
    [`https://a/${"b".repeat(1_000)}`, false],
    ["", false],
    [null, false],
  ])("%s: %s", (url, isSafe) => {
    expect(href(url)).toBe(isSafe ? url : null);
  });

  it("requires https for pictures", () => {
    expect(pictureHref("http://a/b.png")).toBeNull();
    expect(pictureHref("https://a/b.png")).toBe("https://a/b.png");
  });
});

describe("subjectLine", () => {
  const parts = { total: 12, period: null, more: (count: number) => `+ ${count} more`, otherwise: "Paperboy, Monday" };
  const long = "An Exceedingly Long Title That Alone Does Not Fit Into the Line That It Was Given";

  it.each([
    [["One", "Two", "Three", "Four"], "One · Two · Three + 9 more"],
    [
      ["Lamp: On Light", "Ink: On Writing at Great Length", "Paper: On Reading by the Window"],
      "Lamp: On Light · Ink · Paper + 9 more",
    ],
    [
      ["Lamp: On Light That Comes in the Morning", "A Title Without Name of Some Length", "C"],
      "Lamp: On Light That Comes in the Morning + 11 more",
    ],
    [[long, "Ink: On Writing"], "An Exceedingly Long Title That Alone Does Not Fit… · Ink + 10 more"],
    [[long, long], "An Exceedingly Long Title That Alone Does Not Fit… + 11 more"],
    [
      ["Ink-World 2.0: A Very Long Model of Everything That Can Be Written by Hand Today", "Nib³-Eval: More of It"],
      "Ink-World 2.0 · Nib³-Eval + 10 more",
    ],
    [
      [
        "Ink-World: A Very Long Model of Everything That Can Be Written by Hand Today",
        "Writing with Pens and Quills of Every Size and Color",
      ],
      "Ink-World · Writing with Pens and Quills… + 10 more",
    ],
    [
      ["Attaining Great Clarity of Written Language through Simple and Unified Training of Hands"],
      "Attaining Great Clarity of Written Language… + 11 more",
    ],
    [[], "Paperboy, Monday"],
  ])("%j", (titles, line) => {
    expect(subjectLine({ ...parts, titles, room: 70 })).toBe(line);
    expect(line.length).toBeLessThanOrEqual(70);
  });

  it("begins with a week or month, and stays within its room", () => {
    const titles = [
      "Lamp: On Light That Comes in the Morning and in the Evening of Days",
      "Ink: On Writing",
      "Pen: On Hands",
    ];
    expect(subjectLine({ ...parts, titles, room: 78, period: "Week 20" })).toBe("Week 20: Lamp · Ink · Pen + 9 more");
    expect(subjectLine({ ...parts, titles: ["One"], total: 1, room: 78, period: "May 2026" })).toBe("May 2026: One");
  });

  it.each([
    ["Learning to Write with the Ink of Others", 26, "Learning to Write…"],
    ["Quillpens, Their Owners and Nothing", 24, "Quillpens, Their Owners…"],
    ["Große Modelle für die Schrift von Hand", 30, "Große Modelle für die Schrift…"],
    ["Incomprehensibilities Everywhere", 24, "Incomprehensibilities…"],
    ["不可思議なほど長い題名がここにあります", 10, "不可思議なほど長い…"],
  ])("cuts %s at %i", (title, most, cut) => {
    expect(cutAtPhrase(title, most)).toBe(cut);
  });

  it("adds no count if no paper is left", () => {
    expect(subjectLine({ ...parts, total: 1, titles: ["One"], room: 78 })).toBe("One");
  });
});

describe("escapeMarkdown", () => {
  it.each([
    ["optimize_anything", String.raw`optimize\_anything`],
    ["<EOS> & [x](y) *z*", String.raw`\<EOS\> &amp; \[x\](y) \*z\*`],
    ["1. not a list", String.raw`1\. not a list`],
    ["- nor this", String.raw`\- nor this`],
    ["# nor a heading | `code`", "\\# nor a heading \\| \\`code\\`"],
    ["https://example.org", String.raw`https\://example.org`],
  ])("%s", (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });
});
