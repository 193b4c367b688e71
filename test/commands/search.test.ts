import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { buildApi, buildPage } from "../support/page-builder.js";
import { makeEntry, manyEntries } from "../support/papers.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import { describeRealPages, realPage } from "../support/real-pages.js";
import { SEARCH_FORMS, SEARCHED, searchTextPapers } from "../support/search-text.js";
import type { Route } from "../support/site.js";
import { useServers } from "./servers.js";

const { site } = useServers();
const reader = "you@example.com";
const query = "origami boats";
const found = ["2605.00001", "2401.00002", "2606.00003"].map((id, place) =>
  makeEntry({ paper: { id, title: `Origami Boats No. ${place + 1}`, upvotes: place } }),
);
const listing = buildPage({ kind: "day", date: "2026-10-05", entries: manyEntries(12, 5) });
const results = buildPage({ kind: "search", query, entries: found, listing: manyEntries(12, 5), date: "2026-10-05" });
const nothing = buildPage({ kind: "search", query, entries: [], withCards: false });
const json = (body: string) => ({ body, headers: { "content-type": "application/json" } });

interface Answers {
  readonly page?: Route;
  readonly api?: Route;
}

async function run({ page = {}, api = { status: 500 } }: Answers, environment: Record<string, string> = {}) {
  const { url, requests } = await site({ "/papers": page, "/api/papers/search": api });
  const home = freshHome();
  const args = ["run", `search:${query}`, "--to", reader, "--json"];
  const ran = await paperboy(args, { environment: { PAPERBOY_SITE_URL: url, ...environment }, home });
  const { reason, message, editions, warnings, failures } = ran.json() as {
    readonly reason: string;
    readonly message: string;
    readonly editions?: readonly { readonly id: string; readonly papers: number }[];
    readonly warnings: readonly string[];
    readonly failures?: readonly { readonly hint: string | null }[];
  };
  const broken = path.join(home, "pages", "broken");
  const hint = failures?.[0]?.hint;
  return { ...ran, reason, message, hint, edition: editions?.[0], warnings, requests, kept: filesIn(broken), url };
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const refused = { status: 403 };

describe("a run of a search", () => {
  it.each<[string, Answers, string, number]>([
    ["the page has the results", { page: { body: results } }, "sent", 3],
    ["the page has them slowly", { page: { body: results, delayMs: 300 } }, "sent", 3],
    [
      "the page is the listing of the day, and the API has them",
      { page: { body: listing }, api: json(buildApi(found)) },
      "sent",
      3,
    ],
    [
      "the API has them slowly",
      { page: { body: listing }, api: { ...json(buildApi(found)), delayMs: 300 } },
      "sent",
      3,
    ],
    ["the site refuses the page, and the API has them", { page: refused, api: json(buildApi(found)) }, "sent", 3],
    ["the page fails, and the API has them", { page: { status: 404 }, api: json(buildApi(found)) }, "sent", 3],
    ["the page has no results", { page: { body: nothing } }, "no-papers", 0],
    ["the page is the listing, and the API has none", { page: { body: listing }, api: json("[]") }, "no-papers", 0],
    ["both refuse", { page: refused, api: refused }, "fetch-failed", 0],
    ["the page is the listing, and the API refuses", { page: { body: listing }, api: refused }, "fetch-failed", 0],
    [
      "both answer with a listing",
      { page: { body: listing }, api: json(buildApi(manyEntries(12, 5))) },
      "layout-changed",
      0,
    ],
    ["the API answers with an error", { page: { body: listing }, api: json('{"error":"no"}') }, "layout-changed", 0],
    [
      "the page has the results of other words",
      { page: { body: results.replaceAll("origami boats", "tin cans") }, api: json("{}") },
      "layout-changed",
      0,
    ],
  ])("when %s", async (_, answers, reason, papers) => {
    const { reason: ended, edition } = await run(answers);
    const id = papers > 0 ? `search:${query}@2026-10-05` : null;
    expect([ended, edition?.id ?? null, edition?.papers ?? 0]).toEqual([reason, id, papers]);
  });

  it("asks the API once, and says where the papers came from", async () => {
    const { requests, warnings, kept } = await run({ page: { body: listing }, api: json(buildApi(found)) });
    expect(requests.map((request) => request.path)).toEqual([
      "/papers?q=origami%20boats",
      "/api/papers/search?q=origami%20boats",
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/shows no query, but day 2026-10-05; Paperboy read the site's API instead/),
    ]);
    expect(kept).toEqual([]);
  });

  it("does not ask the API where `api: false` forbids it, and keeps the page", async () => {
    const api = json(buildApi(found));
    const { reason, hint, requests, kept } = await run({ page: { body: listing }, api }, { PAPERBOY_API: "false" });
    expect(reason).toBe("layout-changed");
    expect(hint).toContain("`api: false` forbids its use");
    expect([requests.length, kept.length]).toEqual([1, 1]);
  });

  it("reports why both the page and the API failed", async () => {
    const { message } = await run({ page: { body: listing }, api: refused });
    expect(message).toMatch(/shows no query, .*; the site's API failed as well: cannot fetch .*\/api\/papers\/search/);
  });

  it("gives the same reading in `parse`, with the name of the format", async () => {
    const { url } = await site({ "/papers": { body: listing }, "/api/papers/search": json(buildApi(found)) });
    const environment = { PAPERBOY_SITE_URL: url };
    const { stdout } = await paperboy(["parse", `search:${query}`], { environment });
    expect(JSON.parse(stdout)).toMatchObject({ kind: "search", reader: "api", papers: { length: 3 } });
    const { stderr } = await paperboy(["run", `search:${query}`, "--to", reader], { environment, isTTY: true });
    expect(stderr).toContain("3 papers of search from the site's API");
  });

  it("is replayed from its record", async () => {
    const { url } = await site({ "/papers": refused, "/api/papers/search": json(buildApi(found)) });
    const environment = { PAPERBOY_SITE_URL: url, PAPERBOY_RECORDS: "true" };
    const { home } = await paperboy(["run", `search:${query}`, "--to", reader], { environment });
    const { exit, stdout } = await paperboy(["replay", readdirSync(path.join(home, "records"))[0] ?? ""], { home });
    expect([exit, stdout]).toEqual([0, expect.stringContaining("identical")]);
  });
});

describeRealPages("the letter of the original search", () => {
  it.each(["data", "cards", "api"] as const)("has its 25 papers from the %s", async (form) => {
    const routes =
      form === "api"
        ? { "/papers": { body: realPage("daily-2026-05-13.html") }, "/api/papers/search": json(SEARCH_FORMS.api()) }
        : { "/papers": { body: SEARCH_FORMS[form]() } };
    const { url } = await site(routes);
    const args = ["run", `search:${SEARCHED}`, "--to", reader, "--json"];
    const { json: result, home } = await paperboy(args, { environment: { PAPERBOY_SITE_URL: url } });
    expect(result()).toMatchObject({ reason: "sent", editions: [{ papers: 25 }] });
    const file = readdirSync(path.join(home, "outbox")).find((name) => name.endsWith(".eml")) ?? "";
    const { text = "", html = "" } = await PostalMime.parse(readFileSync(path.join(home, "outbox", file)));
    const plain = text.replaceAll(/\s+/g, " ");
    for (const { shownTitle } of searchTextPapers()) expect(plain).toContain(shownTitle);
    expect(plain).toContain("we introduce a novel input-aware backdoor attack method, IAG");
    expect(`${plain}${html}`).not.toMatch(/protected\]|email-protection|\\%|2\.29times/);
  });
});
