import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { buildApi, buildPage } from "../support/page-builder.js";
import { makeEntry, manyEntries } from "../support/papers.js";
import { freshHome, paperboy } from "../support/paperboy.js";
import type { Site } from "../support/site.js";
import { useServers } from "./servers.js";

const { site: open, smtp } = useServers();
const QUERY = "origami boats";
const SOURCE = `search:${QUERY}`;
const NO_LISTING = buildPage({ kind: "day", date: "2026-10-01", entries: manyEntries(3, 90) });

/** A result, published so many days before 1 October; its number is its place on the page. */
function boat(number: number, daysBefore: number, upvotes = number) {
  const publishedAt = new Date(Date.UTC(2026, 9, 1 - daysBefore, 9)).toISOString();
  const id = `26${publishedAt.slice(5, 7)}.${String(10_000 + number)}`;
  return makeEntry({ paper: { id, title: `Origami Boats No. ${number}`, publishedAt, upvotes } });
}

const page = (...found: ReturnType<typeof boat>[]) => ({
  body: buildPage({ kind: "search", query: QUERY, entries: found }),
});
const api = (...found: ReturnType<typeof boat>[]) => ({
  body: buildApi(found),
  headers: { "content-type": "application/json" },
});
const REFUSED = { status: 403 };

function homeWith(settings: string): string {
  const home = freshHome();
  writeFileSync(path.join(home, "paperboy.yaml"), settings);
  return home;
}

/** Runs what is due on a morning of October, and returns how it ended and the boats in each new letter, by reader. */
function runner(site: Site, home: string) {
  const seen = new Set<string>();
  return async (day: number, ...args: string[]) => {
    const now = `2026-10-${String(day).padStart(2, "0")}T07:00:00Z`;
    const environment = { PAPERBOY_SITE_URL: site.url };
    const { json } = await paperboy(["run", ...args, "--json"], { home, environment, now });
    const outbox = path.join(home, "outbox");
    const names = existsSync(outbox) ? readdirSync(outbox).filter((name) => name.endsWith(".eml")) : [];
    const letters: Record<string, readonly number[]> = {};
    for (const name of names.filter((one) => !seen.has(one))) {
      seen.add(name);
      const { to, text = "" } = await PostalMime.parse(readFileSync(path.join(outbox, name)));
      const numbers = [...text.matchAll(/Origami\s+Boats\s+No\.\s+(\d+)/g)].map(([, number]) => Number(number));
      letters[to?.[0]?.address ?? ""] = [...new Set(numbers)];
    }
    const { reason, message } = json() as { readonly reason: string; readonly message: string };
    return { reason, message, letters };
  };
}

