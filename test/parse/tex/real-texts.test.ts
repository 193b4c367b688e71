import { load } from "cheerio";
import { expect, it } from "vitest";
import { texToText } from "../../../src/parse/tex/index.js";
import { describeRealPages, realPage, realPageNames } from "../../support/real-pages.js";

const FIELDS: ReadonlySet<string> = new Set(["title", "summary", "ai_summary"]);

/** Every title, abstract and summary of the real pages and API files, white space collapsed as the parse stage does, each once. */
function realTexts(): string[] {
  const pages = realPageNames(/\.html$/).flatMap((name) => dataOf(realPage(name)));
  const answers = realPageNames(/\.json$/).map((name): unknown => JSON.parse(realPage(name)));
  const lines = realPageNames(/\.txt$/).flatMap((name) => realPage(name).split("\n"));
  const texts = [...[...pages, ...answers].flatMap(textsIn), ...lines].map((text) => text.replace(/\s+/g, " ").trim());
  return [...new Set(texts)].filter((text) => text !== "");
}

function dataOf(html: string): unknown[] {
  const $ = load(html);
  return $("[data-props]")
    .toArray()
    .map((element): unknown => JSON.parse($(element).attr("data-props") ?? "null"));
}

function textsIn(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, child]) =>
    typeof child === "string" ? (FIELDS.has(key) ? [child] : []) : textsIn(child),
  );
}

/**
 * What a format would still take for TeX. It is written apart from the code that it judges, and is stricter: it knows
 * nothing of what can be decided.
 */
const LOOKS_LIKE_TEX: readonly RegExp[] = [
  /\\[A-Za-z]/,
  /\\[%&#_$,;'"`^~\\{}]/,
  /\$[^$]{0,200}[\\^_][^$]{0,200}\$/,
  /[\^_]\{|\{\\|\{[=<>+-]\}/,
  /[\p{L}\d)\]}]\^[\p{L}\d*]/u,
  /(?<![\p{L}\d_./@-])[A-Za-z]_\d(?![\d_])/u,
  /\d(?:times|pm)(?![a-z])|(?<![\p{L}-])sim ?\d|\^\{?circ/u,
  /math(?:cal|bb|bf|rm)|text(?:bf|it|sc|tt|rm)|boldsymbol|operatorname/,
  /(?<![A-Za-z])(?:propto|leq|geq|neq|infty|nabla|langle|rangle|rightarrow|leftarrow|cdot|ldots|varepsilon|gtrsim|lesssim)(?![A-Za-z])/,
  /\{(?:bf|it|em|times|sc|tt)[ }]/,
  /``|[\p{L})]~[\p{L}\d(]|\p{L}--\p{L}/u,
];

const looksLikeTex = (text: string): boolean => LOOKS_LIKE_TEX.some((sign) => sign.test(text));

const addresses = (text: string): string[] => text.match(/https?:\/\/[^\s{}\\]+/g) ?? [];

const keepsAddresses = (text: string): boolean => addresses(text).every((address) => texToText(text).includes(address));

/** Share of texts that may still look like TeX (LETTER issue). */
const ALLOWED_SHARE = 0.002;

describeRealPages("texToText on the real pages", () => {
  const texts = realTexts();
  const withTex = texts.filter(looksLikeTex);

  it("has enough texts for a measurement", () => {
    expect(texts.length).toBeGreaterThan(500);
    expect(withTex.length).toBeGreaterThan(40);
  });

  it("leaves almost no text that looks like TeX", () => {
    const left = texts.map(texToText).filter(looksLikeTex);
    const where = left.map((text) => LOOKS_LIKE_TEX.map((sign) => sign.exec(text)?.[0]).filter(Boolean));
    expect(where.slice(0, left.length > texts.length * ALLOWED_SHARE ? undefined : 0)).toEqual([]);
  });

  it("does not change its own output", () => {
    const read = texts.map(texToText);
    expect(read.map(texToText)).toEqual(read);
  });

  it("does not change a text without any sign of TeX", () => {
    const signs =
      /[\\$^_~`{}]|--|\dtimes|\bsim|\bapprox\b|nabla|varepsilon|rightarrow|propto|\*\p{L}|\]\(|<a |''|\b(?:rho|eta|lambda)\b/u;
    const plain = texts.filter((text) => !signs.test(text));
    expect(plain.length).toBeGreaterThan(400);
    expect(plain.map(texToText)).toEqual(plain);
  });

  it("keeps every address", () => {
    expect(texts.filter((text) => !keepsAddresses(text))).toEqual([]);
  });
});
