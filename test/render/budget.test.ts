import * as fc from "fast-check";
import { encode, wrap } from "nodemailer/lib/qp/index.js";
import { describe, expect, it } from "vitest";
import type { Digest, Letter } from "../../src/core/model.js";
import { BUDGET, cutAt, fit, encodedBytes, fitsEncoded } from "../../src/render/budget.js";
import type { Cut } from "../../src/render/budget.js";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import { makeDigest, makePaper, makePapers } from "../support/papers-model.js";
import { anyCharacter } from "../support/seed.js";

/** A few in every run of the tests; thousands when somebody asks for them. */
const PROPERTY_RUNS = Number(process.env["PAPERBOY_PROPERTY_RUNS"] ?? 15);

const renderer = createRenderer({ branding: { ...DEFAULT_BRANDING, postal: "1 Letterbox Lane, Halden" } });

function sizes({ html, text }: Letter) {
  return { html: Buffer.byteLength(html), htmlEncoded: encodedBytes(html), text: Buffer.byteLength(text) };
}

function expectWithin(letter: Letter): void {
  const { html, htmlEncoded, text } = sizes(letter);
  expect(html).toBeLessThanOrEqual(BUDGET.html);
  expect(htmlEncoded).toBeLessThanOrEqual(BUDGET.htmlEncoded);
  expect(text).toBeLessThanOrEqual(BUDGET.text);
  expect(letter.html.trimEnd().endsWith("</html>")).toBe(true);
  expect(letter.html).toContain("1 Letterbox Lane, Halden");
  expect(letter.text).toContain("1 Letterbox Lane, Halden");
}

function filled({ html, text }: Letter, link: string) {
  const fill = (part: string) => part.replaceAll("{link:preferences}", link);
  return { html: fill(html), text: fill(text) };
}

const abstract = "The lamp is lit before the letter comes. ".repeat(32);

describe("the size budget", () => {
  it("cuts nothing from an ordinary day", () => {
    expect(renderer.letter(makeDigest(makePapers(12, { abstract }))).trimmed).toEqual({
      shortened: 0,
      titlesOnly: 0,
      left: 0,
    });
  });

  it("shortens abstracts from the last paper up", () => {
    const letter = renderer.letter(makeDigest(makePapers(40, { abstract }), { view: { fullUpTo: 40 } }));
    expectWithin(letter);
    expect(letter.trimmed?.shortened).toBeGreaterThan(0);
    expect(letter.trimmed).toMatchObject({ titlesOnly: 0, left: 0 });
    const lengths = [...letter.html.matchAll(/class="abstract"[^>]*>([^<]*)/g)].map(([, text = ""]) => text.length);
    expect(lengths).toEqual(lengths.toSorted((one, other) => other - one));
    expect(lengths).toHaveLength(40);
  });

  it("leaves room for the links of each reader", () => {
    const branding = { ...DEFAULT_BRANDING, postal: "1 Letterbox Lane, Halden", preferencesUrl: "{link:preferences}" };
    const letter = createRenderer({ branding }).letter(makeDigest(makePapers(400), { view: { fullUpTo: 400 } }));
    const link = `https://papers.example.org/p/${"a".repeat(28)}`;
    expect(letter.trimmed?.left).toBeGreaterThan(0);
    expectWithin({ ...letter, ...filled(letter, link) });
  });

  it("then names the number of dropped papers and where to read them, and keeps the first ten whole", () => {
    const left = renderer.letter(makeDigest(makePapers(500, { abstract }), { view: { fullUpTo: 500 } }));
    expectWithin(left);
    expect(left.html).toMatch(
      /and \d+ more papers: <a [^>]*href="https:\/\/huggingface\.co\/papers\/date\/2026-03-09"/,
    );
    expect(left.text).toContain(`and ${left.trimmed?.left} more papers`);
    expect(left.trimmed).toMatchObject({ titlesOnly: 0 });
    const whole = [...left.html.matchAll(/class="abstract"[^>]*>([^<]*)/g)].filter(
      ([, text]) => text?.trim() === abstract.trim(),
    );
    expect(whole).toHaveLength(10);
  });

  it("renders the same letter for the same papers", () => {
    const digest = makeDigest(makePapers(60, { abstract }), { view: { fullUpTo: 60 } });
    expect(renderer.letter(digest)).toEqual(
      createRenderer({ branding: { ...DEFAULT_BRANDING, postal: "1 Letterbox Lane, Halden" } }).letter(digest),
    );
  });

  it("throws if a letter of one title does not fit", () => {
    const wordy = createRenderer({ branding: { ...DEFAULT_BRANDING, footer: "lamp ".repeat(20_000) } });
    expect(() => wordy.letter(makeDigest([makePaper()]))).toThrow("a letter of one title has");
    expect(() => wordy.letter(makeDigest([]))).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });

  it("keeps any papers with any text within the limits", () => {
    const holds = fc.property(digests(), (digest) => expectWithin(renderer.letter(digest)));
    expect(fc.check(holds, { numRuns: PROPERTY_RUNS })).toMatchObject({ failed: false });
    // Many letters of up to 500 papers, beside another file of tests and whatever else the machine does.
  });
});

