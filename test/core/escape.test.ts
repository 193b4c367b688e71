import { expect, it } from "vitest";
import { escapeContent, escapeHtml } from "../../src/core/escape.js";

it("escapes every character with a meaning in HTML and XML, ampersands once", () => {
  expect(escapeHtml(`<a href="x" title='y'>A & B &lt;</a>`)).toBe(
    "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;A &amp; B &amp;lt;&lt;/a&gt;",
  );
  expect(escapeHtml("Plain text")).toBe("Plain text");
});

it("leaves quotes in element content", () => {
  expect(escapeContent(`"A" & 'B' <C>`)).toBe(`"A" &amp; 'B' &lt;C&gt;`);
});