describe("a saved search", () => {
  it("sends new papers, each one once, over five days", async () => {
    const site = await open({ "/papers": page(boat(1, 3), boat(2, 90), boat(3, 20)) });
    const home = homeWith(`to: [me@example.com]\nview: { source: "${SOURCE}", since: 30, order: newest }\n`);
    const run = runner(site, home);
    expect(await run(1)).toMatchObject({ reason: "sent", letters: { "me@example.com": [1, 3] } });
    expect(await run(1)).toMatchObject({ letters: {} });

    site.set("/papers", page(boat(4, -1), boat(1, 3), boat(2, 90), boat(3, 20)));
    expect(await run(2)).toMatchObject({ reason: "sent", letters: { "me@example.com": [4] } });

    const quiet = await run(3);
    expect(quiet).toMatchObject({ reason: "nothing-due", letters: {} });
    expect(quiet.message).toMatch(/none of the 4 papers of search:origami boats is sent/);

    site.set("/papers", { body: NO_LISTING });
    site.set("/api/papers/search", api(boat(5, -3), boat(4, -1), boat(1, 3)));
    expect(await run(4)).toMatchObject({ reason: "sent", letters: { "me@example.com": [5] } });

    site.set("/api/papers/search", REFUSED);
    expect(await run(5)).toMatchObject({ reason: "fetch-failed", letters: {} });
    site.set("/papers", page(boat(6, -4), boat(5, -3)));
    expect(await run(5)).toMatchObject({ reason: "sent", letters: { "me@example.com": [6] } });
  });

  it("is requested from the site once a day", async () => {
    const site = await open({ "/papers": page(boat(1, 3)) });
    const home = homeWith(`to: [me@example.com]\nview: { source: "${SOURCE}" }\n`);
    const run = runner(site, home);
    for (const day of [1, 1, 2, 2]) await run(day);
    expect(site.requests.map((request) => request.path)).toEqual(Array(2).fill("/papers?q=origami%20boats"));
  });

  it.each([
    ["relevance", [3, 1, 2]],
    ["votes", [2, 1, 3]],
    ["newest", [1, 2, 3]],
  ])("is in the order %s", async (order, numbers) => {
    const site = await open({ "/papers": page(boat(3, 30, 1), boat(1, 3, 5), boat(2, 9, 9)) });
    const run = runner(site, homeWith(`to: [me@example.com]\nview: { source: "${SOURCE}", order: ${order} }\n`));
    expect((await run(1)).letters).toEqual({ "me@example.com": numbers });
  });

  it("is sent only to its followers, by their frequency, and is neither pushed nor in the archive", async () => {
    const day = buildPage({ kind: "day", date: "2026-09-30", nextDate: "2026-10-01", entries: manyEntries(3, 5) });
    const hook = await open({ "/hook": { body: "ok" } });
    const site = await open({ "/papers": page(boat(1, 3)), "/papers/date/2026-09-30": { body: day } });
    const server = await smtp();
    const home = homeWith(
      `smtp: ${server.url}\nfrom: digest@example.org\npublicUrl: https://papers.example.org\n` +
        `push: { hook: { kind: webhook, url: "${hook.url}/hook", sources: [daily] } }\n`,
    );
    const add = (...args: string[]) => paperboy(["subscribers", "add", ...args], { home, now: "2026-09-20T07:00:00Z" });
    await add("days@example.com");
    await add("boats@example.com", "--source", SOURCE);
    await add("weekly@example.com", "--source", `Search:  ${QUERY} `, "--frequency", "weekly");
    const run = runner(site, home);
    let read = 0;
    const messages = () => {
      const fresh = server.messages.slice(read);
      read += fresh.length;
      return fresh.map(({ envelope, raw }) => [envelope.to[0], /Origami/.test(raw)]);
    };

    expect((await run(1)).reason).toBe("sent");
    expect(messages().toSorted((one, other) => String(one).localeCompare(String(other)))).toEqual([
      ["boats@example.com", true],
      ["days@example.com", false],
      ["weekly@example.com", true],
    ]);
    const bodies = hook.requests.length;
    expect(bodies).toBe(1);
    const editions = (await paperboy(["status", "--json"], { home, now: "2026-10-01T09:00:00Z" })).json()["editions"];
    expect((editions as { id: string }[]).map(({ id }) => id).toSorted()).toEqual([
      "day:2026-09-30",
      `${SOURCE}@2026-10-01`,
      `${SOURCE}@2026-W40`,
    ]);

    site.set("/papers", page(boat(2, -1), boat(1, 3)));
    await run(2);
    expect(messages()).toEqual([["boats@example.com", true]]);
    await run(5);
    expect(messages()).toEqual([["weekly@example.com", true]]);
    const why = async (address: string, edition: string) =>
      (await paperboy(["why", address, edition, "--json"], { home })).json()["sentence"];
    expect(await why("boats@example.com", "2026-09-30")).toBe(
      `did not get it: follows ${SOURCE}, but this edition is 2026-09-30`,
    );
    expect(await why("days@example.com", `${SOURCE}@2026-10-01`)).toMatch(/follows the days of the site/);
    expect(await why("weekly@example.com", `${SOURCE}@2026-10-01`)).toMatch(/subscribed to weekly letters/);
  });

  it("is the same in a dry run, and for named people", async () => {
    const site = await open({ "/papers": page(boat(1, 3)) });
    const home = homeWith(`view: { source: "${SOURCE}" }\n`);
    const run = runner(site, home);
    const dry = await run(1, "--to", "me@example.com", "--dry-run");
    expect(dry).toMatchObject({ reason: "sent", letters: {} });
    expect(dry.message).toContain(`1 letter of ${SOURCE} would be sent`);
    expect((await run(1, "--to", "me@example.com")).letters).toEqual({ "me@example.com": [1] });
  });

  it("is replayed from its record", async () => {
    const site = await open({ "/papers": page(boat(1, 3), boat(2, 9)) });
    const home = homeWith(`to: [me@example.com]\nrecords: true\nview: { source: "${SOURCE}", since: 5 }\n`);
    await runner(site, home)(1);
    const { exit, stdout } = await paperboy(["replay", readdirSync(path.join(home, "records"))[0] ?? ""], { home });
    expect([exit, stdout]).toEqual([0, expect.stringContaining("identical")]);
  });
});

describe("the source of a view", () => {
  it("is kept by exports and imports, and can be set back to the days", async () => {
    const home = freshHome();
    await paperboy(["subscribers", "add", "a@example.com", "--source", SOURCE, "--since", "30"], { home });
    const exported = await paperboy(["subscribers", "export"], { home });
    const other = freshHome();
    writeFileSync(path.join(other, "all.csv"), exported.stdout);
    await paperboy(["subscribers", "import", "all.csv"], { home: other });
    const show = async () =>
      (await paperboy(["subscribers", "show", "a@example.com", "--json"], { home: other })).json();
    expect(await show()).toMatchObject({ subscriber: { source: SOURCE, since: 30 } });
    await paperboy(["subscribers", "set", "a@example.com", "--source", "days"], { home: other });
    expect(await show()).toMatchObject({ subscriber: { source: "days", since: 30 } });
  });

  it.each(["search:", "search: ?", "weekly", "2026-10-01", "https://example.org/x"])("cannot be %j", async (source) => {
    const args = ["subscribers", "add", "a@example.com", "--source", source];
    const { exit, stderr } = await paperboy(args);
    expect([exit, stderr]).toEqual([2, expect.stringContaining("expected search:WORDS, trending or days")]);
    const home = homeWith(`view: { source: "${source}" }\n`);
    expect((await paperboy(["run", "--to", "me@example.com"], { home })).exit).toBe(3);
  });
});
