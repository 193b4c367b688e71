import { load } from "cheerio/slim";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { paper } from "../../rank/papers.js";
import { openArchiveHarness } from "./harness.js";
import type { ArchiveHarness } from "./harness.js";

let harness: ArchiveHarness;
beforeEach(async () => {
  harness = await openArchiveHarness();
  await harness.save("day:2026-10-02");
});
afterEach(() => harness.close());

describe("a search", () => {
  it.each([
    ["a title", "harbour ma", "Harbour maps"],
    ["an author without accents", "muller", "Harbour maps"],
    ["a topic", "AGENTS", "Agents at sea"],
  ])("finds papers by %s", async (_what, text, title) => {
    const shown = await harness.page(`/search?q=${encodeURIComponent(text)}`);
    expect(shown).toContain(title);
    expect(shown).toContain("1 paper<");
    expect(shown).toContain("/daily/archive/2026-10-02");
  });

  it.each([`" OR title:*`, "C++ 2.5", "'; DROP TABLE archive; --", "NEAR(a b)", "%", "((("])(
    "treats query syntax and SQL as plain words: %s",
    async (text) => {
      expect(await harness.page(`/search?q=${encodeURIComponent(text)}`)).not.toContain("Harbour maps");
      expect(await harness.page("/search?q=harbour")).toContain("Harbour maps");
    },
  );

  it("limits the length of the text and the number of pages", async () => {
    expect((await harness.ask(`/search?q=${"a".repeat(201)}`)).status).toBe(400);
    for (const number of ["2", "51", "9999", "0", "-1", "x"]) {
      expect((await harness.ask(`/search?q=harbour&page=${number}`)).status).toBe(404);
    }
  });

  it("shows twenty results per page and keeps the sort order", async () => {
    const papers = Array.from({ length: 21 }, (_, index) => paper({ id: `2610.1${index}`, title: `Lamp ${index}` }));
    await harness.save("day:2026-10-05", papers);
    const first = await harness.page("/search?q=lamp&order=newest");
    expect(first).toContain("21 papers");
    expect(first).toContain(`rel="next" href="/daily/search?q&#x3D;lamp&amp;order&#x3D;newest&amp;page&#x3D;2"`);
    expect(await harness.page("/search?q=lamp&order=newest&page=2")).toContain("Lamp 20");
  });

  it("is neither cached, logged nor indexed", async () => {
    const { headers } = await harness.ask("/search?q=harbour");
    expect([headers.get("cache-control"), headers.get("x-robots-tag")]).toEqual(["no-store", "noindex"]);
    expect(harness.log.join()).not.toContain("harbour");
  });

  it("puts papers with the exact phrase first", async () => {
    const papers = [
      paper({
        id: "2610.20001",
        title: "Charts of tide and current",
        abstract: "Charts of the current tide.",
        upvotes: 9,
      }),
      paper({ id: "2610.20002", title: "Lamps", abstract: "Lamps on tide charts.", upvotes: 1 }),
    ];
    await harness.save("day:2026-10-05", papers);
    expect(await harness.page("/search?q=tide+charts")).toMatch(/Lamps.*Charts of tide/s);
    expect(await harness.page(`/search?q=${encodeURIComponent('"on tide charts"')}`)).toContain("1 paper<");
  });

  it.each([
    ["a misspelt word", "harbuor mpas", [["harbour maps", "1 paper"]]],
    ["a misspelt name", "Muler", [["muller", "1 paper"]]],
    [
      "words of different papers",
      "harbour agents",
      [
        ["harbour", "1 paper"],
        ["agents", "1 paper"],
      ],
    ],
    ["a phrase in another order", '"maps harbour"', [["maps harbour", "1 paper"]]],
    ["a word that no paper has", "zzyzx", []],
    ["markup", "<script>", []],
  ])("suggests searches that find papers for %s", async (_what, text, suggested) => {
    const $ = load(await harness.page(`/search?q=${encodeURIComponent(text)}`));
    expect($("[role=status]").text()).toBe(`No paper contains all of: ${text}`);
    const found = $("main .links li").map((_, item) => [[$(item).find("a").text(), $(item).find(".count").text()]]);
    expect(found.toArray()).toEqual(suggested);
    const [first] = suggested;
    const url = $("main .links a").first().attr("href") ?? "/daily/archive";
    expect(await harness.page(url.replace("/daily", ""))).toContain(first ? `>${first[1]}<` : "Friday, 2 October 2026");
  });
});
