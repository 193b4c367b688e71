import * as fc from "fast-check";
import { expect, it } from "vitest";
import { makePaper } from "../../support/papers-model.js";
import { check, options, rendered, validCase } from "./broken.js";

/** Texts with which a page author could try to make a check fail, which would stop all mail. */
const TRICKS = [
  "{{branding.name}}",
  "}}",
  "undefined",
  "NaN",
  "[object Object]",
  "\uFFFD",
  "$x_{ij}$",
  "\\textbf{x}",
  "<script>alert(1)</script>",
  "</td></table>",
  "<h1>",
  "&lt;b&gt;",
  "reader@example.com",
  "stranger@evil.example",
  "https://evil.example/a",
  "(https://evil.example/b).",
  "https://evil.example/?utm_source=x",
  "Unsubscribe",
  "unsubscribe:",
  "mailto:a@evil.example",
  "x".repeat(90),
  "漢字".repeat(40),
  "Daily",
  "Digest",
  "today",
  'onclick="x"',
  'style="color:#fff"',
  "“quoted”",
  "> quoted",
  "-- ",
  "a\u0301",
  "🏮",
] as const;

/** Endings and beginnings of unusual but valid addresses. */
const ENDINGS = [
  ").",
  "(a)",
  "a)",
  ".",
  ",b",
  "!",
  "'",
  "’",
  "“a”",
  "%20",
  "%7B%7Bx%7D%7D",
  "?utm_source=x&uid=1",
  "?a=b&amp;c=d",
  "#p1",
  "{{x}}",
  "@b.co",
  "undefined",
  "unsubscribe",
  "漢字",
  "[object",
  "$x_{i}$",
  "reader@example.com",
  "?u=https://a.example/",
  "=3D",
] as const;
const BEGINNINGS = [
  "https://lamps.example/",
  "http://user@lamps.example/",
  "HTTPS://LAMPS.EXAMPLE/",
  "https://click.lamps.example/",
  "https://bücher.example:8080/",
  "javascript:alert(1)//",
] as const;

const words = fc.array(fc.oneof(fc.constantFrom(...TRICKS), fc.lorem({ maxCount: 1 })), {
  minLength: 1,
  maxLength: 12,
});
const sentence = words.map((list) => list.join(" "));
const address = fc
  .tuple(fc.constantFrom(...BEGINNINGS), fc.array(fc.constantFrom(...ENDINGS), { maxLength: 3 }))
  .map(([beginning, endings]) => beginning + endings.join(""));
const anyPaper = fc.record({
  title: sentence,
  abstract: sentence,
  summary: sentence,
  keywords: words,
  codeUrl: address,
  projectUrl: address,
});

it("does not fail for any text of a paper", () => {
  const sound = validCase();
  const anyPapers = fc.uniqueArray(anyPaper, { minLength: 1, maxLength: 3, selector: ({ title }) => title });
  fc.assert(
    fc.property(anyPapers, (texts) => {
      const papers = texts.map((text, index) => makePaper({ ...text, id: `2603.0123${index}`, raw: { ...text } }));
      const results = check(options({ unsubscribe: "none" })(rendered(papers)(sound)));
      const errors = results.filter(({ severity, passed }) => severity === "error" && !passed);
      expect(errors.map(({ id, findings }) => ({ id, findings }))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
