import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { buildApi, buildPage } from "../support/page-builder.js";
import type { PageSpec } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import type { Route } from "../support/site.js";
import { useServers } from "./servers.js";

const { site } = useServers();
const reader = "you@example.com";
const KINDS = {
  day: { source: "2026-10-02", page: "/papers/date/2026-10-02", id: "day:2026-10-02", api: "date=2026-10-02" },
  week: { source: "2026-W40", page: "/papers/week/2026-W40", id: "week:2026-W40", api: "week=2026-W40" },
  month: { source: "2026-09", page: "/papers/month/2026-09", id: "month:2026-09", api: "month=2026-09" },
  trending: { source: "trending", page: "/papers/trending", id: "trending@2026-10-05", api: "sort=trending" },
} as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

function pageOf(kind: Kind, entries = manyEntries(8, 4), rest: Partial<PageSpec> = {}): string {
  const date = kind === "trending" ? {} : { date: KINDS[kind].source };
  return buildPage({ kind, ...date, entries, ...rest });
}

const json = (body: string) => ({ body, headers: { "content-type": "application/json" } });
const broken = (html: string) =>
  html.replaceAll("<article", "<section").replaceAll("&quot;dailyPapers&quot;", "&quot;x&quot;");

async function run(
  kind: Kind,
  routes: Record<string, Route>,
  environment: Record<string, string> = {},
  home = freshHome(),
) {
  const { url, requests } = await site(routes);
  const args = ["run", KINDS[kind].source, "--to", reader, "--json"];
  const ran = await paperboy(args, { environment: { PAPERBOY_SITE_URL: url, ...environment }, home });
  const { reason, editions } = ran.json() as {
    readonly reason: string;
    readonly editions?: readonly { readonly id: string; readonly papers: number }[];
  };
  return { reason, editions, home, url, paths: requests.map((request) => request.path) };
}

/** The newest letter, as text. */
function letterIn(home: string): string {
  const file =
    readdirSync(path.join(home, "outbox"))
      .toSorted()
      .findLast((name) => name.endsWith(".eml")) ?? "";
  return readFileSync(path.join(home, "outbox", file), "utf8").replaceAll(/=\r\n|\s+/g, " ");
}

describe.each(kinds)("a source of kind %s", (kind) => {
  const { page, id, api } = KINDS[kind];

  it("is read from its page, with one request", async () => {
    const { reason, editions, paths } = await run(kind, { [page]: { body: pageOf(kind) } }, { PAPERBOY_API: "true" });
    expect([reason, editions, paths]).toMatchObject(["sent", [{ id, papers: 8 }], [page]]);
  });

  it("is refused when its cards show other papers than its data", async () => {
    const cards = pageOf(kind, manyEntries(8, 4).slice(0, 5), { withData: false });
    const body = pageOf(kind, undefined, { withCards: false }).replace(
      /(data-target="DailyPapers"[^>]*>)/,
      (start) => `${start}${/<article.*<\/article>/s.exec(cards)?.[0] ?? ""}`,
    );
    expect((await run(kind, { [page]: { body } })).reason).toBe("layout-changed");
  });

  it("is read from its API when the page cannot be read, if `api` allows it", async () => {
    const routes = { [page]: { body: broken(pageOf(kind)) }, "/api/daily_papers": json(buildApi(manyEntries(9, 4))) };
    const { reason, editions, paths, home, url } = await run(kind, routes, { PAPERBOY_API: "true" });
    expect([reason, editions]).toMatchObject(["sent", [{ id, papers: 9 }]]);
    expect(paths[1]).toMatch(new RegExp(`^/api/daily_papers\\?${api}&limit=100(&p=0)?$`));
    expect(letterIn(home).includes(`${url}${page}`)).toBe(true);
    expect((await run(kind, routes)).reason).toBe("layout-changed");
  });

  it("is read from its API when the site refuses the page", async () => {
    const routes = { [page]: { status: 403 }, "/api/daily_papers": json(buildApi(manyEntries(9, 4))) };
    expect((await run(kind, routes, { PAPERBOY_API: "true" })).editions).toMatchObject([{ id, papers: 9 }]);
    expect((await run(kind, routes)).reason).toBe("fetch-failed");
  });
});

