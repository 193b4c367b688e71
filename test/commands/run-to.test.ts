import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { describeServed } from "../store/postgres/servers.js";
import { buildPage } from "../support/page-builder.js";
import { manyEntries } from "../support/papers.js";
import { freshHome, openHomeStore, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { startReceiver } from "../support/receiver.js";
import { useServers } from "./servers.js";

const { keep, site, smtp } = useServers();

/** A Wednesday. */
const NOW = "2026-10-07T07:00:00Z";
const ME = "me@example.com";
const LIST = ["a@example.com", "b@example.com"];

interface Setup {
  readonly run: (...args: string[]) => Promise<Run>;
  readonly at: (now: string, ...args: string[]) => Promise<Run>;
  readonly mailed: () => (string | undefined)[];
  readonly home: string;
}

interface SetupOptions {
  readonly settings?: Record<string, unknown>;
  readonly refuse?: (address: string) => { code: number; message: string } | null;
  readonly environment?: Record<string, string>;
}

/** Two daily subscribers, and a site with papers on every day. */
async function setUp({ settings = {}, refuse, environment = {} }: SetupOptions = {}): Promise<Setup> {
  const mailbox = await smtp(refuse ? { refuse } : {});
  const papers = await site({});
  for (let day = 1; day <= 31; day += 1) {
    const date = `2026-10-${String(day).padStart(2, "0")}`;
    const entries = manyEntries(3, day).map((entry, place) => ({
      ...entry,
      paper: { ...entry.paper, id: `2610.${10_000 + 10 * day + place}` },
    }));
    const body = buildPage({ kind: "day", date, nextDate: "2026-12-31", entries, site: papers.url });
    papers.set(`/papers/date/${date}`, { body });
  }
  const home = freshHome();
  writeFileSync(
    path.join(home, "paperboy.json"),
    JSON.stringify({
      site: papers.url,
      from: "digest@example.org",
      publicUrl: "https://papers.example.org",
      ...settings,
    }),
  );
  const at = (now: string, ...args: string[]) =>
    paperboy(args, { home, now, environment: { PAPERBOY_SMTP_URL: mailbox.url, ...environment } });
  for (const address of LIST) await at("2026-01-01T00:00:00Z", "subscribers", "add", address);
  return {
    home,
    at,
    run: (...args) => at(NOW, "run", "--json", ...args),
    mailed: () => mailbox.messages.map(({ envelope }) => envelope.to[0] ?? "").toSorted(),
  };
}

const refuseB = (address: string) =>
  address === "b@example.com" ? { code: 550, message: "5.1.1 no such user here" } : null;

function countsOf(run: Run): unknown {
  return (run.json()["editions"] as readonly { counts: unknown }[]).map(({ counts }) => counts);
}

const testDue = (environment: () => Record<string, string>) => {
  it.each([
    ["run DAY --to ME", ["2026-10-06", "--to", ME], []],
    ["run --to ME", ["--to", ME], []],
    ["run --to a subscriber", ["--to", "a@example.com"], []],
    ["run DAY --to ME", ["2026-10-06", "--to", ME], ["yesterday"]],
    ["run yesterday --to ME --early", ["yesterday", "--to", ME, "--early"], []],
  ])("%s leaves the day due for all others, and the run for the list (%#) mails the rest", async (_, mine, list) => {
    const { run, mailed } = await setUp({ environment: environment() });
    expect((await run(...mine)).json()).toMatchObject({
      reason: "sent",
      editions: [{ counts: { prepared: 1, sent: 1 } }],
    });
    expect(mailed()).toHaveLength(1);
    const all = await run(...list);
    expect(all.json()).toMatchObject({ reason: "sent", exit: 0 });
    expect(mailed()).toEqual([...new Set([...LIST, mine.find((arg) => arg.includes("@")) ?? ""])].toSorted());
    expect((await run()).json()).toMatchObject({
      exit: 0,
      reason: expect.stringMatching(/nothing-due|already-sent/) as string,
    });
    expect(mailed()).toHaveLength(new Set([...LIST, ...mailed()]).size);
  });
};

describe("a run for named people", () => {
  testDue(() => ({}));

  it("mails each person once, however often it is repeated", async () => {
    const { run, mailed } = await setUp();
    await run("--to", ME);
    expect((await run("--to", ME)).json()).toMatchObject({ exit: 0, reason: "nothing-due", editions: [] });
    expect((await run("2026-10-06", "--to", ME)).json()).toMatchObject({ exit: 0, reason: "already-sent" });
    expect(mailed()).toEqual([ME]);
  });

  it("mails a person once who is named in several spellings of the address", async () => {
    const { run } = await setUp();
    const spellings = [
      "ann\u00E9@b\u00FCcher.example",
      "anne\u0301@xn--bcher-kva.example",
      "ANNE\u0301@B\u00DCCHER.example",
    ];
    const flags = spellings.flatMap((address) => ["--to", address]);
    for (const args of [[...flags, "--dry-run"], flags])
      expect(countsOf(await run(...args))).toMatchObject([{ prepared: 1 }]);
    expect((await run("--to", spellings[1] ?? "")).json()).toMatchObject({ reason: "nothing-due" });
  });

  it("sends a person the newest day after the list got it", async () => {
    const { run, mailed } = await setUp();
    await run();
    expect((await run("--to", ME)).json()).toMatchObject({ reason: "sent" });
    expect(mailed()).toEqual([...LIST, ME]);
  });

  it("reports that person's outcome, not another subscriber's old refusal", async () => {
    const { run } = await setUp({ refuse: refuseB });
    expect((await run()).exit).toBe(7);
    const mine = await run("2026-10-06", "--to", ME);
    expect(mine.json()).toMatchObject({
      reason: "sent",
      exit: 0,
      message: expect.stringContaining("1 of 1") as string,
    });
    expect(countsOf(mine)).toMatchObject([{ prepared: 1, sent: 1, refused: 0 }]);
    const refused = await run("2026-10-06", "--to", "b@example.com");
    expect(refused.json()).toMatchObject({ reason: "send-incomplete", exit: 7 });
    expect(countsOf(refused)).toMatchObject([{ prepared: 1, sent: 0, refused: 1 }]);
    const both = await run("2026-10-06", "--to", "a@example.com", "--dry-run");
    expect(both.json()).toMatchObject({ reason: "already-sent", editions: [{ counts: { prepared: 1, sent: 1 } }] });
  });

  it("reports why a named person gets nothing", async () => {
    const { run, at } = await setUp();
    await at(NOW, "subscribers", "set", "b@example.com", "--state", "paused");
    await run("2026-10-06", "--to", ME);
    const paused = await run("2026-10-06", "--to", "b@example.com");
    expect(paused.json()).toMatchObject({
      reason: "nothing-due",
      message: expect.stringContaining("paused") as string,
    });
    const choosy = await run("2026-10-06", "--to", "c@example.com", "--include", "zzyzx");
    expect(choosy.json()).toMatchObject({
      reason: "nothing-due",
      message: expect.stringContaining("no paper matches") as string,
    });
  });

  it("sends no letters of the list, and leaves its deferred ones to the next run", async () => {
    let isBusy = true;
    const refuse = () => (isBusy ? { code: 451, message: "4.3.0 try again later" } : null);
    const { run, at, mailed } = await setUp({ refuse });
    await run();
    isBusy = false;
    const later = "2026-10-07T12:00:00Z";
    const mine = await at(later, "run", "2026-10-06", "--to", ME, "--json");
    expect(mine.json()).toMatchObject({ reason: "sent", exit: 0 });
    expect(mailed()).toEqual([ME]);
    await at(later, "run");
    expect(mailed()).toEqual([...LIST, ME]);
  });

  it("mails the list the whole day after a person had it early", async () => {
    const { run, at, home } = await setUp();
    await run("2026-10-07", "--to", ME, "--early");
    await at("2026-10-08T07:00:00Z", "run");
    const store = keep(await openHomeStore(home));
    const saved = await store.editions.find({ editionId: "day:2026-10-07", channel: "smtp" });
    expect(saved).toMatchObject({ forList: true, prepared: 3, edition: { early: false } });
  });

  it("pushes and archives when the list's run prepares the edition, once", async () => {
    const { url, received } = await startReceiver().then(keep);
    const { run, home } = await setUp({ settings: { push: { hook: { kind: "webhook", url } } } });
    const archived = async () => {
      const store = await openHomeStore(home);
      const edition = await store.archive.edition("2026-10-06");
      await store.close();
      return edition !== null;
    };
    await run("2026-10-05", "--to", ME);
    await run("2026-10-06", "--to", ME);
    expect(received).toHaveLength(0);
    expect(await archived()).toBe(false);
    await run("2026-10-06");
    await run();
    expect(received).toHaveLength(1);
    expect(await archived()).toBe(true);
  });

  it("records an edition once, with the letters of the list", async () => {
    const { run, at, home } = await setUp({ settings: { records: true } });
    await run("2026-10-06", "--to", ME, "--limit", "2");
    await run();
    const ids = readdirSync(path.join(home, "records"));
    expect(ids).toHaveLength(1);
    const replayed = (await at(NOW, "replay", ids[0] ?? "", "--json")).json();
    expect(replayed).toMatchObject({ identical: true });
    expect(replayed["letters"]).toHaveLength(2);
  });
});

describeServed("a run for named people with a PostgreSQL store", (served) => {
  testDue(() => ({ PAPERBOY_STORE: served.target }));
});

describe("a run after more than seven days", () => {
  it("reports which days are left out and how to send them, and never that everything was sent", async () => {
    const { at } = await setUp();
    await at("2026-10-02T07:00:00Z", "run");
    const dry = await at("2026-10-14T07:00:00Z", "run", "--dry-run", "--json");
    const late = await at("2026-10-14T07:00:00Z", "run", "--json");
    for (const { json } of [dry, late]) {
      expect(json()).toMatchObject({ reason: "sent", exit: 0 });
      expect(json()["message"]).toContain("2026-10-02..2026-10-06 are skipped");
      expect(json()["message"]).toContain("`paperboy run 2026-10-02`");
      expect(json()["warnings"]).toEqual([expect.stringContaining("2026-10-02..2026-10-06 are skipped")]);
    }
    const next = await at("2026-10-14T08:00:00Z", "run", "--json");
    expect(next.json()["message"]).not.toMatch(/every|all/);
    expect((await at("2026-10-14T09:00:00Z", "run", "2026-10-03", "--json")).json()).toMatchObject({ reason: "sent" });
  });

  it("reports nothing when no reader waits for days", async () => {
    const { at } = await setUp();
    await at("2026-10-02T07:00:00Z", "run");
    for (const address of LIST) await at(NOW, "subscribers", "set", address, "--state", "gone");
    const late = await at("2026-10-14T07:00:00Z", "run", "--json");
    expect(late.json()).toMatchObject({ reason: "nothing-due", warnings: [] });
  });
});

describe("why and status", () => {
  it("name the run for named people as the cause, until the list's run prepares the edition", async () => {
    const { run, at } = await setUp();
    await run("2026-10-06", "--to", ME);
    const why = await at(NOW, "why", "a@example.com", "day:2026-10-06", "--json");
    expect(why.json()).toMatchObject({ why: "not-for-list" });
    expect((await at(NOW, "status", "--json")).json()).toMatchObject({ editions: [{ forList: false }], needs: [] });
    await run();
    expect((await at(NOW, "why", "a@example.com", "day:2026-10-06", "--json")).json()).toMatchObject({
      why: "delivery",
    });
    expect((await at(NOW, "status", "--json")).json()).toMatchObject({ editions: [{ forList: true }], needs: [] });
  });

  it("say that the cause is not recorded when no rule explains it", async () => {
    const { run, at, home } = await setUp();
    const store = await openHomeStore(home);
    await store.subscribers.change("a@example.com", { view: { ...DEFAULT_VIEW, include: ["zzyzx"] } }, new Date(NOW));
    await store.close();
    await run();
    await at(NOW, "subscribers", "set", "a@example.com", "--reset");
    const why = await at(NOW, "why", "a@example.com", "day:2026-10-06", "--json");
    expect(why.json()).toMatchObject({ why: "not-recorded" });
  });
});
