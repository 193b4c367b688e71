import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { load } from "cheerio/slim";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freshHome, paperboy } from "../support/paperboy.js";
import { fillHome } from "../web/archive/archive-home.js";

const URL_OF_FOLDER = "https://example.org/papers";

let home: string;
beforeEach(async () => {
  home = freshHome();
  await fillHome(home, ["day:2026-10-01", "day:2026-10-02", "week:2026-W40", "search:private matters@2026-10-02"]);
});

const build = async (...flags: string[]) => {
  const { exit, json } = await paperboy(["archive", "build", "public", "--json", ...flags], { home });
  return { exit, result: json() };
};
const folder = () => path.join(home, "public");
const filesIn = () =>
  readdirSync(folder(), { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(folder(), name)).isFile())
    .toSorted();
/** Returns the modification time of each file except the manifest. */
const timesOfPages = () =>
  filesIn()
    .filter((name) => !name.startsWith("."))
    .map((name) => [name, statSync(path.join(folder(), name)).mtimeMs]);
const read = (name: string) => readFileSync(path.join(folder(), name), "utf8");

describe("archive build", () => {
  it("writes a folder for each page, and feeds if it knows the URL", async () => {
    expect(await build("--url", `${URL_OF_FOLDER}/`)).toMatchObject({ exit: 0, result: { removed: 0, feeds: true } });
    expect(filesIn()).toEqual(
      [
        ".paperboy-archive",
        ...["", "archive/", "archive/2026-10-01/", "archive/2026-10-02/", "archive/2026-W40/"].map(page),
        ...["archive/days/", "archive/weeks/", "archive/months/"].map(page),
        ...["2610.00001", "2610.00002", "2610.00003"].map((id) => page(`paper/${id}/`)),
        ...["editions", "papers"].flatMap((kind) => ["rss", "atom", "json"].map((format) => `feed/${kind}.${format}`)),
        ...["rss", "atom", "json"].map((format) => `feed/topics/sea-charts.${format}`),
        "card.png",
        ...["index.html", "papers.json", "search.js"].map((name) => `search/${name}`),
        "site.css",
      ].toSorted(),
    );
    expect(read("index.html")).toContain('action="./search/"');
    expect(read("feed/papers.json")).toContain(`"${URL_OF_FOLDER}/paper/2610.00001/"`);
    expect(filesIn().map(read).join("")).not.toMatch(/private matters/i);
  });

  it("announces and lists the feed of each topic that several papers share", async () => {
    await build("--url", URL_OF_FOLDER);
    for (const [name, base] of [
      ["index.html", "."],
      ["archive/weeks/index.html", "../.."],
    ] as const) {
      const page = load(read(name));
      const href = `${base}/feed/topics/sea-charts.rss`;
      expect(page("ul.topics a").attr()).toEqual({ href });
      expect(page("ul.topics").text().trim()).toBe("Sea charts");
      expect(page('link[rel=alternate][href*="topics"]').attr()).toMatchObject({
        href,
        type: "application/rss+xml",
        title: "Papers (RSS): Sea charts",
      });
    }
    const feed = load(read("feed/topics/sea-charts.rss"), { xml: true });
    expect(feed("channel > title").text()).toBe("Paperboy: papers: Sea charts");
    expect(feed(String.raw`atom\:link`).attr("href")).toBe(`${URL_OF_FOLDER}/feed/topics/sea-charts.rss`);
    const titles = feed("item > title").toArray();
    expect(titles.map((title) => feed(title).text())).toEqual(["Harbour maps", "Tides"]);
  });

  it("writes no feeds without a URL", async () => {
    expect(await build()).toMatchObject({ exit: 0, result: { feeds: false } });
    expect(filesIn().filter((name) => name.startsWith("feed"))).toEqual([]);
    expect(read("index.html")).not.toContain("feed/");
  });

  it("writes only files that have changed", async () => {
    const { result } = await build("--url", URL_OF_FOLDER);
    const before = timesOfPages();
    expect(await build("--url", URL_OF_FOLDER)).toMatchObject({ result: { written: 0, files: result["files"] } });
    expect(timesOfPages()).toEqual(before);
    await fillHome(home, ["day:2026-10-05"]);
    expect(await build("--url", URL_OF_FOLDER)).toMatchObject({ result: { removed: 0 } });
    expect(read("archive/index.html")).toContain("5 October 2026");
  });

  it("removes its own obsolete files and no others", async () => {
    mkdirSync(path.join(folder(), "notes"), { recursive: true });
    writeFileSync(path.join(folder(), "CNAME"), "papers.example.org");
    writeFileSync(path.join(folder(), "notes/index.html"), "mine");
    await build("--url", URL_OF_FOLDER);
    writeFileSync(path.join(folder(), "feed/papers.rss"), "mine now");
    expect(await build()).toMatchObject({ exit: 0, result: { removed: 9 } });
    expect([read("CNAME"), read("notes/index.html"), read("feed/papers.rss")]).toEqual([
      "papers.example.org",
      "mine",
      "mine now",
    ]);
    expect(existsSync(path.join(folder(), "feed/papers.atom"))).toBe(false);
  });

  it("refuses to overwrite a file that it did not write", async () => {
    mkdirSync(folder());
    writeFileSync(path.join(folder(), "index.html"), "my home page");
    const { exit, result } = await build();
    expect(exit).not.toBe(0);
    expect(result["message"]).toContain(path.join(folder(), "index.html"));
    expect(read("index.html")).toBe("my home page");
  });

  it("fails with io-failed when a folder cannot be written", async () => {
    mkdirSync(folder());
    writeFileSync(path.join(folder(), "archive"), "a file in place of a folder");
    const message = expect.stringMatching(/^cannot (?:read|write) .*archive.*\((?:EEXIST|ENOTDIR)\)$/);
    expect(await build()).toMatchObject({ exit: 9, result: { reason: "io-failed", message } });
  });

  it("continues after it was killed", async () => {
    await build("--url", URL_OF_FOLDER);
    const css = read("site.css");
    // State after a killed build: the manifest has an entry that was not written, and one file has its previous version.
    appendFileSync(
      path.join(folder(), ".paperboy-archive"),
      `${hashOf("before")} site.css\nabc archive/gone/index.html\n`,
    );
    writeFileSync(path.join(folder(), "site.css"), "before");
    expect(await build("--url", URL_OF_FOLDER)).toMatchObject({ exit: 0, result: { written: 1, removed: 0 } });
    expect(read("site.css")).toBe(css);
  });

  it("removes nothing outside of the folder, even if the manifest lists it", async () => {
    await build();
    const target = path.join(home, "paperboy.yaml");
    writeFileSync(target, "site: https://example.org\n");
    const hash = hashOf(readFileSync(target, "utf8"));
    appendFileSync(path.join(folder(), ".paperboy-archive"), `${hash} ../paperboy.yaml\n${hash} ${target}\n`);
    await build();
    expect(existsSync(target)).toBe(true);
  });

  it("refuses a URL that is not http or https", async () => {
    expect((await paperboy(["archive", "build", "public", "--url", "ftp://example.org"], { home })).exit).not.toBe(0);
  });
});

