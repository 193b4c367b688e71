import { load, type CheerioAPI } from "cheerio";
import { describe, expect, it } from "vitest";
import { buildPage } from "./support/page-builder.js";
import { fixtureEntries, fixturePage, fixturePages, fixturePath } from "./support/page-fixtures.js";
import { makeAuthor, makeEntry, makeOrganization, manyEntries, type Entry } from "./support/papers.js";
import { describeRealPages, realPage } from "./support/real-pages.js";

interface ListData extends Record<string, unknown> {
  readonly dailyPapers: Entry[];
  readonly dateString?: string;
  readonly prevDate: string;
  readonly nextDate?: string;
}

function dataOf($: CheerioAPI): ListData {
  return JSON.parse($("div[data-target=DailyPapers]").attr("data-props") ?? "") as ListData;
}

/** The attribute that parsers of cards read, if it is not `href`. */
const SEEN: Record<string, string> = { img: "src", video: "src", li: "title" };

/** Returns what parsers of cards read, one line per element: name, attribute, own text. Omits drawings. */
function outlines($: CheerioAPI): string[][] {
  $("svg").empty();
  const cards = $("article").toArray();
  return cards.map((card) => {
    const elements = $(card).find("*").toArray();
    return elements.map((element) => {
      const attribute = $(element).attr(SEEN[element.tagName] ?? "href") ?? "";
      const text = $(element).contents().not("*").text().replaceAll(/\s+/g, " ").trim();
      return `${element.tagName} ${attribute} ${text}`;
    });
  });
}

function cardTexts($: CheerioAPI): string[] {
  const texts = $("article").map((_, card) => $(card).text().replaceAll(/\s+/g, " ").trim());
  return texts.get();
}

function targetsOf(html: string): string[] {
  return [...html.matchAll(/data-target="(\w+)"/g)].map(([, name = ""]) => name);
}

function dayOf(entry: Entry): CheerioAPI {
  return load(buildPage({ kind: "day", date: "2026-10-02", entries: [entry] }));
}

describe("saved pages", () => {
  it.each(Object.entries(fixturePages()))("%s equals the output of the page builder", async (name, text) => {
    await expect(text).toMatchFileSnapshot(fixturePath(name));
  });

  it("daily.html has each paper once in its data and once as a card", () => {
    const $ = load(fixturePages()["daily.html"] ?? "");
    const data = dataOf($);
    expect(data.dailyPapers).toEqual(fixtureEntries("daily"));
    const titles = $("article h3 a").map((_, link) => $(link).text());
    expect(titles.get()).toEqual(data.dailyPapers.map((entry) => entry.title));
  });
});

describe("the twelve papers", () => {
  const papers = fixtureEntries("daily").map((entry) => entry.paper);
  const having = (test: (paper: Entry["paper"]) => boolean): number => papers.filter((paper) => test(paper)).length;

  it("are ordered by votes, from 214 to none", () => {
    const votes = papers.map((paper) => paper.upvotes);
    expect(votes).toEqual(votes.toSorted((a, b) => b - a));
    expect([votes.length, votes[0], votes.at(-1)]).toEqual([12, 214, 0]);
  });

  it("have the parts that are difficult to parse", () => {
    expect({
      summaries: having((paper) => paper.ai_summary !== undefined),
      withoutOrganization: having((paper) => paper.organization === undefined),
      films: having((paper) => paper.mediaUrls !== undefined),
      wrappedTitles: having((paper) => paper.title.includes("\n")),
      hiddenAuthors: having((paper) => paper.authors.some((author) => author.hidden)),
      codeWithoutStars: having((paper) => paper.githubRepo !== undefined && paper.githubStars === undefined),
      literalBrackets: having((paper) => paper.summary.includes("<EOS>")),
      longAbstracts: having((paper) => paper.summary.length > 2500),
      oneAuthor: having((paper) => paper.authors.length === 1),
    }).toEqual({
      summaries: 11,
      withoutOrganization: 2,
      films: 1,
      wrappedTitles: 1,
      hiddenAuthors: 1,
      codeWithoutStars: 1,
      literalBrackets: 1,
      longAbstracts: 1,
      oneAuthor: 1,
    });
  });

  it("link only to example domains", () => {
    const links = papers.flatMap(({ githubRepo, projectPage }) => [githubRepo, projectPage]).filter(Boolean);
    expect(links).not.toEqual([]);
    for (const link of links) expect(link).toMatch(/^https:\/\/(github\.com\/example-|[\w-]+\.example\.org)/);
  });
});

