import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "pg";
import { describe, expect, it } from "vitest";
import type { Frequency, NewSubscriber } from "../../src/store/store.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { freshHome, openHomeStore, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { describeServed } from "../store/postgres/servers.js";
import { useServers } from "./servers.js";

const { keep, site, smtp } = useServers();

/** A Wednesday: one day is due, and the week and the month before it. */
const NOW = "2026-10-07T07:00:00Z";

async function startAll() {
  const mailbox = await smtp();
  const papers = await site({});
  const entries = manyEntries(3, 1);
  const page = (kind: "day" | "week" | "month", date: string) => ({
    body: buildPage({ kind, date, nextDate: "2026-12-31", entries, site: papers.url }),
  });
  papers.set("/papers/date/2026-10-06", page("day", "2026-10-06"));
  papers.set("/papers/week/2026-W40", page("week", "2026-W40"));
  papers.set("/papers/month/2026-09", page("month", "2026-09"));
  const environment = {
    PAPERBOY_SITE_URL: papers.url,
    PAPERBOY_SMTP_URL: mailbox.url,
    PAPERBOY_FROM: "digest@example.org",
    PAPERBOY_PUBLIC_URL: "https://papers.example.org",
  };
  return { mailbox, environment, papers };
}

function reader(address: string, frequency: Frequency, include: readonly string[] = []): NewSubscriber {
  return { address, state: "active", frequency, view: { ...DEFAULT_VIEW, include }, origin: "operator" };
}

async function homeOf(...readers: NewSubscriber[]): Promise<string> {
  const home = freshHome();
  const store = await openHomeStore(home);
  await store.subscribers.add(readers, { now: new Date("2026-01-01T00:00:00Z") });
  await store.close();
  return home;
}

/** Signs readers up on the site, and confirms. */
async function confirm(home: string, readers: readonly NewSubscriber[]): Promise<void> {
  const store = await openHomeStore(home);
  for (const { address, frequency, view } of readers) {
    const begun = await store.signups.begin({ address, frequency, view, origin: "site" }, new Date(NOW));
    if (begun.result === "begun") await store.signups.confirm(begun.signupId, new Date(NOW));
  }
  await store.close();
}

interface Counted {
  readonly id: string;
  readonly papers: number;
  readonly counts: { readonly prepared: number };
}

/** What a dry run and a run must agree on. */
function audienceOf(run: Run): readonly { id: string; papers: number; prepared: number }[] {
  const editions = run.json()["editions"] as readonly Counted[];
  return editions.map(({ id, papers, counts }) => ({ id, papers, prepared: counts.prepared }));
}

