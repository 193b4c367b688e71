import { load } from "cheerio/slim";
import type { CheerioAPI } from "cheerio/slim";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTopics } from "../../../src/web/archive/topics.js";
import { paper } from "../../rank/papers.js";
import { AGENTS, HARBOUR, openArchiveHarness } from "./harness.js";
import type { ArchiveHarness } from "./harness.js";
import { ORIGIN } from "../site/harness.js";

const KINDS = ["editions", "papers"] as const;
/** RFC 3339, section 5.6, as Atom and JSON Feed require. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
/** RFC 822, section 5.1, with the four-digit year that RSS recommends. */
const RFC_822 = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

interface JsonFeed {
  readonly version: string;
  readonly title: string;
  readonly feed_url: string;
  readonly items: readonly Readonly<Record<string, string>>[];
}

let harness: ArchiveHarness;
beforeEach(async () => {
  harness = await openArchiveHarness();
  await harness.save("day:2026-10-02");
  await harness.save("week:2026-W40", [HARBOUR, paper({ id: "2610.00004", title: "R&D <in> \u0007brief \uD800" })]);
});
afterEach(() => harness.close());

const xml = async (path: string) => load(await harness.page(path), { xml: true });
const json = async (path: string) => JSON.parse(await harness.page(path)) as JsonFeed;
const texts = ($: CheerioAPI, selector: string) =>
  $(selector)
    .map((_, element) => $(element).text())
    .toArray();

/** Expects absolute URLs of this site without duplicates. */
function expectAddresses(urls: readonly (string | undefined)[]): void {
  expect(urls.length).toBeGreaterThan(0);
  expect(new Set(urls).size).toBe(urls.length);
  for (const url of urls) expect(url).toMatch(new RegExp(`^${ORIGIN}/daily/(?:archive|paper|feed)/[\\w.?=-]+$`));
}

describe("the topics of the archive", () => {
  it("are listed and announced with their feeds on the site", async () => {
    const shared = [1, 2].map((n) => paper({ id: `2610.0010${n}`, title: `Tides ${n}`, keywords: ["Sea charts"] }));
    await harness.save("day:2026-10-05", shared);
    const page = load(await harness.page("/archive"));
    const href = "/daily/feed/papers.rss?topic=Sea+charts";
    expect(page("ul.topics a").attr()).toEqual({ href });
    expect(page(`link[rel=alternate][href="${href}"]`).attr("title")).toBe("Papers (RSS): Sea charts");
    expect(texts(await xml(href.replace("/daily", "")), "item > title").toSorted()).toEqual(["Tides 1", "Tides 2"]);
  });

  it("are the 24 most frequent keywords of at least two papers, in any spelling", async () => {
    const words = Array.from({ length: 30 }, (_, place) => `topic ${String(place).padStart(2, "0")}`);
    const papers = words.flatMap((word, place) =>
      Array.from({ length: place + 1 }, (_, n) => ({
        paper: paper({ id: `2610.${place}-${n}`, keywords: [n % 3 === 1 ? word.toUpperCase() : word] }),
        editions: [],
      })),
    );
    const archive = {
      recent: ({ limit, offset }: { limit: number; offset: number }) =>
        Promise.resolve(papers.slice(offset, offset + limit)),
    };
    const topics = await readTopics(archive);
    expect(topics.map(({ word }) => word)).toEqual(words.slice(6));
    expect(topics[0]).toEqual({ word: "topic 06", slug: "topic-06", papers: 7 });
  });
});