describe("on a static web host", () => {
  let server: Server;
  let root = "";
  beforeAll(async () => {
    server = createServer((request, response) => {
      const target = path.join(root, decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
      const file = target.endsWith("/") ? `${target}index.html` : target;
      // Strict: serves no page without its trailing slash.
      if (!existsSync(file) || statSync(file).isDirectory()) response.writeHead(404).end();
      else response.writeHead(200).end(readFileSync(file));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => void server.close());

  it.each(["/", "/below/some/path/"])("has no broken link at %s", async (base) => {
    root = path.join(home, "www");
    const days = Array.from({ length: 31 }, (_, day) => `day:2026-08-${String(day + 1).padStart(2, "0")}`);
    await fillHome(home, days);
    const where = path.join("www", base);
    mkdirSync(path.join(home, where), { recursive: true });
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    await paperboy(["archive", "build", where, "--url", `${origin}${base}`], { home });
    const seen = new Set([`${origin}${base}`]);
    for (const url of seen) {
      const answer = await fetch(url);
      expect(`${answer.status} ${url}`).toBe(`200 ${url}`);
      for (const link of linksIn(await answer.text(), url)) if (link.startsWith(origin)) seen.add(link);
    }
    // 31 days, 3 other editions, their papers, lists, feeds.
    expect(seen.size).toBeGreaterThan(31 + 3 + 3 + 6 + 5);
    expect([...seen]).toContain(`${origin}${base}archive/days/2/`);
  });
});

function page(place: string): string {
  return `${place}index.html`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Returns all URLs of a page or feed without fragments. */
function linksIn(text: string, url: string): string[] {
  const links = url.endsWith(".json") ? inJson(text) : inMarkup(text, /\.(?:rss|atom)$/.test(url));
  return links
    .filter((link) => link !== "" && !link.startsWith("data:"))
    .map((link) => new URL(link, url).href.replace(/#.*$/, ""));
}

function inJson(text: string): string[] {
  const { home_page_url: home, items } = JSON.parse(text) as { home_page_url: string; items: { url: string }[] };
  return [home, ...items.map(({ url }) => url)];
}

function inMarkup(text: string, xml: boolean): string[] {
  const $ = load(text, { xml });
  const named = $("[href]").map((_, element) => $(element).attr("href"));
  const told = $("link, guid").map((_, element) => $(element).text());
  return [...named.toArray(), ...told.toArray()];
}
