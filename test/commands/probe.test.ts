import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { buildApi, buildPage } from "../support/page-builder.js";
import { makeEntry, manyEntries } from "../support/papers.js";
import { paperboy, projectRoot } from "../support/paperboy.js";
import type { Route } from "../support/site.js";
import { useServers } from "./servers.js";

const { site } = useServers();
const now = "2026-10-05T07:00:00Z";
const entries = manyEntries(12, 6);
const found = ["2605.00001", "2506.00002"].map((id) => makeEntry({ paper: { id, title: "Diffusion Models at Dawn" } }));
const next = { nextDate: "2026-10-05" };

/** A Monday: the last weekday is a Friday. */
const PAGES: Readonly<Record<string, Route>> = {
  "/papers/date/2026-10-02": { body: buildPage({ kind: "day", date: "2026-10-02", ...next, entries }) },
  "/papers/week/2026-W40": { body: buildPage({ kind: "week", date: "2026-W40", entries }) },
  "/papers/month/2026-09": { body: buildPage({ kind: "month", date: "2026-09", entries }) },
  "/papers/trending": { body: buildPage({ kind: "trending", entries }) },
  "/papers?q=diffusion%20models": { body: buildPage({ kind: "search", query: "diffusion models", entries: found }) },
  "/papers/2310.03744": { body: buildPage({ kind: "paper", entries: [makeEntry({ paper: { id: "2310.03744" } })] }) },
};
const KINDS = ["day", "week", "month", "trending", "search", "paper"];

async function probe(pages: Readonly<Record<string, Route>>, ...args: string[]) {
  const { url, requests } = await site(pages);
  const at = { environment: { PAPERBOY_SITE_URL: url, PAPERBOY_FROM: "Ada <ada@example.org>" }, now };
  const { json } = await paperboy(["probe", ...args, "--json"], at);
  const { exit, stdout } = await paperboy(["probe", ...args], at);
  const report = json() as {
    readonly reason?: string;
    readonly probe: { readonly site: string; readonly kinds: readonly Record<string, unknown>[] };
  };
  return { exit, stdout, report, url, paths: requests.slice(0, requests.length / 2).map((request) => request.path) };
}

