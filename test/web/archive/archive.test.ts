import { load } from "cheerio/slim";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { paper } from "../../rank/papers.js";
import { HARBOUR, openArchiveHarness } from "./harness.js";
import type { ArchiveHarness } from "./harness.js";
import { savePapers } from "./editions.js";

let harness: ArchiveHarness;
beforeEach(async () => {
  harness = await openArchiveHarness();
});
afterEach(() => harness.close());

/** Returns the editions to which the page of an edition links as the previous and the next one. */
const linksOf = async (date: string) => {
  const $ = load(await harness.page(`/archive/${date}`));
  return ["prev", "next"].map((rel) => $(`a[rel=${rel}]`).first().attr("href")?.replace("/daily/archive/", ""));
};

describe("the archive", () => {
  it("lists editions by kind, newest first", async () => {
    for (const id of ["day:2026-10-01", "days:2026-10-02..2026-10-04", "week:2026-W40", "month:2026-09"])
      await harness.save(id);
    const days = await harness.page("/archive");
    expect(days).toMatch(/archive\/2026-10-02\.\.2026-10-04".*archive\/2026-10-01"/s);
    expect(days).toContain("2 papers");
    expect(days).not.toContain("2026-W40");
    expect(await harness.page("/archive/weeks")).toContain(`href="/daily/archive/2026-W40">Week 40`);
    expect(await harness.page("/archive/months")).toContain(`href="/daily/archive/2026-09">September 2026`);
    expect(await harness.page("/archive/days")).toBe(days);
  });

  it("says when no edition has been sent yet", async () => {
    expect(await harness.page("/archive")).toContain("No editions have been sent yet");
  });

  it("shows thirty editions per page", async () => {
    for (let day = 1; day <= 31; day += 1) await harness.save(`day:2026-08-${String(day).padStart(2, "0")}`);
    expect(await harness.page("/archive")).toContain(`rel="next" href="/daily/archive/days/2"`);
    const second = await harness.page("/archive/days/2");
    expect(second).toContain("2026-08-01");
    expect(second).toContain(`rel="prev" href="/daily/archive/days"`);
    expect(second).not.toContain("2026-08-02");
    for (const path of ["3", "0", "01", "-1", "1e3", "x"])
      expect((await harness.ask(`/archive/days/${path}`)).status).toBe(404);
    expect((await harness.ask("/archive/years/1")).status).toBe(404);
  });

  it("shows a whole edition with a table of contents and links to its papers", async () => {
    await harness.save("day:2026-10-02");
    const shown = await harness.page("/archive/2026-10-02");
    expect(shown).toContain("Friday, 2 October 2026");
    expect(shown).toContain(`<a href="#p1">Harbour maps</a>`);
    expect(shown).toContain(`<article id="p1">`);
    expect(shown).toContain(`<a href="/daily/paper/2610.00001">Harbour maps</a>`);
    expect(shown).toContain("We map harbours.");
  });

  it("links an edition to those before and after it, and to the subscription", async () => {
    for (const id of ["day:2026-10-01", "week:2026-W39", "day:2026-10-02", "days:2026-10-03..2026-10-05"])
      await harness.save(id);
    expect(await linksOf("2026-10-01")).toEqual([undefined, "2026-10-02"]);
    expect(await linksOf("2026-10-02")).toEqual(["2026-10-01", "2026-10-03..2026-10-05"]);
    expect(await linksOf("2026-10-03..2026-10-05")).toEqual(["2026-10-02", undefined]);
    expect(await linksOf("2026-W39")).toEqual([undefined, undefined]);
    for (const path of ["/archive/2026-10-02", "/paper/2610.00001"]) {
      expect(load(await harness.page(path))(".join a").attr("href")).toBe("/daily/#form");
    }
  });

  it("offers the next edition to clients that have the page from before", async () => {
    await harness.save("day:2026-10-01");
    const since = (await harness.ask("/archive/2026-10-01")).headers.get("last-modified") ?? "";
    expect((await harness.ask("/archive/2026-10-01", { "if-modified-since": since })).status).toBe(304);
    await harness.save("day:2026-10-02");
    expect((await harness.ask("/archive/2026-10-01", { "if-modified-since": since })).status).toBe(200);
  });

  it("keeps numbers of votes on one line", async () => {
    await harness.save("day:2026-10-02");
    for (const path of ["/", "/archive/2026-10-02", "/paper/2610.00001"]) {
      const $ = load(await harness.page(path));
      const texts = $(".count").map((_, element) => $(element).text());
      expect(texts.toArray()).toContain("9 votes");
      expect(
        $("main")
          .text()
          .match(/9 votes/g)?.length,
      ).toBe(texts.toArray().filter((text) => text === "9 votes").length);
    }
  });

  it("uses the default view and reveals no subscriber's preferences", async () => {
    await harness.save("day:2026-10-02");
    const before = await harness.page("/archive/2026-10-02");
    const view = { ...DEFAULT_VIEW, include: ["rare illness"], limit: 1, language: "de" };
    const { id } = await harness.reader("other@example.com");
    await harness.store.subscribers.changeById(id, { view }, harness.now());
    await harness.save("week:2026-W40");
    expect(await harness.page("/archive/2026-10-02")).toBe(before);
    expect(await harness.page("/archive/2026-W40")).not.toContain("rare illness");
    await harness.close();
    harness = await openArchiveHarness({ view: { ...DEFAULT_VIEW, include: ["harbour"] } });
    await harness.save("day:2026-10-02");
    expect(await harness.page("/archive/2026-10-02")).toContain("1 of 2 papers");
  });

  it("shows the revisit of the edition if the default view asks for one", async () => {
    const title = "Ember & <b>Ash</b>";
    const rising = [
      { paper: paper({ id: "2609.00009", title, upvotes: 61 }), since: "2026-09-30", before: 12, now: 61 },
    ];
    await savePapers(harness, "day:2026-10-02", { papers: [HARBOUR], rising });
    expect(await harness.page("/archive/2026-10-02")).not.toContain("Second look");
    await harness.close();
    harness = await openArchiveHarness({ view: { ...DEFAULT_VIEW, revisit: 3 } });
    await savePapers(harness, "day:2026-10-02", { papers: [HARBOUR], rising });
    const shown = await harness.page("/archive/2026-10-02");
    expect(shown).toContain("<h2>Second look</h2>");
    expect(shown).toContain("From 12 to 61 votes since 30 September 2026");
    expect(shown).toContain("Ember &amp; &lt;b&gt;Ash&lt;/b&gt;");
  });

  it.each([
    "search:rare illness@2026-10-02",
    "trending@2026-10-02",
    "url:https://example.org/private@2026-10-02",
    "file:0a1b2c",
    "day:2026-10-01",
  ])("responds to a private edition as to a missing one: %s", async (id) => {
    await harness.save(id);
    const nothing = await (await harness.ask("/archive/2020-01-01")).text();
    for (const name of [id, id.replace(/^\w+:/, ""), "2026-10-02", "../2026-10-02", "2026-10-02/"]) {
      const answer = await harness.ask(`/archive/${encodeURIComponent(name)}`);
      if (name === "2026-10-01") continue;
      expect(answer.status).toBe(404);
      expect(await answer.text()).toBe(nothing);
    }
    const isPublic = id.startsWith("day:");
    expect((await harness.ask("/paper/2610.00001")).status).toBe(isPublic ? 200 : 404);
    for (const path of ["/search?q=harbour", "/feed/papers.json", "/feed/editions.json"]) {
      expect((await harness.page(path)).includes("Harbour maps")).toBe(isPublic);
    }
  });
});

