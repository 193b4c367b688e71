import { load } from "cheerio/slim";
import { describe, expect, it } from "vitest";
import { BUDGET } from "../../src/render/budget.js";
import { assertChecksPass, checkLetter } from "../../src/render/checks/index.js";
import type { CheckOptions } from "../../src/render/checks/index.js";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import { makePaper, makePapers } from "../support/papers-model.js";
import { HOSTILE, makeRisen, revisitDigest } from "./revisit.js";

const renderer = createRenderer({ branding: DEFAULT_BRANDING });
const OPTIONS: CheckOptions = {
  allowedHosts: ["huggingface.co"],
  allowedAddresses: [],
  readers: [],
  unsubscribe: "none",
};

const golden = revisitDigest(
  [
    makeRisen(1, {}, { before: 12, now: 164 }),
    makeRisen(2, { summary: null }, { before: 0, now: 40, since: "2026-03-05" }),
    makeRisen(3, {
      title: "A < B & C: “Quoted” Embers, and How They Were Kept Warm Through a Long Winter of Unread Mail",
    }),
    makeRisen(4),
  ],
  { papers: makePapers(2) },
);

describe("the letter with a revisit", () => {
  it.each([
    { name: "html", text: () => renderer.letter(golden).html },
    { name: "text", text: () => renderer.letter(golden).text },
    { name: "md", text: () => renderer.shape(golden, "md") },
  ])("matches the golden file $name", async ({ name, text }) => {
    await expect(text()).toMatchFileSnapshot(`golden/revisit.${name}`);
  });

  it("is translated to German", () => {
    const { text } = renderer.letter({ ...golden, view: { ...golden.view, language: "de" } });
    expect(text).toContain("Auf den zweiten Blick\n");
    expect(text).toContain("Von 12 auf 164 Stimmen seit 2. März 2026\n");
  });

  it("names the week in a weekly letter", () => {
    const { text } = renderer.letter(revisitDigest([makeRisen(1, {}, { since: "2026-W09" })]));
    expect(text.replaceAll(/\s+/g, " ")).toContain("votes since Week 9, 23 February – 1 March 2026");
  });

  it("contains the reasons in JSON", () => {
    const { revisit, edition } = JSON.parse(renderer.shape(golden, "json")) as typeof golden;
    expect(revisit?.kept.map(({ paper }) => paper.id)).toEqual(["2602.20001", "2602.20002", "2602.20003"]);
    expect(revisit?.kept[0]?.reasons).toContainEqual({ rule: "rose", since: "2026-03-02", before: 12, now: 164 });
    expect(revisit?.dropped.map(({ reasons }) => reasons[0]?.rule)).toEqual(["over-limit"]);
    expect(edition.rising).toHaveLength(4);
  });

  it.each([
    { name: "where the view asks for none", digest: revisitDigest([makeRisen(1)], { view: { revisit: 0 } }) },
    { name: "where nothing rose", digest: revisitDigest([]) },
    {
      name: "where the view wants none of what rose",
      digest: revisitDigest([makeRisen(1)], { view: { exclude: ["embers", "ember"] } }),
    },
  ])("has the same bytes as without a revisit: $name", ({ digest }) => {
    const { revisit: _, ...plain } = digest;
    const without = renderer.letter({ ...plain, view: { ...plain.view, revisit: 0 } });
    expect(renderer.letter(digest)).toEqual(without);
    expect(without.html + without.text).not.toContain("econd look");
  });

  it("passes every check, and both parts have the same papers and addresses", () => {
    const results = checkLetter(renderer.letter(golden), golden, OPTIONS);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  });

  it("escapes hostile texts", () => {
    const digest = revisitDigest([makeRisen(1, HOSTILE)]);
    const letter = renderer.letter(digest);
    expect(() => assertChecksPass(checkLetter(letter, digest, OPTIONS))).not.toThrow();
    const $ = load(letter.html);
    expect($("script, img").length).toBe(0);
    expect($("a[href*='elsewhere'], a[href^='javascript']").length).toBe(0);
    expect($("h3").last().text()).toContain("<script>");
    expect(renderer.shape(digest, "md")).not.toMatch(/[^\\]\]\(javascript:/);
  });
});

const finding = (html: (html: string) => string, digest = golden) => {
  const letter = renderer.letter(digest);
  const results = checkLetter({ ...letter, html: html(letter.html) }, digest, OPTIONS);
  return results.filter(({ passed, severity }) => !passed && severity === "error").map(({ id }) => id);
};

describe("checks of a letter with a revisit", () => {
  it("find a paper that is in one part only", () => {
    expect(finding((html) => html.replaceAll("Ember 1: Letters That Glow Again", "Something else"))).toContain(
      "text-parity",
    );
  });

  it("find an address that is in one part only", () => {
    expect(finding((html) => html.replace(/<a [^>]*2602\.20001"[^>]*>(.*?)<\/a>/, "$1"))).toContain("text-parity");
  });

  it("find a paper that the letter contains already", () => {
    const [first = makePaper()] = makePapers(2);
    const twice = revisitDigest([makeRisen(1, { id: first.id })], { papers: makePapers(2) });
    expect(finding((html) => html, twice)).toContain("duplicate-papers");
  });
});

describe("the size budget", () => {
  it("drops the whole revisit before it cuts anything else", () => {
    const [sentence, word] = ["A lamp shines by night. ", "A lamp. "];
    const trims = [228, 229, 230, 231, 232].map((length) => {
      const papers = makePapers(24, { abstract: word.repeat(length), summary: sentence.repeat(10) });
      const digest = revisitDigest([makeRisen(1), makeRisen(2), makeRisen(3)], { papers });
      const letter = renderer.letter(digest);
      expect(Buffer.byteLength(letter.html)).toBeLessThanOrEqual(BUDGET.html);
      expect(() => assertChecksPass(checkLetter(letter, digest, OPTIONS))).not.toThrow();
      return { left: letter.trimmed?.revisit ?? 0, shortened: letter.trimmed?.shortened };
    });
    expect(trims).toEqual([
      { left: 0, shortened: 0 },
      { left: 1, shortened: 0 },
      { left: 3, shortened: 0 },
      { left: 3, shortened: 0 },
      { left: 3, shortened: 1 },
    ]);
  });
});
