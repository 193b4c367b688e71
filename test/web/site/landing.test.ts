import { load } from "cheerio/slim";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { AGENTS, HARBOUR, openArchiveHarness } from "../archive/harness.js";
import type { ArchiveHarness } from "../archive/harness.js";
import { csrfTokenIn, pathIn, PUBLIC_URL } from "./harness.js";

let harness: ArchiveHarness;
beforeEach(async () => {
  harness = await openArchiveHarness();
});
afterEach(() => harness.close());

const landing = async (language = "") =>
  load(await (await harness.ask("/", language === "" ? {} : { "accept-language": language })).text());

describe("the landing page", () => {
  it("describes the newsletter and shows the latest issue as a letter does", async () => {
    await harness.save("week:2026-W40", [AGENTS]);
    await harness.save("day:2026-10-01", [AGENTS]);
    await harness.save("day:2026-10-02");
    const $ = await landing();
    expect($("main .intro").text()).toMatch(/^Evening Post mails you the AI research papers of Hugging Face’s Daily/);
    expect($("main > .meta").text()).toMatch(/^The latest issue: 2 papers, 1 with code\. About a minute to read\./);
    expect($("#issue-title").text()).toBe("The latest issue: Friday, 2 October 2026");
    const titles = $("#issue article h3 a").map((_, link) => [[$(link).text(), $(link).attr("href")]]);
    expect(titles.toArray()).toEqual([
      ["Harbour maps", "/daily/paper/2610.00001"],
      ["Agents at sea", "/daily/paper/2610.00002"],
    ]);
    expect($("#issue").text()).toContain("We map harbours.");
    expect($("#issue a[href='/daily/archive/2026-10-02']").length).toBe(1);
    expect($("main > .small").text()).toMatch(/do not track you/);
  });

  it("shows a form without an issue before the first edition, and an edition of any kind before the first day", async () => {
    expect((await landing())("#issue").length).toBe(0);
    await harness.save("search:rare illness@2026-10-02");
    expect((await landing())("#issue").length).toBe(0);
    await harness.save("month:2026-09");
    expect((await landing())("#issue-title").text()).toBe("The latest issue: September 2026");
  });

  it("is the target of the link in the footer of a letter, with and without a trailing slash", async () => {
    const answer = await harness.ask("");
    expect([answer.status, answer.headers.get("location")]).toEqual([301, "/daily/"]);
    expect((await harness.ask("/")).status).toBe(200);
  });

  it("describes itself to search engines and previews of links", async () => {
    await harness.save("day:2026-10-02");
    const $ = await landing();
    const meta = (name: string) => $(`meta[name="${name}"], meta[property="${name}"]`).attr("content");
    expect(meta("description")).toMatch(/^Evening Post mails you/);
    expect(meta("og:description")).toBe(meta("description"));
    expect(meta("og:title")).toBe("The daily papers in your inbox");
    expect($(`link[rel="canonical"]`).attr("href")).toBe(`${PUBLIC_URL}/`);
    const picture = await harness.ask((meta("og:image") ?? "").replace(PUBLIC_URL, ""));
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(picture.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    const bytes = Buffer.from(await picture.arrayBuffer());
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1200, 630]);
  });

  it("is in the visitor's language where it is translated", async () => {
    await harness.save("day:2026-10-02");
    for (const [accepted, language] of [
      ["de-AT,de;q=0.9,en;q=0.8", "de"],
      ["fr-FR, DE;q=0.5, en;q=0.4", "de"],
      ["en-US,en;q=0.9,de;q=0.8", "en"],
      ["de;q=0, fr", "en"],
      ["*", "en"],
      [";;;q=", "en"],
    ] as const) {
      const $ = await landing(accepted);
      expect([accepted, $("html").attr("lang")]).toEqual([accepted, language]);
      expect($("#issue-title").text()).toContain(language === "de" ? "Freitag, 2. Oktober" : "Friday, 2 October");
      const answer = await harness.ask("/archive/2026-10-02", { "accept-language": accepted });
      expect(answer.headers.get("vary")).toBe("Accept-Language");
      expect(await answer.text()).toContain(language === "de" ? "Oktober" : "October");
    }
  });

  it("mails and subscribes in the language of the form", async () => {
    const headers = { "accept-language": "de" };
    const csrf = csrfTokenIn(await (await harness.ask("/", headers)).text());
    harness.pass(5_000);
    await harness.post("/daily/subscribe", { csrf, email: "lena@example.com" }, { headers });
    const [mail] = await harness.mails();
    if (!mail) throw new Error("no mail is queued");
    expect(mail.subject).toBe("Bitte bestätigen Sie Ihr Abonnement von Evening Post");
    await harness.post(pathIn(mail), {});
    expect((await harness.store.subscribers.find("lena@example.com"))?.view.language).toBe("de");
  });

  it("keeps the operator's language for letters when the visitor has no other one", async () => {
    await harness.close();
    harness = await openArchiveHarness({ view: { ...DEFAULT_VIEW, language: "de" } });
    expect((await landing())("html").attr("lang")).toBe("de");
    expect((await landing("en"))("html").attr("lang")).toBe("en");
    expect((await harness.page("/feed/editions.atom")).match(/xml:lang="(\w+)"/)?.[1]).toBe("de");
  });
});

describe("the sitemap", () => {
  it("lists the public pages, is named in robots.txt, and no private edition is in it", async () => {
    await harness.save("day:2026-10-02");
    await harness.save("search:rare illness@2026-10-02");
    expect(await (await harness.ask("/robots.txt")).text()).toContain(`\nSitemap: ${PUBLIC_URL}/sitemap.xml\n`);
    const $ = load(await harness.page("/sitemap.xml"), { xml: true });
    const urls = $("url > loc").map((_, loc) => $(loc).text().replace(PUBLIC_URL, ""));
    expect(urls.toArray()).toEqual(["/", "/archive", "/archive/weeks", "/archive/months", "/archive/2026-10-02"]);
    expect($("url > lastmod").first().text()).toBe("2026-10-05T07:00:00.000Z");
  });

  it("gives every public page its canonical address and a description", async () => {
    await harness.save("day:2026-10-02", [HARBOUR]);
    for (const path of ["/archive", "/archive/2026-10-02", "/paper/2610.00001"]) {
      const $ = load(await harness.page(path));
      expect($(`link[rel="canonical"]`).attr("href")).toBe(PUBLIC_URL + path);
      expect($(`meta[name="description"]`).attr("content")).toMatch(/\w/);
    }
    for (const path of ["/search?q=harbour", "/sent", "/nothing"]) {
      expect(load(await (await harness.ask(path)).text())(`link[rel="canonical"]`).length).toBe(0);
    }
  });
});
