import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFetcher } from "../../src/fetch/fetcher.js";
import { keepBrokenPage } from "../../src/fetch/cache.js";

const NOW = new Date("2026-03-10T08:00:00Z");
const OPTIONS = { cacheDir: null, userAgent: "Paperboy/test", clock: () => NOW };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "paperboy-file-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("a file", () => {
  it.each([
    ["day.html", "text/html"],
    ["day.HTM", "text/html"],
    ["day.json", "application/json"],
    ["day.txt", null],
  ])("%s is read as %s", async (name, mediaType) => {
    const file = path.join(folder, name);
    await writeFile(file, "Café");
    expect(await createFetcher(OPTIONS).fetch({ type: "file", path: file })).toEqual({
      url: null,
      body: "Café",
      mediaType,
      fetchedAt: NOW,
      generatedAt: null,
      from: "file",
    });
  });

  it.each([
    ["", "it is a directory"],
    ["large.html", "it is over 64 MB"],
  ])("%j is refused: %s", async (name, why) => {
    const large = path.join(folder, "large.html");
    await writeFile(large, "");
    await truncate(large, 64 * 1_048_576 + 1);
    const file = path.join(folder, name);
    await expect(createFetcher(OPTIONS).fetch({ type: "file", path: file })).rejects.toMatchObject({
      code: "usage",
      message: `cannot read ${file}: ${why}`,
      hint: expect.stringContaining("saved page") as unknown,
    });
  });

  it("ends as io-failed when it cannot be read", async () => {
    const file = path.join(folder, "missing.html");
    await expect(createFetcher(OPTIONS).fetch({ type: "file", path: file })).rejects.toMatchObject({
      code: "io-failed",
      message: `cannot read ${file}: no such file or directory (ENOENT)`,
    });
  });
});

describe("standard input", () => {
  it("is read completely", async () => {
    const stdin = Readable.from([Buffer.from("Caf"), Buffer.from([0xc3]), Buffer.from([0xa9])]);
    expect(await createFetcher({ ...OPTIONS, stdin: () => stdin }).fetch({ type: "stdin" })).toEqual({
      url: null,
      body: "Café",
      mediaType: null,
      fetchedAt: NOW,
      generatedAt: null,
      from: "file",
    });
  });

  it("is refused when it is not connected", async () => {
    await expect(createFetcher(OPTIONS).fetch({ type: "stdin" })).rejects.toMatchObject({ code: "usage" });
  });
});

describe("keepBrokenPage", () => {
  const page = {
    url: null,
    body: "<p>odd",
    mediaType: "text/html",
    fetchedAt: NOW,
    generatedAt: null,
    from: "network",
  } as const;

  it("saves the same page once a day, as a file that can be parsed again", async () => {
    const kept = await keepBrokenPage(path.join(folder, "broken"), page, NOW);
    expect(await keepBrokenPage(path.join(folder, "broken"), page, NOW)).toBe(kept);
    expect(path.basename(kept ?? "")).toMatch(/^2026-03-10-[0-9a-f]{12}\.html$/);
    expect(await createFetcher(OPTIONS).fetch({ type: "file", path: kept ?? "" })).toMatchObject({ body: page.body });
  });

  it("returns null when the folder is not writable", async () => {
    await writeFile(path.join(folder, "in-the-way"), "");
    expect(await keepBrokenPage(path.join(folder, "in-the-way"), page, NOW)).toBeNull();
  });
});