describe("a paper page", () => {
  it("shows all data of the paper and the editions that contained it", async () => {
    await harness.save("day:2026-10-02");
    await harness.save("week:2026-W40");
    const shown = await harness.page("/paper/2610.00001");
    for (const text of [
      "Harbour maps",
      "Zoë Müller",
      "We map harbours.",
      "maps",
      "9 votes",
      "https://example.org/code",
    ]) {
      expect(shown).toContain(text);
    }
    expect(shown).toMatch(/archive\/2026-W40".*archive\/2026-10-02"/s);
    for (const id of ["2610.99999", "%2e%2e%2f", "2610.00001'--"]) {
      expect((await harness.ask(`/paper/${encodeURIComponent(id)}`)).status).toBe(404);
    }
  });

  it("cannot inject markup or scripts into a page or feed", async () => {
    const evil = `"><img src=x onerror=alert(1)><script>alert(1)</script>{{page.name}}`;
    const hostile = paper({
      id: "2610.00003",
      title: evil,
      abstract: evil,
      summary: evil,
      keywords: [evil],
      authors: [{ name: evil }],
      url: "javascript:alert(1)",
      pdfUrl: "data:text/html,x",
      codeUrl: `https://example.org/"onmouseover="x`,
      organization: { name: evil, url: null },
    });
    await harness.save("day:2026-10-02", [hostile]);
    const paths = ["/archive", "/archive/2026-10-02", "/paper/2610.00003", "/search?q=alert"];
    for (const path of [...paths, `/search?q=${encodeURIComponent(evil)}`]) {
      const shown = await harness.page(path);
      expect(shown).toContain("&lt;script&gt;");
      expect(dangersIn(shown)).toEqual([]);
    }
    for (const path of ["/feed/papers.rss", "/feed/papers.atom", "/feed/editions.atom"]) {
      const feed = await harness.page(path);
      expect(feed).toContain("alert(1)");
      // The elements that feed readers parse as HTML.
      const $ = load(feed, { xml: true });
      const htmls = $(String.raw`description, content\:encoded, content`).map((_, element) => $(element).text());
      expect(htmls.length).toBeGreaterThan(0);
      for (const html of htmls.toArray()) expect(dangersIn(html)).toEqual([]);
    }
  });
});

/** Returns elements, handlers and links that do more than show text and link to web pages. */
function dangersIn(html: string): string[] {
  const $ = load(html);
  const elements = $("img, script, iframe, svg, object").map((_, { tagName }) => tagName);
  const handlers = $("*").map((_, element) =>
    Object.keys($(element).attr() ?? {}).filter((name) => /^on|^style$/.test(name)),
  );
  const targets = $("[href]").map((_, element) => $(element).attr("href"));
  const strange = targets.toArray().filter((url) => !/^https?:\/\/|^\/daily\/|^#p\d|^data:,$/.test(url));
  return [...elements.toArray(), ...handlers.toArray(), ...strange];
}