describe("cards", () => {
  it("show a dash for no votes, short star counts, and no link for no comments", () => {
    const $ = dayOf(makeEntry({ paper: { upvotes: 0, githubStars: 1923 }, numComments: 0 }));
    expect($("article a[href^='/login?next'] .leading-none").text()).toBe("-");
    expect($("article a[href='/papers/2610.00001'] > span").text()).toBe("1.92k");
    expect($("article a[href$='#community']")).toHaveLength(0);
  });

  it("show the number of authors only where there is no organization", () => {
    const authors = [makeAuthor("Ana Lupu"), makeAuthor("Bram de Wit", { hidden: true })];
    const organization = makeOrganization("kerb-ai", "kerb ai ");
    expect(
      dayOf(makeEntry({ paper: { authors } }))("article li")
        .last()
        .text(),
    ).toBe("· 2 authors");
    const $ = dayOf(makeEntry({ paper: { authors, organization } }));
    expect([$("article li").length, $("article a[href='/kerb-ai'] span").text()]).toEqual([0, "kerb ai"]);
  });

  it("are all that can be parsed when the data is truncated", () => {
    const $ = load(fixturePage("cards-only.html"));
    expect(() => dataOf($)).toThrow(SyntaxError);
    expect($("article")).toHaveLength(6);
  });
});

describe("invented entries", () => {
  it("depend only on the seed, and have unique ids", () => {
    const entries = manyEntries(200, 3);
    expect(manyEntries(200, 3)).toEqual(entries);
    expect(manyEntries(200, 4)).not.toEqual(entries);
    expect(new Set(entries.map((entry) => entry.paper.id)).size).toBe(200);
    expect(entries.at(-1)?.paper.upvotes).toBe(0);
  });

  it("accept overrides at any depth, and drop a key that is overridden with undefined", () => {
    const entry = makeEntry({ paper: { title: "A\n  B", upvotes: 3 }, submittedBy: undefined });
    expect(entry).toMatchObject({ title: "A B", paper: { title: "A\n  B", upvotes: 3 } });
    expect(entry).not.toHaveProperty("submittedBy");
  });

  it("contain no null", () => {
    expect(JSON.stringify(manyEntries(50))).not.toContain("null");
  });
});

describeRealPages("the page builder, compared with the real site", () => {
  // Svelte 5 has written the cards since 2026-03-17 (docs/pages.md).
  const svelte5 = ["daily-2026-03-17.html", "daily-2026-03-27.html", "daily-2026-05-13.html", "daily-2026-07-02.html"];

  it.each(svelte5)("rebuilds every card of %s from its data", (name) => {
    const real = load(realPage(name));
    const { dailyPapers, dateString = "", prevDate, nextDate = null } = dataOf(real);
    const built = load(buildPage({ kind: "day", date: dateString, entries: dailyPapers, prevDate, nextDate }));
    expect(outlines(built)).toEqual(outlines(real));
    expect(Object.keys(dataOf(built))).toEqual(Object.keys(dataOf(real)));
  });

  it("escapes data as the site does", () => {
    const html = realPage("daily-2026-05-13.html");
    const { dailyPapers, dateString = "", prevDate } = dataOf(load(html));
    const props = /&quot;dailyPapers&quot;:(.*?),&quot;prevDate/;
    const built = buildPage({ kind: "day", date: dateString, entries: dailyPapers, prevDate });
    expect(props.exec(built)?.[1]).toBe(props.exec(html)?.[1]);
  });

  it("puts the same parts in the same order on a day's page", () => {
    const built = buildPage({ kind: "day", date: "2026-10-02", entries: manyEntries(3) });
    expect(targetsOf(built)).toEqual(targetsOf(realPage("daily-2026-07-02.html")));
  });

  it("writes what parsers read on the cards of 2024", () => {
    const real = load(realPage("daily-2024-08-01.html"));
    const { dailyPapers, prevDate, nextDate = null } = dataOf(real);
    const built = load(buildPage({ kind: "day-2024", date: "2024-08-01", entries: dailyPapers, prevDate, nextDate }));
    expect(cardTexts(built)).toEqual(cardTexts(real));
    expect(built("time").attr("datetime")).toBe(real("time").attr("datetime"));
    expect(Object.keys(dataOf(built))).toEqual(Object.keys(dataOf(real)));
  });

  it("writes what parsers read on a trending card", () => {
    const real = load(realPage("trending-2026-10-07-one-card.html"))("article");
    const built = load(buildPage({ kind: "trending", entries: fixtureEntries("daily").slice(0, 1) }))("article");
    const count = (selector: string) => [real.find(selector).length, built.find(selector).length];
    for (const selector of ["h3 > a[href^='/papers/']", "div.font-semibold.text-orange-500", "p.line-clamp-2"]) {
      expect(count(selector)).toEqual([2, 2]);
    }
    expect(count("a[href^='https://github.com']")).toEqual([2, 2]);
    expect(count("a[href^='https://arxiv.org']")).toEqual([2, 2]);
  });
});
