import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildApi, buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { paperboy } from "../support/paperboy.js";
import { describeRealPages, realPage } from "../support/real-pages.js";
import type { Reply, Route } from "../support/site.js";
import { useServers } from "./servers.js";

const { site } = useServers();
const reader = "you@example.com";
const day = "2026-03-09";
const path = `/papers/date/${day}`;
const nextMorning = "2026-03-10T08:00:00Z";

const before = manyEntries(25, 7);
const whole = manyEntries(31, 7);
const old = buildPage({ kind: "day", date: day, entries: before });
const complete = buildPage({ kind: "day", date: day, nextDate: "2026-03-10", entries: whole });

/** Answers requests that allow a cache with one reply, and those that do not with another one. */
function cached(copy: Reply, fresh: Reply): Route {
  return ({ headers }, response) => {
    const { status = 200, headers: sent, body } = headers["cache-control"] === "no-cache" ? fresh : copy;
    response.sendDate = false;
    response.writeHead(status, { "content-type": "text/html", ...sent }).end(body);
  };
}

async function run(routes: Record<string, Route>, { args = [day], now = nextMorning, home = "" } = {}) {
  const { url, requests } = await site(routes);
  const environment = { PAPERBOY_SITE_URL: url };
  const result = await paperboy(["run", ...args, "--to", reader, "--json"], {
    environment,
    now,
    ...(home === "" ? {} : { home }),
  });
  return { ...result, requests, url };
}

const OLD: Readonly<Record<string, Reply>> = {
  "its Age": { body: old, headers: { age: "60000", date: "Tue, 10 Mar 2026 08:00:00 GMT" } },
  "its Date": { body: old, headers: { date: "Mon, 09 Mar 2026 16:17:00 GMT" } },
  "both, as a cache sends them": { body: old, headers: { date: "Mon, 09 Mar 2026 16:17:00 GMT", age: "56580" } },
  "an Age of years": { body: old, headers: { age: "99999999999999999999" } },
};

describe("a copy from before the end of its day", () => {
  it.each(Object.entries(OLD))("by %s, is replaced by the current page of the site", async (_, copy) => {
    const { json, requests } = await run({ [path]: cached(copy, { body: complete }) });
    expect(json()).toMatchObject({ reason: "sent", editions: [{ id: `day:${day}`, papers: 31 }] });
    expect(requests.map(({ headers }) => [headers["cache-control"], headers.pragma])).toEqual([
      [undefined, undefined],
      ["no-cache", "no-cache"],
    ]);
  });

  it.each(Object.entries(OLD))("by %s, is not mailed when the site has no newer one", async (_, copy) => {
    const { exit, json, requests } = await run({ [path]: copy });
    expect(exit).toBe(4);
    expect(json()).toMatchObject({
      reason: "not-ready",
      message: expect.stringContaining("is an old copy: it was generated at"),
    });
    expect(requests).toHaveLength(2);
    const { json: early } = await run({ [path]: copy }, { args: [day, "--early"] });
    expect(early()).toMatchObject({ reason: "sent", editions: [{ papers: 25 }] });
  });

  it("is replayed like any other page", async () => {
    const { url } = await site({ [path]: cached(OLD["its Age"] ?? {}, { body: complete }) });
    const environment = { PAPERBOY_SITE_URL: url, PAPERBOY_RECORDS: "true" };
    const { home } = await paperboy(["run", day, "--to", reader], { environment, now: nextMorning });
    const { exit, stdout } = await paperboy(["replay", readdirSync(`${home}/records`)[0] ?? ""], { home });
    expect([exit, stdout]).toEqual([0, expect.stringContaining("identical")]);
  });

  it("is not mailed when the site refuses the second request", async () => {
    const { exit, json } = await run({ [path]: cached(OLD["its Age"] ?? {}, { status: 403 }) });
    expect([exit, json()["reason"]]).toEqual([4, "not-ready"]);
  });

  it("counts as complete when the page links to a later day", async () => {
    const { json, requests } = await run({ [path]: { body: complete, headers: { age: "3600" } } });
    expect(json()).toMatchObject({ reason: "sent", editions: [{ papers: 31 }] });
    expect(requests).toHaveLength(1);
  });

  it.each(["no-papers", "not-ready"])("does not show that the requested day exists: %s", async (reason) => {
    const friday = buildPage({ kind: "day", date: "2026-03-06", entries: before });
    const copy = { body: friday, headers: { age: "31200" } };
    const fresh = reason === "no-papers" ? { body: friday } : copy;
    expect((await run({ [path]: cached(copy, fresh) })).json()).toMatchObject({ reason });
  });

  it("is recognised for an empty page, a week and a month", async () => {
    const headers = { age: "60000" };
    const empty = buildPage({ kind: "day", date: day, entries: [] });
    expect((await run({ [path]: { body: empty, headers } })).json()).toMatchObject({ reason: "not-ready" });
    const week = buildPage({ kind: "week", date: "2026-W11", entries: before });
    const monday = { args: ["2026-W11"], now: "2026-03-16T08:00:00Z" };
    expect((await run({ "/papers/week/2026-W11": { body: week, headers } }, monday)).json()).toMatchObject({
      reason: "not-ready",
    });
    const month = buildPage({ kind: "month", date: "2026-02", entries: before });
    const first = { args: ["2026-02"], now: "2026-03-01T08:00:00Z" };
    expect((await run({ "/papers/month/2026-02": { body: month, headers } }, first)).json()).toMatchObject({
      reason: "not-ready",
    });
  });

  it("is recognised for the address of a copy elsewhere", async () => {
    const { url } = await site({ "/mirror": { body: old, headers: { age: "60000" } } });
    const args = ["run", `${url}/mirror`, "--to", reader, "--json"];
    expect((await paperboy(args, { now: nextMorning })).json()).toMatchObject({ reason: "not-ready" });
  });

  it("is recognised for the API", async () => {
    const answer = { "content-type": "application/json", age: "60000" };
    const { url } = await site({
      [path]: { body: "<h1>Hello</h1>" },
      "/api/daily_papers": cached(
        { body: buildApi(before), headers: answer },
        { body: buildApi(whole), headers: { "content-type": "application/json" } },
      ),
    });
    const environment = { PAPERBOY_SITE_URL: url, PAPERBOY_API: "true" };
    const { json } = await paperboy(["run", day, "--to", reader, "--json"], { environment, now: nextMorning });
    expect(json()).toMatchObject({ reason: "sent", editions: [{ papers: 31 }] });
  });
});

