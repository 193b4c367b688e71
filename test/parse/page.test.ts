import { expect, it } from "vitest";
import { memoize } from "../../src/core/memoize.js";
import type { Paper } from "../../src/core/model.js";
import { extractAddresses } from "../../src/parse/addresses.js";
import { readable } from "../../src/parse/text.js";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { describeRealPages, realPage, realPageNames } from "../support/real-pages.js";
import { issuesOf, read, refusal, SITE } from "./reading.js";
import { listOf, paperPageOf, withoutData } from "./site-data.js";
import type { SiteEntry, SiteOrganization } from "./site-data.js";

const DAYS = realPageNames(/^daily-.*\.html$/);
const ANSWERS = realPageNames(/^api-.*\.json$/);

/** The readings of the real pages of days: whole, and from the cards alone. */
const wholeOf = memoize((name: string) => read(realPage(name)));
const cardsOf = memoize((name: string) => read(withoutData(realPage(name))));

/** An entry of the site data as a paper: the fields that must be equal on every real page. */
function said({ paper, ...entry }: SiteEntry): Partial<Paper> {
  const title = readable(entry.title);
  const links = { codeUrl: paper.githubRepo?.trim() ?? null, projectUrl: paper.projectPage?.trim() ?? null };
  return {
    id: paper.id,
    title,
    ...extractAddresses({ abstract: readable(paper.summary), ...links }, { title, site: SITE }),
    authors: paper.authors.map(({ name }) => ({ name })),
    upvotes: paper.upvotes,
    comments: entry.numComments,
    stars: paper.githubStars ?? null,
    organization: organization(entry.organization),
    publishedAt: paper.publishedAt,
    summary: paper.ai_summary === undefined ? null : readable(paper.ai_summary),
    keywords: paper.ai_keywords ?? [],
    raw: { title: entry.title, abstract: paper.summary, summary: paper.ai_summary ?? null },
  };
}

function organization(body: SiteOrganization | undefined): Paper["organization"] {
  return body ? { name: body.fullname.trim(), url: `${SITE}/${body.name}` } : null;
}

/** The fields that every card shows. */
function shown({ paper, ...entry }: SiteEntry): Partial<Paper> {
  return { id: paper.id, title: readable(entry.title), upvotes: paper.upvotes, comments: entry.numComments };
}

