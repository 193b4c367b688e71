import { beforeEach, describe, expect, it } from "vitest";
import type { Edition, Paper } from "../../../src/core/model.js";
import type { ArchiveSearch, Channel, Store } from "../../../src/store/store.js";
import { paperOf } from "../../support/papers-model.js";
import { edition, HOUR, later, NOW, prepare, reader } from "./fixtures.js";
import type { Opened } from "./fixtures.js";

const PRIVATE = [
  "search:rare illness@2026-03-09",
  "trending@2026-03-09",
  "url:https://example.org/private@2026-03-09",
  "file:0a1b2c",
  "paper:2603.00001",
];

function withPapers(id: string, papers: readonly Paper[]): Edition {
  return { ...edition(id), papers };
}

/** The public archive and its search. */
export function archiveContract(use: () => Opened): void {
  describe("archive", () => {
    let store: Store;
    beforeEach(async () => {
      ({ store } = use());
      await store.subscribers.add([reader("reader@example.org")], { now: NOW });
    });

    const mail = (of: Edition, at = NOW, channel: Channel = "smtp") =>
      prepare(store, of, { query: { now: at, channel, hadSince: at } });
    const dates = async (kind: "day" | "week" | "month" | null, offset = 0) =>
      (await store.archive.editions({ kind, limit: 3, offset })).editions.map(({ date }) => date);
    const recent = async () =>
      (await store.archive.recent({ limit: 10, offset: 0 })).map(({ paper }) => paper.title || paper.id);
    const around = async (date: string) => {
      const { before, next } = await store.archive.neighbours(date);
      return [before?.date ?? null, next?.date ?? null];
    };
    const search = async (text: string, given: Partial<ArchiveSearch> = {}) => {
      const query = { text, order: "relevance", limit: 10, offset: 0, ...given } as const;
      const { total, papers } = await store.archive.search(query);
      return { total, titles: papers.map(({ paper }) => paper.title) };
    };
    const titles = async (text: string, given: Partial<ArchiveSearch> = {}) => (await search(text, given)).titles;

    it("contains an edition as it was frozen once it is prepared", async () => {
      const papers = ["a", "b", "a", "c"].map((id) => paperOf(id, { title: `On ${id}` }));
      const day = withPapers("day:2026-03-09", papers);
      await mail(day);
      expect(await store.archive.edition("2026-03-09")).toEqual({
        editionId: "day:2026-03-09",
        kind: "day",
        date: "2026-03-09",
        at: NOW,
        papers: 3,
        titles: ["On a", "On b", "On c"],
        edition: day,
      });
      expect(await store.archive.edition("2026-03-10")).toBeNull();
    });

    it.each(PRIVATE)("never contains the private edition %s", async (id) => {
      await mail(withPapers(id, [paperOf("2603.00001", { title: "Private matters" })]));
      await store.archive.index();
      expect(await store.archive.editions({ kind: null, limit: 9, offset: 0 })).toEqual({ total: 0, editions: [] });
      expect(await store.archive.paper("2603.00001")).toBeNull();
      expect(await titles("private")).toEqual([]);
      expect(await recent()).toEqual([]);
      for (const date of [id, id.replace(/^\w+:/, ""), "2026-03-09"]) {
        expect(await store.archive.edition(date)).toBeNull();
      }
    });

    it("never contains an edition without deliveries", async () => {
      await prepare(store, edition("day:2026-03-09"), { without: () => "no-match" });
      await store.archive.index();
      expect(await dates(null)).toEqual([]);
    });

    it("lists one kind by date and all kinds by time of preparation, newest first", async () => {
      const ids = ["week:2026-W11", "day:2026-03-12", "month:2026-02", "days:2026-03-07..2026-03-09", "day:2026-03-10"];
      for (const [index, id] of ids.entries()) await mail(edition(id, [id]), later(index * HOUR));
      expect(await dates("day")).toEqual(["2026-03-12", "2026-03-10", "2026-03-07..2026-03-09"]);
      expect(await dates("week")).toEqual(["2026-W11"]);
      expect(await dates("month")).toEqual(["2026-02"]);
      expect(await dates(null)).toEqual(["2026-03-10", "2026-03-07..2026-03-09", "2026-02"]);
      expect(await dates(null, 3)).toEqual(["2026-03-12", "2026-W11"]);
      expect((await store.archive.editions({ kind: "day", limit: 1, offset: 1 })).total).toBe(3);
    });

    it("replaces an edition of the outbox with a mailed one of the same date", async () => {
      await mail(edition("day:2026-03-09", ["early", "both"]), NOW, "outbox");
      const before = await store.archive.version();
      expect(await recent()).toEqual(["early", "both"]);
      await mail(edition("day:2026-03-09", ["both", "late"]), later(HOUR));
      expect(await recent()).toEqual(["late", "both"]);
      expect(await store.archive.paper("early")).toBeNull();
      expect(await store.archive.version()).not.toBe(before);
      const after = await store.archive.version();
      await mail(edition("days:2026-03-08..2026-03-09", ["both"]), later(HOUR), "outbox");
      expect(await store.archive.edition("2026-03-09")).toMatchObject({ papers: 2, at: later(HOUR) });
      expect(await store.archive.version()).not.toBe(after);
    });

    it("returns a paper as in its newest edition, with all its editions", async () => {
      await mail(withPapers("day:2026-03-09", [paperOf("p", { upvotes: 3 })]));
      await mail(withPapers("week:2026-W11", [paperOf("p", { upvotes: 40 })]), later(HOUR));
      expect(await store.archive.paper("p")).toEqual({
        paper: paperOf("p", { upvotes: 40 }),
        editions: [
          { editionId: "week:2026-W11", kind: "week", date: "2026-W11", at: later(HOUR) },
          { editionId: "day:2026-03-09", kind: "day", date: "2026-03-09", at: NOW },
        ],
      });
      expect(await store.archive.paper("q")).toBeNull();
    });

    it("lists recent papers by the time they were first mailed, then by position on the page", async () => {
      await mail(edition("day:2026-03-09", ["b", "a"]));
      await mail(edition("day:2026-03-10", ["d", "b", "c"]), later(HOUR));
      expect(await recent()).toEqual(["d", "c", "b", "a"]);
      const some = await store.archive.recent({ limit: 2, offset: 1 });
      expect(some.map(({ paper }) => paper.id)).toEqual(["c", "b"]);
    });

    it("finds the editions before and after one, of the same kind", async () => {
      const ids = ["day:2026-03-09", "days:2026-03-07..2026-03-08", "week:2026-W11", "day:2026-03-12"];
      for (const [index, id] of ids.entries()) await mail(edition(id, [id]), later(index * HOUR));
      expect(await around("2026-03-07..2026-03-08")).toEqual([null, "2026-03-09"]);
      expect(await around("2026-03-09")).toEqual(["2026-03-07..2026-03-08", "2026-03-12"]);
      expect(await around("2026-03-12")).toEqual(["2026-03-09", null]);
      expect(await around("2026-W11")).toEqual([null, null]);
      expect(await around("2026-03-10")).toEqual([null, null]);
    });

    it("ranks papers with the exact phrase first, and finds a quoted phrase alone", async () => {
      const papers = [
        paperOf("1", { title: "A model of diffusion", abstract: "A diffusion without a model." }),
        paperOf("2", { title: "Tides", abstract: "We train a diffusion model for tides." }),
        paperOf("3", { title: "Models", keywords: ["diffusion modelling"] }),
        paperOf("4", { title: "Model", authors: [{ name: "Diffusion" }] }),
      ];
      await mail(withPapers("day:2026-03-09", papers));
      const found = await titles("diffusion model");
      expect(found.slice(0, 2).toSorted()).toEqual(["Models", "Tides"]);
      expect(found.slice(2).toSorted()).toEqual(["A model of diffusion", "Model"]);
      for (const text of [`"diffusion model"`, "“Diffusion Model”", `tides "diffusion model"`]) {
        expect([text, await search(text)]).toEqual([text, { total: 1, titles: ["Tides"] }]);
      }
      expect(await titles(`"model tides"`)).toEqual([]);
      expect((await titles(`diffusion "model`)).length).toBe(4);
    });

    describe("archive search", () => {
      beforeEach(async () => {
        const papers = [
          paperOf("1", { title: "Harbour maps", abstract: "We fine-tune small models on C++ and Qwen2.5." }),
          paperOf("2", { title: "Small boats", authors: [{ name: "Zoë Müller" }], keywords: ["harbours"] }),
          paperOf("3", { title: "深度学习", summary: "A summary of tides." }),
        ];
        await mail(withPapers("day:2026-03-09", papers));
      });

      it.each([
        ["a word of a title", "maps", ["Harbour maps"]],
        ["a name without its case and accents", "MULLER zoe", ["Small boats"]],
        ["a keyword", "harbours", ["Small boats"]],
        ["a word of an abstract", "models", ["Harbour maps"]],
        ["a word of a summary", "tides", ["深度学习"]],
        ["part of a text in a script without spaces", "学习", ["深度学习"]],
        ["a hyphenated word written as one word", "finetune", ["Harbour maps"]],
        ["a hyphenated word written as two words", "fine tune", ["Harbour maps"]],
        ["a word with signs", "c++", ["Harbour maps"]],
        ["a number with a decimal point", "qwen2.5", ["Harbour maps"]],
        ["no part of a number with a decimal point", "qwen2", ["Harbour maps"]],
        ["a paper with all of several words", "small zoe", ["Small boats"]],
        ["nothing when one word is missing", "small zoe train", []],
        ["no prefix other than the last word", "harb maps", []],
        ["no word by a prefix of one letter", "h", []],
        ["nothing for an empty text", "", []],
        ["nothing for punctuation", `"'*()-:^`, []],
      ])("finds %s", async (_what, text, wanted) => {
        expect(await titles(text)).toEqual(wanted);
      });

      it("orders titles before abstracts, or newest first", async () => {
        await mail(withPapers("day:2026-03-10", [paperOf("4", { title: "Trains", abstract: "Small." })]), later(HOUR));
        expect((await titles("small"))[0]).toBe("Small boats");
        expect(await titles("small", { order: "newest" })).toEqual(["Trains", "Harbour maps", "Small boats"]);
        expect(await search("small", { order: "newest", limit: 1, offset: 1 })).toEqual({
          total: 3,
          titles: ["Harbour maps"],
        });
      });

      const untrusted = [
        `maps" OR "boats`,
        "maps OR boats",
        "title:maps NEAR(boats)",
        "maps* -boats ^x",
        "NOT maps",
        "{title}: maps",
        "'; DROP TABLE editions; --",
        "\0maps\u2028",
        "((((",
        "a".repeat(100_000),
        "word ".repeat(20_000),
      ].map((text) => [text.slice(0, 40), text] as const);
      it.each(untrusted)("reads untrusted text as plain words: %j", async (_start, text) => {
        expect((await search(text)).total).toBeLessThanOrEqual(1);
        expect(await titles("maps")).toEqual(["Harbour maps"]);
      });

      it("indexes a paper again when its words change", async () => {
        await mail(withPapers("day:2026-03-10", [paperOf("1", { title: "Lighthouse maps" })]), later(HOUR));
        expect(await titles("harbour maps")).toEqual([]);
        expect(await titles("lighthouse")).toEqual(["Lighthouse maps"]);
      });
    });

    it("changes only by index and prepare", async () => {
      await mail(edition("day:2026-03-09"));
      const before = await store.archive.version();
      expect(await store.archive.index()).toBe(0);
      expect(await store.archive.version()).toBe(before);
    });
  });
}