describe("a 304", () => {
  const etag = '"same"';

  it("does not make a page of the day before complete", async () => {
    const lying: Route = ({ headers }, response) => {
      response.sendDate = false;
      if (headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
      else
        response.writeHead(200, { "content-type": "text/html", etag }).end(headers["cache-control"] ? complete : old);
    };
    const first = await run({ [path]: lying }, { now: "2026-03-09T16:17:00Z" });
    expect(first.json()).toMatchObject({ reason: "not-ready" });
    const environment = { PAPERBOY_SITE_URL: first.url };
    const args = ["run", day, "--to", reader, "--json"];
    const { json } = await paperboy(args, { environment, home: first.home, now: nextMorning });
    expect(json()).toMatchObject({ reason: "sent", editions: [{ papers: 31 }] });
    expect(first.requests.map(({ headers }) => headers["if-none-match"] ?? headers["cache-control"])).toEqual([
      undefined,
      etag,
      "no-cache",
    ]);
  });

  it("keeps a page of the morning after complete", async () => {
    const { url, requests } = await site({ [path]: { body: old, headers: { etag } } });
    const at = { environment: { PAPERBOY_SITE_URL: url }, now: nextMorning };
    const { home } = await paperboy(["parse", day], at);
    const { stdout } = await paperboy(["parse", day], { ...at, home });
    expect(JSON.parse(stdout)).toMatchObject({ complete: true });
    expect(requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, etag]);
  });
});

describeRealPages("the real page of 2026-03-09, as it was that afternoon", () => {
  it("is not mailed the next morning from a cache", async () => {
    const copy = { body: realPage("daily-2026-03-09-same-day.html"), headers: { age: "60000" } };
    expect((await run({ [path]: copy })).json()).toMatchObject({ reason: "not-ready" });
    const fresh = { body: realPage("daily-2026-03-09-next-day.html") };
    expect((await run({ [path]: cached(copy, fresh) })).json()).toMatchObject({
      reason: "sent",
      editions: [{ papers: 31 }],
    });
  });
});