describe("the letter of a week or a month", () => {
  const selection = "This is a selection: the site shows 105 papers of this period";

  it.each(["week", "month"] as const)(
    "says that a %s with as many papers as a page shows is a selection",
    async (kind) => {
      const { page } = KINDS[kind];
      const { home } = await run(kind, { [page]: { body: pageOf(kind, manyEntries(105, 9)) } });
      expect(letterIn(home).includes(selection)).toBe(true);
      const { home: other } = await run(kind, { [page]: { body: pageOf(kind, manyEntries(104, 9)) } });
      expect(letterIn(other).includes("a selection")).toBe(false);
    },
  );

  it("does not say so of a day, nor of a week from the API, which has all papers", async () => {
    const { home } = await run("day", { [KINDS.day.page]: { body: pageOf("day", manyEntries(105, 9)) } });
    expect(letterIn(home).includes("a selection")).toBe(false);
    const all = manyEntries(160, 9);
    const api: Route = ({ url = "" }, response) => {
      const number = Number(new URL(url, "http://site.example").searchParams.get("p"));
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(buildApi(all.slice(number * 100, number * 100 + 100)));
    };
    const routes = { [KINDS.week.page]: { status: 403 }, "/api/daily_papers": api };
    const { editions, home: other } = await run("week", routes, { PAPERBOY_API: "true" });
    expect(editions).toMatchObject([{ papers: 160 }]);
    expect(letterIn(other).includes("a selection")).toBe(false);
  });

  it("may repeat papers of its days, also from the API", async () => {
    const entries = manyEntries(8, 4);
    const { home } = await run("day", { [KINDS.day.page]: { body: pageOf("day", entries) } });
    const routes = { [KINDS.week.page]: { status: 403 }, "/api/daily_papers": json(buildApi(entries)) };
    const { reason } = await run("week", routes, { PAPERBOY_API: "true" }, home);
    expect(reason).toBe("sent");
  });
});

describe("a run without a source", () => {
  it("prints one line when the last week was sent and nothing else is due", async () => {
    const { url } = await site({ [KINDS.week.page]: { body: pageOf("week") } });
    const at = { home: freshHome(), environment: { PAPERBOY_SITE_URL: url }, now: "2026-10-05T07:00:00Z" };
    await paperboy(["subscribers", "add", reader, "--frequency", "weekly"], at);
    expect((await paperboy(["run"], at)).stdout).toMatch(/^sent: 1 of 1 letters of 2026-W40 /);
    for (const more of [[], ["--dry-run"]]) {
      const idle = await paperboy(["run", ...more], at);
      expect(idle).toMatchObject({ exit: 0, stderr: "" });
      expect(idle.stdout).toMatch(/^nothing-due: (?:dry run: )?no edition is due\n$/);
    }
    expect((await paperboy(["run", "--json"], at)).json()).toMatchObject({ reason: "nothing-due", editions: [] });
  });

  it("joins the errors of several periods, each with its name", async () => {
    const broken = { body: "<html><title>Maintenance</title>" };
    const { url } = await site({ [KINDS.week.page]: broken, [KINDS.month.page]: broken });
    const at = { home: freshHome(), environment: { PAPERBOY_SITE_URL: url }, now: "2026-10-05T07:00:00Z" };
    await paperboy(["subscribers", "add", reader, "--frequency", "weekly"], at);
    await paperboy(["subscribers", "add", `x${reader}`, "--frequency", "monthly"], at);
    const { exit, stderr } = await paperboy(["run"], at);
    expect(exit).toBe(6);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^layout-changed: 2026-W40: .*[^.]; 2026-09: [^;]/);
  });
});