describe("run --dry-run", () => {
  it("announces the editions and the audience of the run, and nothing once everything was sent", async () => {
    const { mailbox, environment } = await startAll();
    const home = await homeOf(
      reader("daily@example.com", "daily"),
      reader("weekly@example.com", "weekly"),
      reader("monthly@example.com", "monthly"),
      reader("unmatched@example.com", "daily", ["zzyzx"]),
    );
    const run = (...flags: string[]) => paperboy(["run", "--json", ...flags], { home, environment, now: NOW });

    const dry = await run("--dry-run");
    expect(mailbox.connections()).toBe(0);
    expect(dry.json()).toMatchObject({ reason: "sent", exit: 0, dryRun: true });
    const real = await run();
    expect(audienceOf(dry)).toEqual(audienceOf(real));
    expect(audienceOf(real).map(({ prepared }) => prepared)).toEqual([1, 1, 1]);
    expect(mailbox.messages).toHaveLength(3);

    const after = await run("--dry-run");
    const again = await run();
    expect(mailbox.messages).toHaveLength(3);
    expect(audienceOf(after)).toEqual(audienceOf(again));
    expect(after.json()["reason"]).toBe(again.json()["reason"]);
    expect(after.json()["message"]).not.toContain("would be sent");
  });

  it.each([
    { name: "a named source", args: ["2026-10-06"] },
    { name: "one week", args: ["2026-W40"] },
    {
      name: "people named with --to, a subscriber and a new one",
      args: ["2026-10-06", "--to", "weekly@example.com", "--to", "new@example.com"],
    },
    { name: "view flags that match nothing", args: ["2026-10-06", "--to", "new@example.com", "--include", "zzyzx"] },
    { name: "a person who left", args: ["2026-10-06", "--to", "gone@example.com"] },
    { name: "a weekend without papers", args: ["2026-10-03"] },
  ])("agrees with the run on $name", async ({ args }) => {
    const { environment, papers } = await startAll();
    papers.set("/papers/date/2026-10-03", {
      body: buildPage({
        kind: "day",
        date: "2026-10-02",
        nextDate: "2026-10-05",
        entries: manyEntries(2, 9),
        site: papers.url,
      }),
    });
    const home = await homeOf(reader("daily@example.com", "daily"), reader("weekly@example.com", "weekly"), {
      ...reader("gone@example.com", "daily"),
      state: "gone",
    });
    const run = (...flags: string[]) => paperboy(["run", ...args, "--json", ...flags], { home, environment, now: NOW });
    const dry = await run("--dry-run");
    const real = await run();
    expect(audienceOf(dry)).toEqual(audienceOf(real));
    expect({ reason: dry.json()["reason"], exit: dry.exit }).toEqual({
      reason: real.json()["reason"],
      exit: real.exit,
    });
  });

  it("counts the first letters of readers who have just confirmed, as the run sends them", async () => {
    const { mailbox, environment, papers } = await startAll();
    const home = await homeOf(reader("daily@example.com", "daily"));
    const run = (now: string, ...flags: string[]) => paperboy(["run", "--json", ...flags], { home, environment, now });
    await run(NOW);
    await confirm(home, [reader("new@example.com", "daily"), reader("fussy@example.com", "daily", ["zzyzx"])]);

    const dry = await run(NOW, "--dry-run");
    expect(dry.json()).toMatchObject({ reason: "sent", message: "dry run: 1 letter of 2026-10-06 would be sent" });
    expect(dry.json()).toMatchObject({ editions: [{ counts: { prepared: 2, sent: 1, pending: 1 } }] });
    expect(audienceOf(dry)).toEqual(audienceOf(await run(NOW)));
    expect(mailbox.messages).toHaveLength(2);
    expect((await run(NOW, "--dry-run")).json()["reason"]).toBe("nothing-due");

    // The next edition is their first one, so each of them gets one letter.
    await confirm(home, [reader("late@example.com", "daily"), reader("weekly@example.com", "weekly")]);
    papers.set("/papers/date/2026-10-07", {
      body: buildPage({ kind: "day", date: "2026-10-07", nextDate: "2026-12-31", entries: manyEntries(6, 9).slice(3) }),
    });
    const next = await run("2026-10-08T07:00:00Z", "--dry-run");
    const real = await run("2026-10-08T07:00:00Z");
    expect(audienceOf(next)).toEqual(audienceOf(real));
    expect(audienceOf(real).map(({ id, prepared }) => [id, prepared])).toContainEqual(["day:2026-10-07", 3]);
    expect(next.json()["reason"]).toBe(real.json()["reason"]);
  });

  it("agrees with the run on a person who is named after the edition was sent", async () => {
    const { environment } = await startAll();
    const home = await homeOf(reader("daily@example.com", "daily"));
    const run = (...args: string[]) =>
      paperboy(["run", "2026-10-06", "--json", ...args], { home, environment, now: NOW });
    await run();
    const dry = await run("--to", "late@example.com", "--dry-run");
    expect(dry.json()).toMatchObject({ editions: [{ counts: { prepared: 1, sent: 0, pending: 1 } }] });
    expect(audienceOf(dry)).toEqual(audienceOf(await run("--to", "late@example.com")));
  });

  it("leaves the database as it was, without the people that it names", async () => {
    const { environment } = await startAll();
    const home = await homeOf(reader("daily@example.com", "daily"));
    const before = snapshot(home);
    await paperboy(["run", "--dry-run", "--to", "new@example.com"], { home, environment, now: NOW });
    expect(snapshot(home)).toEqual(before);
    const store = keep(await openHomeStore(home));
    expect(await store.subscribers.find("new@example.com")).toBeNull();
    expect(await store.runs.recent(5)).toEqual([]);
  });

  it("works in an empty home with the people of `to`, and writes nothing", async () => {
    const { mailbox, environment } = await startAll();
    const home = freshHome();
    const options = { home, environment: { ...environment, PAPERBOY_TO: "you@example.com" }, now: NOW };
    const dry = await paperboy(["run", "--dry-run", "--json"], options);
    expect(readdirSync(home)).toEqual([]);
    expect(mailbox.connections()).toBe(0);
    const real = await paperboy(["run", "--json"], options);
    expect(audienceOf(dry)).toEqual(audienceOf(real));
    expect(existsSync(path.join(home, "paperboy.db"))).toBe(true);
  });
});

function snapshot(home: string): Record<string, string> {
  const files = readdirSync(home, { recursive: true, encoding: "utf8" }).toSorted();
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(home, file)).toString("base64")]));
}

describeServed("run --dry-run with a PostgreSQL store", (served) => {
  const schemas = async (): Promise<readonly string[]> => {
    const url = new URL(served.target);
    url.searchParams.delete("schema");
    const client = new Client({ connectionString: url.href });
    await client.connect();
    const { rows } = await client.query<{ name: string }>("SELECT nspname AS name FROM pg_namespace ORDER BY 1");
    await client.end();
    return rows.map(({ name }) => name);
  };

  it("creates neither the schema nor a table, and reads them once they exist", async () => {
    const { environment } = await startAll();
    const options = {
      home: freshHome(),
      environment: { ...environment, PAPERBOY_STORE: served.target, PAPERBOY_TO: "you@example.com" },
      now: NOW,
    };
    const before = await schemas();
    const dry = await paperboy(["run", "--dry-run", "--json"], options);
    expect(dry.json()).toMatchObject({ reason: "sent", editions: [{ counts: { prepared: 1 } }] });
    expect(await schemas()).toEqual(before);
    expect((await paperboy(["run", "--json"], options)).json()).toMatchObject({ reason: "sent" });
    expect(await schemas()).not.toEqual(before);
    expect((await paperboy(["run", "--dry-run", "--json"], options)).json()).toMatchObject({ editions: [] });
  });
});
