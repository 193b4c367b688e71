import { describe, expect, it } from "vitest";
import { buildApi, buildPage } from "../support/page-builder.js";
import type { PageSpec } from "../support/page-builder.js";
import { makeEntry, manyEntries } from "../support/papers.js";
import type { Entry } from "../support/papers.js";
import { describeRealPages, realPage } from "../support/real-pages.js";
import { SEARCH_FORMS, SEARCHED, searchTextEntries, searchTextPapers } from "../support/search-text.js";
import { issuesOf, read, refusal } from "./reading.js";

const query = "folding lanterns";

/** Results with the words in some place, on days of their own. */
const found: Entry[] = [
  ["Folding Lanterns at Sea", "2605.00001"],
  ["A Lantern for Every Boat", "2403.00002"],
  ["Paper Folds", "2302.00003"],
  ["Night Boats", "2606.00004"],
].map(([title = "", id = ""], place) =>
  makeEntry({
    paper: {
      id,
      title,
      summary: `${"Boats need light. ".repeat(4)}Lanterns fold.`,
      upvotes: [3, 0, 12, 1][place] ?? 0,
    },
    title,
    numComments: place % 2,
  }),
);
const ids = found.map(({ paper }) => paper.id);
const listing = manyEntries(12, 3);
const spec: PageSpec = { kind: "search", query, entries: found };

/** A page with a list in `dailyPapers` alone. */
function unmarked(entries: readonly Entry[], cards = entries): string {
  const data = (json: string) =>
    JSON.stringify({ ...(JSON.parse(json) as object), dailyPapers: entries, searchResults: undefined });
  return buildPage({ ...spec, entries: cards, mangle: { data } });
}

const idsOf = ({ papers }: { readonly papers: readonly { readonly id: string }[] }) => papers.map(({ id }) => id);
const asJson = { mediaType: "application/json", kind: "search", query } as const;