/** 1 to 500 papers of texts that are cheap to make and dear to send: wide, escaped, combined, endless, hostile. */
function digests(): fc.Arbitrary<Digest> {
  const seeds = fc.oneof(
    fc.constantFrom(
      "lamp ",
      "&",
      "<b>",
      "\"'`=",
      "晨报",
      "👩‍👩‍👧‍👦",
      "e\u0301\u0323",
      "\u202e",
      "a",
      "{{t}} ",
      "https://e.org/",
      "\n",
    ),
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 8 }),
  );
  const text = (most: number) => fc.tuple(seeds, fc.nat(most)).map(([seed, times]) => seed.repeat(times));
  const paper = fc.record({
    title: text(200),
    abstract: fc.option(text(1_000)),
    summary: fc.option(text(500)),
    keywords: fc.array(text(20), { maxLength: 12 }),
    authors: fc.array(fc.record({ name: text(30) }), { maxLength: 12 }),
    upvotes: fc.option(fc.nat()),
    codeUrl: text(600).map((path) => `https://e.org/?${path}`),
  });
  return fc
    .tuple(fc.integer({ min: 1, max: 500 }), fc.array(paper, { minLength: 1, maxLength: 4 }), fc.nat(500))
    .map(([count, kinds, fullUpTo]) =>
      makeDigest(
        Array.from({ length: count }, (_, index) => makePaper({ ...kinds[index % kinds.length], id: String(index) })),
        { view: { fullUpTo, leading: Math.min(fullUpTo, count), pictures: true } },
      ),
    );
}

/** A letter of 500 papers that loses 1,000 bytes with each paper, 500 with an abstract and 300 with a summary. */
function weigh({ shortened, titlesOnly, left }: Cut): string {
  return "x".repeat((500 - left) * 1_000 - shortened * 500 - titlesOnly * 300);
}

describe("fit", () => {
  it("finds the smallest cut in few renders", () => {
    const { renders, cut, html } = fit({ papers: 500, revisit: 0 }, { html: weigh, text: () => "" });
    expect(renders).toBeLessThanOrEqual(12);
    expect(cut).toEqual({ revisit: 0, left: 330, shortened: 160, titlesOnly: 0 });
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(BUDGET.html);
  });

  it("also limits the text part", () => {
    const { cut } = fit(
      { papers: 10, revisit: 0 },
      { html: () => "", text: ({ left }) => "x".repeat(100_000 - left * 10_000) },
    );
    expect(cut.left).toBe(4);
  });

  it.each([
    ["nothing first", 0, { revisit: 0, left: 0, shortened: 0, titlesOnly: 0 }],
    ["the revisit", 2, { revisit: 2, left: 0, shortened: 0, titlesOnly: 0 }],
    ["abstracts after the tenth paper", 5, { revisit: 3, left: 0, shortened: 2, titlesOnly: 0 }],
    ["papers after the tenth", 8, { revisit: 3, left: 1, shortened: 3, titlesOnly: 0 }],
    ["abstracts of the first ten", 14, { revisit: 3, left: 4, shortened: 3, titlesOnly: 0 }],
    ["their summaries", 25, { revisit: 3, left: 4, shortened: 10, titlesOnly: 4 }],
    ["all but one paper at last", 40, { revisit: 3, left: 13, shortened: 10, titlesOnly: 10 }],
  ])("cuts %s: position %i", (_, position, cut) => {
    expect(cutAt(position, { papers: 14, revisit: 3 })).toEqual(cut);
  });
});

describe("encodedBytes", () => {
  const texts = [
    ["plain", "a plain line\n"],
    ["long", "a long line ".repeat(40)],
    ["equals signs", "==".repeat(300)],
    ["umlauts", "äöü".repeat(300)],
    ["Chinese", "晨报送信人".repeat(300)],
    ["blanks at ends", "x \ny\t\n".repeat(50)],
  ] as const;

  it.each(texts)("is at least what a mail library writes: %s", (_, text) => {
    const quoted = wrap(encode(text.replaceAll("\n", "\r\n")), 76);
    const based = Buffer.from(text.replaceAll("\n", "\r\n")).toString("base64").replaceAll(/.{76}/g, "$&\r\n");
    expect(encodedBytes(text)).toBeGreaterThanOrEqual(Math.min(quoted.length, based.length));
  });

  it.each(texts)("fits at the limit and not above it: %s", (_, text) => {
    const size = encodedBytes(text);
    const allowed = [size - 1, size, size + 1, Math.floor(size * 0.9), Math.ceil(size * 1.1), 0];
    expect(allowed.map((most) => fitsEncoded(text, most))).toEqual(allowed.map((most) => size <= most));
  });
});