describe.each(KINDS)("the feed of %s", (kind) => {
  it("is valid RSS 2.0", async () => {
    const $ = await xml(`/feed/${kind}.rss`);
    expect($("rss").attr("version")).toBe("2.0");
    for (const name of ["title", "link", "description"]) expect($(`channel > ${name}`).text()).not.toBe("");
    expectAddresses(texts($, "item > guid"));
    expect(texts($, "item > link")).toEqual(texts($, "item > guid"));
    for (const date of [...texts($, "pubDate"), ...texts($, "lastBuildDate")]) expect(date).toMatch(RFC_822);
    expect(texts($, "item > pubDate")).toHaveLength($("item").length);
    expect($(String.raw`atom\:link`).attr()).toMatchObject({ rel: "self", href: `${ORIGIN}/daily/feed/${kind}.rss` });
  });

  it("is valid Atom (RFC 4287)", async () => {
    const $ = await xml(`/feed/${kind}.atom`);
    expect($("feed").attr("xmlns")).toBe("http://www.w3.org/2005/Atom");
    expectAddresses([...texts($, "entry > id"), $("feed > id").text()]);
    for (const each of ["feed", ...$("entry").toArray()]) {
      for (const name of ["id", "title", "updated"]) expect($(each).children(name)).toHaveLength(1);
    }
    // Section 4.1.2: an entry without an author has that of the feed.
    expect($("feed > author > name").text()).toBe("Evening Post");
    for (const date of [...texts($, "updated"), ...texts($, "published")]) expect(date).toMatch(RFC_3339);
    expect($(`feed > link[rel="self"]`).attr("href")).toBe(`${ORIGIN}/daily/feed/${kind}.atom`);
    expect($(`entry > link[rel="alternate"]`)).toHaveLength($("entry").length);
  });

  it("is valid JSON Feed 1.1", async () => {
    const feed = await json(`/feed/${kind}.json`);
    expect(feed.version).toBe("https://jsonfeed.org/version/1.1");
    expectAddresses([...feed.items.map(({ id }) => id), feed.feed_url]);
    for (const { date_published: date, content_html: html, title } of feed.items) {
      expect(date).toMatch(RFC_3339);
      expect([html, title]).not.toContain("");
    }
  });

  it("has the right media type and stable ids", async () => {
    const types = { rss: "application/rss+xml", atom: "application/atom+xml", json: "application/feed+json" };
    for (const [format, type] of Object.entries(types)) {
      expect((await harness.ask(`/feed/${kind}.${format}`)).headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    }
    const before = (await json(`/feed/${kind}.json`)).items;
    await harness.save("day:2026-10-05", [HARBOUR, paper({ id: "2610.00005", title: "New" })]);
    const after = (await json(`/feed/${kind}.json`)).items;
    expect(after).toEqual(expect.arrayContaining([...before]));
    expect(after).toHaveLength(before.length + 1);
  });

  it("is announced by every page", async () => {
    for (const path of ["/", "/archive", "/sent"]) {
      const $ = load(await harness.page(path));
      const found = $(`link[rel="alternate"]`).map((_, element) => $(element).attr("href"));
      expect(found.toArray()).toEqual(
        expect.arrayContaining(["rss", "atom", "json"].map((format) => `/daily/feed/${kind}.${format}`)),
      );
    }
  });
});

describe("a feed", () => {
  it("lists papers newest first with their data", async () => {
    const { items } = await json("/feed/papers.json");
    expect(items.map(({ title }) => title)).toEqual(["R&D <in> \u0007brief \uD800", "Harbour maps", "Agents at sea"]);
    expect(items[1]).toMatchObject({
      url: `${ORIGIN}/daily/paper/2610.00001`,
      date_published: "2026-10-05T07:00:00.000Z",
      authors: [{ name: "Zoë Müller" }],
      tags: ["maps"],
    });
    const editions = (await json("/feed/editions.json")).items.map(({ title }) => title);
    expect(editions.map((title = "") => title.replace(/,.*:/, ":"))).toEqual(["Week 40: 2 papers", "Friday: 2 papers"]);
  });

  it("drops characters that XML does not allow", async () => {
    for (const path of ["/feed/papers.rss", "/feed/papers.atom", "/feed/editions.rss", "/feed/editions.atom"]) {
      const text = await harness.page(path);
      expect(text).not.toMatch(/[^\P{Cc}\t\n\r]|\p{Cs}/u);
      expect(text).toMatch(/R&amp;(?:amp;)?D &(?:amp;)?lt;in&(?:amp;)?gt; brief/);
    }
  });

  it.each([
    ["maps", ["Harbour maps"]],
    ["AGENTS", ["Agents at sea"]],
    ["harbour map*", ["Harbour maps"]],
    ["harbour map", ["Harbour maps"]],
    ['"harbour map"', []],
    ["maps OR agents", []],
    ["", ["R&D <in> \u0007brief \uD800", "Harbour maps", "Agents at sea"]],
    ["*", []],
  ])("about %j contains the papers that a subscriber of this topic gets", async (topic, titles) => {
    const { items, feed_url: url } = await json(`/feed/papers.json?${new URLSearchParams({ topic }).toString()}`);
    expect(items.map(({ title }) => title)).toEqual(titles);
    expect(new URL(url).searchParams.get("topic") ?? "").toBe(topic);
  });

  it("of editions about a topic lists only matching editions and papers", async () => {
    const { items, title } = await json("/feed/editions.json?topic=agents");
    expect(title).toBe("Evening Post: editions: agents");
    expect(items.map((item) => item["title"])).toEqual(["Friday, 2 October 2026: 1 paper"]);
    expect(items[0]?.["content_html"]).not.toContain(HARBOUR.title);
    expect(items[0]?.["content_html"]).toContain(AGENTS.title);
  });

  it("refuses a topic that is too long and an unknown name", async () => {
    expect((await harness.ask(`/feed/papers.rss?topic=${"a".repeat(61)}`)).status).toBe(400);
    for (const name of ["papers", "papers.xml", "editions.rss2", "papers.rss/x"]) {
      expect((await harness.ask(`/feed/${name}`)).status).toBe(404);
    }
  });
});

it("is valid before the first edition", async () => {
  await harness.close();
  harness = await openArchiveHarness();
  for (const kind of KINDS) {
    expect((await xml(`/feed/${kind}.atom`))("feed > updated").text()).toBe("1970-01-01T00:00:00.000Z");
    expect((await json(`/feed/${kind}.json`)).items).toEqual([]);
  }
});