describeRealPages("real pages", () => {
  it("are available for every kind", () => {
    expect([DAYS.length, ANSWERS.length]).toEqual([8, 4]);
  });

  it.each(DAYS)("gives the papers of the data of %s, in order", (name) => {
    const list = listOf(realPage(name));
    const { papers, skipped, issues, ...reading } = wholeOf(name);
    expect(papers).toMatchObject(list.dailyPapers.map(said));
    expect({ papers: papers.length, skipped, issues }).toEqual({
      papers: list.dailyPapers.length,
      skipped: [],
      issues: [],
    });
    expect(reading).toMatchObject({ kind: "day", format: "data", date: (list.dateString ?? list.date)?.slice(0, 10) });
  });

  it.each(DAYS)("gives the links, dates, images and submitters of %s", (name) => {
    const list = listOf(realPage(name));
    for (const [index, paper] of wholeOf(name).papers.entries()) {
      const entry = list.dailyPapers[index];
      expect(paper).toMatchObject({
        url: `${SITE}/papers/${entry?.paper.id}`,
        arxivUrl: `https://arxiv.org/abs/${entry?.paper.id}`,
        pdfUrl: `https://arxiv.org/pdf/${entry?.paper.id}`,
        featuredOn: (entry?.paper.submittedOnDailyAt ?? list.date)?.slice(0, 10),
        thumbnailUrl: entry?.thumbnail,
        mediaUrls: entry?.mediaUrls ?? [],
        submittedBy: entry?.submittedBy
          ? { name: entry.submittedBy.fullname?.trim(), username: entry.submittedBy.name }
          : null,
      });
    }
  });

  it.each(DAYS)("falls back to the cards of %s, with the same papers, order, titles, votes and comments", (name) => {
    const whole = wholeOf(name);
    const cards = cardsOf(name);
    expect(cards.papers).toMatchObject(listOf(realPage(name)).dailyPapers.map(shown));
    expect(cards.papers).toHaveLength(whole.papers.length);
    expect({ ...cards, papers: [], issues: [] }).toEqual({ ...whole, format: "cards", papers: [], issues: [] });
    expect(issuesOf(cards)).toBe("warning data: data: DailyPapers has no data-props");
  });

  it.each(DAYS)("gives null for the fields that the cards of %s do not show", (name) => {
    const whole = wholeOf(name).papers;
    for (const [index, card] of cardsOf(name).papers.entries()) {
      const paper = whole[index];
      expect(card).toMatchObject({ abstract: null, authors: [], codeUrl: null, publishedAt: null, summary: null });
      expect(card.submittedBy?.username).toEqual(paper?.submittedBy?.username);
      expect([paper?.thumbnailUrl, null]).toContain(card.thumbnailUrl);
      expect(paper?.mediaUrls).toEqual(expect.arrayContaining([...card.mediaUrls]));
      // The cards of 2024 show no organization; its data had none either.
      expect(card.organization).toEqual(paper?.organization);
    }
  });

  it.each(ANSWERS)("gives the papers of the API response %s", (name) => {
    const entries = JSON.parse(realPage(name)) as readonly SiteEntry[];
    const reading = read(realPage(name), { mediaType: "application/json" });
    expect(reading.papers).toMatchObject(entries.map(said));
    expect(reading).toMatchObject({ kind: "api", format: "api", date: null, complete: null, skipped: [], issues: [] });
  });

  it("gives one paper for the page of a paper", () => {
    const { paper, comments, submitterOrganization } = paperPageOf(realPage("paper-2025-10-02.html"));
    const entry = {
      title: paper.title,
      paper,
      numComments: comments.length,
      ...(submitterOrganization && { organization: submitterOrganization }),
    };
    const reading = read(realPage("paper-2025-10-02.html"));
    expect(reading.papers).toMatchObject([said(entry)]);
    expect(reading).toMatchObject({
      kind: "paper",
      format: "data",
      date: null,
      complete: null,
      skipped: [],
      issues: [],
    });
    expect(reading.papers).toMatchObject([
      { featuredOn: "2025-10-01", submittedBy: { name: paper.submittedOnDailyBy?.fullname } },
    ]);
  });

  it("gives one paper for a trending card that is rendered twice", () => {
    const reading = read(realPage("trending-2026-10-07-one-card.html"));
    expect(reading).toMatchObject({ kind: "trending", format: "cards", date: null, complete: null, skipped: [] });
    expect(reading.papers).toMatchObject([{ id: "2606.03748", upvotes: 23, comments: null, stars: 62_200 }]);
    expect(reading.papers).toMatchObject([{ codeUrl: "https://github.com/ultralytics/ultralytics" }]);
  });

  it.each(["not-the-site-2026-07.html", "search-llava-as-text.txt"])("refuses %s", (name) => {
    expect(refusal(realPage(name)).message).toMatch(/does not recognise the page: data: no element has data-target/);
  });

  it.each(DAYS)(
    "uses the data of %s when its cards are damaged, the cards when its data is, and refuses both",
    (name) => {
      const html = realPage(name);
      const noCards = html.replaceAll("<article", "<section").replaceAll("</article", "</section");
      const oddCards = html.replaceAll("<h3", "<h5").replaceAll("</h3", "</h5");
      const cutData = html.replace(/(data-target="DailyPapers" data-props="[^"]{2000})[^"]*"/, '$1"');
      for (const damaged of [noCards, oddCards]) {
        const reading = read(damaged);
        expect(reading.papers).toEqual(wholeOf(name).papers);
        expect(reading.issues).toMatchObject([{ level: "warning" }]);
      }
      expect(read(cutData)).toMatchObject({ format: "cards", issues: [{ check: "data", level: "warning" }] });
      expect(refusal(withoutData(noCards)).message).toMatch(/data-props; cards: the page has no article/);
      expect(refusal(withoutData(oddCards)).message).toMatch(/cards: (\d+) of \1 entries could not be read/);
    },
  );
});

it("reads a month of 800 papers", () => {
  const page = buildPage({ kind: "month", date: "2026-05", entries: manyEntries(800) });
  expect(page.split("<").length).toBeGreaterThan(50_000);
  expect(read(page).papers).toHaveLength(800);
});
