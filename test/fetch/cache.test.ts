import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileNameFor, folderCache, type SavedPage } from "../../src/fetch/cache.js";

const ADDRESS = "https://papers.example/papers/date/2026-03-09";
const AT = new Date("2026-03-10T08:00:00Z");
const PAGE: SavedPage = {
  url: ADDRESS,
  etag: 'W/"abc"',
  lastModified: null,
  contentType: "text/html; charset=utf-8",
  generatedAt: new Date("2026-03-09T16:17:00Z"),
  body: Buffer.from("<p>Café</p>"),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "paperboy-cache-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("folderCache", () => {
  it("loads a saved page, and returns null for another address", async () => {
    const cache = folderCache(path.join(folder, "made", "when", "missing"));
    await cache.save(ADDRESS, PAGE, AT);
    expect(await cache.load(ADDRESS)).toEqual(PAGE);
    expect(await cache.load(`${ADDRESS}?p=1`)).toBeNull();
  });

  it("writes two files with a readable name, and leaves no temporary file", async () => {
    await folderCache(folder).save(ADDRESS, PAGE, AT);
    await folderCache(folder).save(ADDRESS, PAGE, AT);
    const name = fileNameFor(ADDRESS);
    expect(name).toMatch(/^papers\.example-papers-date-2026-03-09-[0-9a-f]{16}$/);
    expect((await readdir(folder)).toSorted()).toEqual([`${name}.body`, `${name}.json`]);
  });

  it.each([
    ["cut", ".body", "<p>Ca"],
    ["replaced", ".json", "{"],
    ["of another kind", ".json", "[]"],
    ["null", ".json", "null"],
    ["without a digest", ".json", `{"url":"${ADDRESS}","etag":"x"}`],
  ])("does not trust a page whose file is %s", async (_name, ending, content) => {
    const cache = folderCache(folder);
    await cache.save(ADDRESS, PAGE, AT);
    await writeFile(path.join(folder, fileNameFor(ADDRESS) + ending), content);
    expect(await cache.load(ADDRESS)).toBeNull();
  });

  it("sends no validator that would break a header line", async () => {
    const cache = folderCache(folder);
    await cache.save(ADDRESS, { ...PAGE, etag: '"a"\r\nx-evil: 1' }, AT);
    expect(await cache.load(ADDRESS)).toMatchObject({ etag: null });
  });
});

describe("fileNameFor", () => {
  it.each([
    "https://me:secret@papers.example/a",
    `https://papers.example/${"x/../".repeat(100)}?q=..%2f..`,
    "https://x/é",
  ])("makes a safe file name of %s", (url) => {
    expect(fileNameFor(url)).toMatch(/^[a-z0-9][a-z0-9.-]{0,97}$/i);
    expect(fileNameFor(url)).not.toContain("secret");
  });
});