describe("paperboy probe", () => {
  it("reads one page of each kind, one after the other, and reports what it found", async () => {
    const { exit, report, stdout, paths } = await probe(PAGES);
    expect([exit, paths]).toEqual([0, Object.keys(PAGES)]);
    expect(
      report.probe.kinds.map(({ kind, reason, reader, papers, drift }) => [kind, reason, reader, papers, drift]),
    ).toEqual(KINDS.map((kind) => [kind, null, "data", { search: 2, paper: 1 }[kind] ?? 12, []]));
    expect(report.probe.kinds[0]).toMatchObject({ fields: { title: 12, abstract: 12, authors: 12, upvotes: 12 } });
    expect(stdout).toMatch(/\| search \| search:diffusion models \| ok \| data \| 2 \| 0 \|/);
    expect(stdout).toContain("No differences from the known format.");
  });

  it("reports the format that was read, and the differences", async () => {
    const listing = buildPage({ kind: "day", date: "2026-10-05", entries });
    const { exit, report } = await probe({
      ...PAGES,
      "/papers/trending": { body: buildPage({ kind: "trending", entries, withData: false }) },
      "/papers?q=diffusion%20models": { body: listing },
      "/api/papers/search": { body: buildApi(found), headers: { "content-type": "application/json" } },
    });
    expect(exit).toBe(0);
    const [trending, search] = report.probe.kinds.slice(3);
    expect(trending).toMatchObject({
      reader: "cards",
      drift: [expect.stringMatching(/no data-props/), expect.anything()],
    });
    expect(search).toMatchObject({ reader: "api", papers: 2, drift: [expect.stringMatching(/shows no query/)] });
  });

  it.each<[string, Readonly<Record<string, Route>>, string, number]>([
    ["a page that changed", { "/papers/week/2026-W40": { body: "<h1>New</h1>" } }, "layout-changed", 6],
    ["a page of another kind", { "/papers/month/2026-09": PAGES["/papers/trending"] ?? {} }, "layout-changed", 6],
    ["a page that the site refuses", { "/papers/trending": { status: 403 } }, "fetch-failed", 5],
  ])("fails for %s, and reads the others", async (_, changed, reason, status) => {
    const { exit, report } = await probe({ ...PAGES, ...changed });
    expect([exit, report.reason]).toEqual([status, reason]);
    expect(report.probe.kinds.filter((kind) => kind["reason"] === null)).toHaveLength(5);
  });

  it("contains no address, setting or paper", async () => {
    const { url, stdout, report } = await probe({ ...PAGES, "/papers/trending": { status: 403 } });
    const { host } = new URL(url);
    for (const text of [stdout, JSON.stringify(report)]) {
      expect(text).not.toMatch(/ada@|Ada|Diffusion Models at Dawn|2605\.00001/);
      expect(text).not.toContain(host);
      expect(text).toContain("another site");
    }
  });

  it("takes kinds as arguments, and refuses others", async () => {
    const { report } = await probe(PAGES, "search", "day");
    expect(report.probe.kinds.map(({ kind }) => kind)).toEqual(["search", "day"]);
    const { exit, stderr } = await paperboy(["probe", "year"]);
    expect([exit, stderr]).toEqual([
      2,
      expect.stringContaining("The kinds: day, week, month, trending, search, paper."),
    ]);
  });

  it("runs in a workflow that fails when a page cannot be read", () => {
    const file = path.join(projectRoot, "examples/probe.yml");
    const { on, jobs } = parse(readFileSync(file, "utf8")) as {
      readonly on: { readonly schedule: readonly unknown[] };
      readonly jobs: {
        readonly probe: { readonly steps: readonly { readonly run?: string; readonly shell?: string }[] };
      };
    };
    expect(on.schedule).toHaveLength(1);
    const step = jobs.probe.steps.find(({ run }) => run?.includes("paperboy.js probe"));
    // `shell: bash` sets pipefail, so that the status of the probe is that of the step.
    expect(step?.shell).toBe("bash");
  });
});

/** Runs the doctor, and returns its checks by id and the pages that it asked for. */
async function check(pages: Readonly<Record<string, Route>>, ...args: string[]) {
  const { url, requests } = await site({
    ...pages,
    "/papers/date/2026-10-04": PAGES["/papers/date/2026-10-02"] ?? {},
  });
  const { json } = await paperboy(["doctor", ...args, "--json"], { environment: { PAPERBOY_SITE_URL: url }, now });
  const checks = json()["checks"] as readonly {
    readonly id: string;
    readonly result: string;
    readonly detail: string;
  }[];
  return { checks: new Map(checks.map((one) => [one.id, one])), paths: requests.map((request) => request.path) };
}

describe("paperboy doctor --only site", () => {
  it("requests each kind once, and reports the format that was read", async () => {
    const { checks, paths } = await check(PAGES, "--only", "site");
    expect(checks.get("site.page")?.detail).toContain("read from the page's data");
    expect(checks.get("site.search")).toMatchObject({
      result: "ok",
      detail: "2 papers of search:diffusion models from the page's data",
    });
    expect(paths.toSorted()).toEqual(["/papers/date/2026-10-04", ...Object.keys(PAGES).slice(1)].toSorted());
  });

  it("warns of a kind that cannot be read", async () => {
    const { checks } = await check({ ...PAGES, "/papers/week/2026-W40": { body: "<h1>New</h1>" } }, "--only", "site");
    expect(checks.get("site.week")).toMatchObject({ result: "warn", detail: expect.stringContaining("2026-W40: ") });
    expect(checks.get("site.month")?.result).toBe("ok");
  });

  it("requests only a day without --only", async () => {
    const { checks, paths } = await check(PAGES);
    expect([checks.has("site.page"), checks.has("site.week"), paths]).toEqual([
      true,
      false,
      ["/papers/date/2026-10-04"],
    ]);
  });
});
