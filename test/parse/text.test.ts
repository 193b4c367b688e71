import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plain, readable } from "../../src/parse/text.js";
import { describeRealPages, realPage } from "../support/real-pages.js";
import { anyCharacter } from "../support/seed.js";

describe("readable", () => {
  it.each([
    ["hard wraps", "Letters\n  by Lamplight", "Letters by Lamplight"],
    ["tabs, no-break and other blanks", "\tA\u00a0B\u2003C\u3000D ", "A B C D"],
    ["line ends of every kind", "A\r\nB\u2028C\u2029D\u0085E", "A B C D E"],
    ["control characters", "Bell\u0007 and\u001b[31m red\u009f", "Bell and[31m red"],
    ["zero-width characters", "Or\u200bd\u200cer\u200d\ufeff\u2060", "Order"],
    ["soft hyphens and tags", "Mar\u00adks\u{e0041}", "Marks"],
    ["marks that turn the direction", "\u202eRight\u202c \u2066to\u2069 \u200e\u061cLeft", "Right to Left"],
    ["halves of pairs and no characters", "A\ud800B\uffffC\ufdd0", "ABC"],
    ["letters and their accents", "Cafe\u0301", "Café"],
    ["an accent behind something invisible", "Cafe\u200b\u0301", "Café"],
    ["angle brackets and ampersands", "the <EOS> & </think> of a<b>c", "the <EOS> & </think> of a<b>c"],
    ["markup of the proxy alone, without its hex", "our [email\u00a0protected] of 61", "our [email protected] of 61"],
    ["nothing", " \n\u200b ", ""],
  ])("cleans %s", (_, written, read) => {
    expect(readable(written)).toBe(read);
    expect(plain(written)).toBe(read);
  });

  it.each([
    ["a non-joiner of Persian", "می\u200cخواهم"],
    ["a joiner of Sinhala", "ක්\u200dෂ ශ්\u200dරී"],
    ["a non-joiner and a joiner of Devanagari", "क्\u200cष र्\u200dय"],
    ["emoji of several", "👩\u200d🔬 🏳\ufe0f\u200d🌈 👩🏽\u200d🚀"],
    ["emoji style", "❤\ufe0f ✔\ufe0f 1\ufe0f\u20e3"],
    ["the flag of a region", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
  ])("keeps %s", (_, written) => {
    expect(plain(written)).toBe(written.normalize("NFC"));
    expect(readable(written)).toBe(written.normalize("NFC"));
  });

  it.each([
    ["between Latin letters", "d\u200ce, a\u200db", "de, ab"],
    ["at the end of a word", "می\u200c خواهم\u200d", "می خواهم"],
    ["twice", "می\u200c\u200cخواهم", "میخواهم"],
    ["emoji style on a letter", "a\ufe0f 1\ufe0f", "a 1"],
  ])("removes joiners %s", (_, written, read) => {
    expect(plain(written)).toBe(read);
  });

  it("gives the same result with and without the shortcut for ordinary text", () => {
    const written = Array.from({ length: 0x10000 }, (_, code) => ` a${String.fromCharCode(code)} b  c`);
    const others = written.filter((text) => plain(`${text} 漢`) !== `${plain(text)} 漢`);
    expect(others).toEqual([]);
  });

  it("converts TeX in texts, but not in names and keywords", () => {
    expect([readable("$x^2$ letters"), plain("pass^2")]).toEqual(["x² letters", "pass^2"]);
  });

  it("removes invisible characters and double spaces, and is idempotent", () => {
    const parts = fc.constantFrom(
      "\u200b",
      "\u202e",
      "\u0301",
      "\u0085",
      "e",
      " ",
      "\n",
      "<a>",
      "[email protected]",
      "é",
      "\u{e0041}",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: anyCharacter }),
          fc.array(parts).map((list) => list.join("")),
        ),
        (text) => {
          const once = plain(text);
          expect(once).not.toMatch(
            /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cs}]|\s\s|^\s|\s$|[^\S ]/u,
          );
          expect(plain(once)).toBe(once);
          expect(readable(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}]|\s\s|^\s|\s$/u);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function paragraphs(): string[] {
  return realPage("search-llava-as-text.txt").split(/\n{2,}/);
}

describeRealPages("the text of a real search", () => {
  it("keeps every letter, digit and punctuation mark", () => {
    const plainOnes = paragraphs().filter((text) => /^[\w\s.,:;()'"?!%/-]+$/.test(text) && !/--|_/.test(text));
    expect(plainOnes.length).toBeGreaterThan(40);
    for (const text of plainOnes) expect(plain(text)).toBe(text.replace(/\s+/g, " ").trim());
  });

  it("keeps the placeholder of a masked word without hex", () => {
    const masked = paragraphs().find((text) => text.includes("protected]")) ?? "";
    expect(readable(masked)).toContain("Notably, our [email protected] on InternVL-2.5-8B reaches over 65%");
  });

  it("loses no word outside formulas", () => {
    for (const text of paragraphs()) {
      const words = text.match(/(?<![\p{L}\d\\_^{$])\p{L}{4,}/gu) ?? [];
      expect(words.filter((word) => !readable(text).includes(word))).toEqual([]);
    }
  });
});