describe("the page of a search", () => {
  it.each<[string, Partial<PageSpec>]>([
    ["the listing next to it", { listing, date: "2026-10-02" }],
    ["an empty listing", {}],
    ["no cards", { listing, withCards: false }],
    [
      "a listing of trending papers",
      { listing, mangle: { data: (json) => json.replace('"isTrending":false', '"isTrending":true') } },
    ],
    ["no dailyPapers at all", { mangle: { data: (json) => json.replace('"dailyPapers":[],', "") } }],
  ])("is read from searchResults, with %s", (_, rest) => {
    const reading = read(buildPage({ ...spec, ...rest }), { kind: "search", query });
    expect(reading).toMatchObject({ kind: "search", date: null, complete: null, format: "data" });
    expect(idsOf(reading)).toEqual(ids);
  });

  it("is read from searchResults when its cards show the listing, with a warning", () => {
    const day = buildPage({ kind: "day", date: "2026-10-02", entries: listing });
    const page = buildPage({ ...spec, listing, date: "2026-10-02", withCards: false });
    const cards = day.slice(day.indexOf("<article"), day.lastIndexOf("</article>") + 10);
    const reading = read(page.replace("</main>", `${cards}</main>`), { kind: "search", query });
    expect(idsOf(reading)).toEqual(ids);
    const inside = read(page.replace(/(data-target="DailyPapers"[^>]*>)/, `$1${cards}`), { kind: "search", query });
    expect(idsOf(inside)).toEqual(ids);
    expect(issuesOf(inside)).toContain("warning search: cards: they show the listing of the page");
  });

  it("is read from its cards when there is no data", () => {
    const reading = read(buildPage({ ...spec, withData: false }), { kind: "search", query });
    expect(reading).toMatchObject({ kind: "search", format: "cards" });
    expect(
      reading.papers.map(({ title, upvotes, comments, abstract }) => [title, upvotes, comments, abstract]),
    ).toEqual(found.map(({ title, paper, numComments }) => [title, paper.upvotes, numComments, paper.summary]));
  });

  it("is recognised by its search field in a saved page without data", () => {
    const bare = buildPage({ ...spec, withData: false }).replaceAll(/\/papers\?q=[^"]*/g, "/papers");
    expect(read(bare)).toMatchObject({ kind: "search", format: "cards", papers: { length: 4 } });
  });

  it("is empty when searchResults is, and no card says otherwise", () => {
    const page = buildPage({ ...spec, entries: [], listing, withCards: false });
    expect(read(page, { kind: "search", query })).toMatchObject({ kind: "search", papers: [], issues: [] });
    const withCards = page.replace(
      /(data-target="DailyPapers"[^>]*>)/,
      `$1${buildPage(spec).match(/<article.*<\/article>/s)?.[0]}`,
    );
    expect(refusal(withCards, { kind: "search", query }).message).toContain("0 only in the data, 4 only in the cards");
  });

  it("is read from dailyPapers only if searchResults is missing and the papers match", () => {
    expect(idsOf(read(unmarked(found), { kind: "search", query }))).toEqual(ids);
    expect(refusal(unmarked(listing), { kind: "search", query }).message).toMatch(
      /data: only 0 of 12 papers contain a word/,
    );
    const lanterns = listing.map((entry) => makeEntry({ ...entry, title: `Lanterns: ${entry.title}` }));
    expect(refusal(unmarked(lanterns), { kind: "search", query }).message).toMatch(/featured on one day/);
    const cards = read(unmarked(listing, found), { kind: "search", query });
    expect([cards.format, idsOf(cards)]).toEqual(["cards", ids]);
  });
});

describe("a page that is not the result of the search", () => {
  const day = buildPage({ kind: "day", date: "2026-10-02", entries: listing });
  it.each<[string, string, RegExp]>([
    ["the listing of a day", day, /shows no query, but day 2026-10-02/],
    [
      "the same under the address of the search",
      day.replaceAll("/papers/date/2026-10-02", "/papers?q=folding"),
      /shows no query/,
    ],
    ["another search", buildPage({ ...spec, query: "tin boxes" }), /the result of another search, "tin boxes"/],
    [
      "results without the words",
      buildPage({ ...spec, entries: listing }),
      /data: none of the 12 papers contains a word/,
    ],
    ["cards without the words", buildPage({ ...spec, entries: listing, withData: false }), /cards: only 0 of 12/],
    [
      "the paper of one page",
      buildPage({ kind: "paper", entries: found.slice(0, 1) }),
      /shows no query, but a paper page/,
    ],
  ])("is refused: %s", (_, page, message) => {
    expect(refusal(page, { kind: "search", query, url: "https://huggingface.co/papers?q=folding" }).message).toMatch(
      message,
    );
  });

  it("is the page of a day: searchResults counts only together with a query", () => {
    const page = buildPage({
      kind: "day",
      date: "2026-10-02",
      entries: listing,
      mangle: { data: (json) => json.replace("{", '{"searchResults":[],') },
    });
    expect(read(page)).toMatchObject({ kind: "day", papers: { length: 12 }, issues: [] });
  });
});

describe("the response of the search API", () => {
  it("is read with the fields that its papers have", () => {
    const bare = found.map(({ paper: { id, title, summary, upvotes } }) => ({
      paper: { id, title, summary, upvotes },
    }));
    for (const body of [buildApi(found), JSON.stringify(bare)]) {
      const reading = read(body, asJson);
      expect(reading).toMatchObject({ kind: "search", format: "api", complete: null });
      expect(idsOf(reading)).toEqual(ids);
    }
    expect(read("[]", asJson).papers).toEqual([]);
  });

  it.each([
    ["papers without the words", buildApi(listing), /api: none of the 12 papers/],
    ["an error", '{"error":"Not found"}', /not a list of papers/],
    [
      "papers without abstracts",
      JSON.stringify([{ paper: { id: "2605.00001", title: "Folding Lanterns" } }]),
      /abstract/,
    ],
  ])("is refused: %s", (_, body, message) => {
    expect(refusal(body, asJson).message).toMatch(message);
  });
});

/** Whether a paper with this title answers a search for these words. */
function isFound(words: string, title: string): boolean {
  const entry = makeEntry({ title, paper: { title, summary: "x".repeat(60), authors: [], upvotes: 1 } });
  return read(buildApi([entry]), { ...asJson, query: words }).papers.length === 1;
}

describe("the words of a search", () => {
  it.each([
    ["LLaVA-1.5", "Video-LLaVA"],
    ["source citations", "Citation Graphs"],
    ["naïve Bayes", "NAIVE readers"],
    ["what is attention", "Attention"],
    ["the", "On the Way"],
    ["扩散模型", "视频扩散"],
    ["C++", "Teaching C++"],
  ])("%j match %j", (words, title) => {
    expect(isFound(words, title)).toBe(true);
  });

  it.each([
    ["source", "Resources"],
    ["the whole attention", "On the Way"],
    ["AI", "Maintaining Trains"],
  ])("%j do not match %j", (words, title) => {
    expect(() => isFound(words, title)).toThrow(/none of the 1 papers/);
  });
});

describeRealPages("the original search, with its text as the site would send it", () => {
  it.each(["data", "cards", "api"] as const)("is 25 readable papers in page order from its %s", (form) => {
    const papers = searchTextPapers();
    const json = form === "api" ? { mediaType: "application/json" } : {};
    const reading = read(SEARCH_FORMS[form](), { kind: "search", query: SEARCHED, ...json });
    expect(reading).toMatchObject({ kind: "search", format: form, skipped: [] });
    expect(reading.papers.map(({ title }) => title)).toEqual(papers.map(({ shownTitle }) => shownTitle));
    for (const [place, { abstract }] of reading.papers.entries()) {
      // A sentence that only gives a link becomes the link's button.
      const text = (papers[place]?.abstract ?? "").replaceAll(/[^.]*https?:\/\/\S+/g, "");
      const words = text.match(/(?<![\p{L}\d\\_^{$.])\p{L}{4,}/gu) ?? [];
      expect(words.filter((word) => !abstract?.includes(word))).toEqual([]);
      expect(abstract).not.toMatch(/protected\]|\\|\d(?:times|sim)|sim\d|\s\s/);
    }
    expect(reading.papers[1]?.abstract).toContain("Notably, our ASR@0.5 on InternVL-2.5-8B reaches over 65%");
    expect(reading.papers[2]?.abstract).toContain("up to 2.29× for LLaVA-1.5-7B");
    const dates = searchTextEntries().map(({ paper }) => paper.publishedAt.slice(0, 10));
    expect(reading.papers.map(({ publishedAt }) => publishedAt?.slice(0, 10))).toEqual(dates);
  });

  it("is read from a real day's page that has the results added", () => {
    const added = JSON.stringify({ searchResults: searchTextEntries(), query: { q: "LLaVA" } }).slice(1, -1);
    const page = realPage("daily-2026-05-13.html").replace(
      'data-target="DailyPapers" data-props="{',
      (start) => `${start}${added.replaceAll("&", "&amp;").replaceAll('"', "&quot;")},`,
    );
    const withQuery = page.replace("&quot;query&quot;:{},", "");
    const reading = read(withQuery, { kind: "search", query: "LLaVA" });
    expect([reading.format, reading.papers.length]).toEqual(["data", 25]);
    expect(refusal(realPage("daily-2026-05-13.html"), { kind: "search", query: "LLaVA" }).message).toMatch(/no query/);
  });
});
