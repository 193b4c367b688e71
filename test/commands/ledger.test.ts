import { copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/app/open-store.js";
import type { NewSubscriber, Store } from "../../src/store/store.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import { readSecrets } from "../../src/config/keys.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Smtp } from "../support/smtp.js";
import { useServers } from "./servers.js";

const daily = fixture("pages/daily.html");
const now = new Date("2026-10-05T06:00:00Z");
const { keep, site, smtp } = useServers();

function mailing(server: Smtp, more: Record<string, string> = {}) {
  return { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: "Paperboy <digest@example.org>", ...more };
}

async function storeOf(home: string): Promise<Store> {
  const { home: key } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
  return keep(await openStore({ target: path.join(home, "paperboy.db"), key }));
}

function reader(address: string, change: Partial<NewSubscriber> = {}): NewSubscriber {
  return { address, state: "active", frequency: "daily", view: DEFAULT_VIEW, origin: "operator", ...change };
}

async function homeWith(...readers: NewSubscriber[]): Promise<string> {
  const home = freshHome();
  await (await storeOf(home)).subscribers.add(readers, { now });
  return home;
}

const leave = { PAPERBOY_UNSUBSCRIBE_ADDRESS: "leave@example.org" };

describe("delivery at most once", () => {
  it("mails no reader twice, and only the new reader of a later run", async () => {
    const server = await smtp();
    const home = freshHome();
    const run = (to: string) => paperboy(["run", daily, "--to", to, "--json"], { home, environment: mailing(server) });
    expect((await run("a@example.com")).json()).toMatchObject({ reason: "sent" });
    expect((await run("A@Example.com")).json()).toMatchObject({ reason: "already-sent", exit: 0 });
    expect((await run("b@example.com")).json()).toMatchObject({
      reason: "sent",
      editions: [{ counts: { prepared: 1, sent: 1 } }],
    });
    expect(server.messages.map(({ envelope }) => envelope.to[0])).toEqual(["a@example.com", "b@example.com"]);
  });

  it("sends letters by SMTP that were only written to the outbox before", async () => {
    const server = await smtp();
    const home = freshHome();
    await paperboy(["run", daily, "--to", "a@example.com"], { home });
    await paperboy(["run", daily, "--to", "a@example.com"], { home, environment: mailing(server) });
    expect(server.messages).toHaveLength(1);
  });

  it("ends with already-running while another run holds the lock", async () => {
    const home = freshHome();
    const lock = await (await storeOf(home)).lock();
    const { exit, stdout } = await paperboy(["run", daily, "--to", "a@example.com"], { home });
    expect({ exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^already-running: /) });
    await lock?.close();
  });

  it("refuses to send from a restored database without --accept-restored", async () => {
    const home = freshHome();
    const run = (...args: string[]) => paperboy(["run", daily, "--to", ...args], { home });
    await run("a@example.com");
    const store = await storeOf(home);
    await store.backup(path.join(home, "backup.db"));
    await paperboy(["run", fixture("pages/week.html"), "--to", "a@example.com"], { home });
    await store.close();
    for (const ending of ["", "-wal", "-shm"])
      copyFileSync(path.join(home, "backup.db"), path.join(home, `paperboy.db${ending}`));
    const { rmSync } = await import("node:fs");
    for (const ending of ["-wal", "-shm"]) rmSync(path.join(home, `paperboy.db${ending}`));
    const refused = await paperboy(["run", fixture("pages/month.html"), "--to", "a@example.com"], { home });
    expect(refused.exit).toBe(8);
    expect(refused.stderr).toContain("--accept-restored");
    expect((await run("b@example.com", "--accept-restored")).exit).toBe(0);
  });
});

describe("readers", () => {
  it("renders one letter per view, and gives each reader their own unsubscribe link", async () => {
    const server = await smtp();
    const agents = { ...DEFAULT_VIEW, include: ["agents"] };
    const home = await homeWith(
      reader("a@example.com"),
      reader("b@example.com"),
      reader("c@example.com", { view: agents }),
    );
    const environment = mailing(server, { PAPERBOY_PUBLIC_URL: "https://papers.example.org" });
    const { json } = await paperboy(["run", daily, "--json"], { home, environment });
    expect(json()).toMatchObject({ reason: "sent", editions: [{ counts: { prepared: 3, sent: 3 } }] });
    const mails = await Promise.all(server.messages.map(({ raw }) => PostalMime.parse(raw)));
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(2);
    const links = mails.map(({ headers }) => headers.find(({ key }) => key === "list-unsubscribe")?.value ?? "");
    expect(new Set(links).size).toBe(3);
    for (const [index, link] of links.entries()) {
      const url = /https:\/\/papers\.example\.org\/u\/[\w-]+/.exec(link)?.[0] ?? "none";
      expect(url.length).toBeLessThan(70);
      expect(mails[index]?.html).toContain(url);
      expect(mails[index]?.text).toContain(url);
    }
  });

  it("refuses to mail subscribers who cannot unsubscribe", async () => {
    const server = await smtp();
    const home = await homeWith(reader("a@example.com"));
    const refused = await paperboy(["run", daily], { home, environment: mailing(server) });
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toMatch(/subscribers have no way to unsubscribe/);
    expect(server.connections()).toBe(0);
    expect((await paperboy(["run", daily], { home, environment: mailing(server, leave) })).exit).toBe(0);
  });

  it("skips readers who left, paused or read weekly", async () => {
    const server = await smtp();
    const home = await homeWith(
      reader("gone@example.com", { state: "gone" }),
      reader("paused@example.com", { state: "paused", pausedUntil: new Date("2026-12-01T00:00:00Z") }),
      reader("back@example.com", { state: "paused", pausedUntil: new Date("2026-10-04T00:00:00Z") }),
      reader("weekly@example.com", { frequency: "weekly" }),
    );
    await paperboy(["run", daily], { home, environment: mailing(server, leave) });
    expect(server.messages.map(({ envelope }) => envelope.to[0])).toEqual(["back@example.com"]);
    const named = await paperboy(["run", daily, "--to", "gone@example.com", "--json"], {
      home,
      environment: mailing(server),
    });
    expect(server.messages).toHaveLength(1);
    expect(named.exit).toBe(0);
  });

  it("sends the week to weekly readers on the first run of the next week", async () => {
    const server = await smtp();
    const weeks = await site({ "/papers/week/2026-W40": { body: readFileSync(fixture("pages/week.html")) } });
    const home = await homeWith(reader("weekly@example.com", { frequency: "weekly" }));
    const environment = mailing(server, { ...leave, PAPERBOY_SITE_URL: weeks.url });
    const run = () => paperboy(["run", "--json"], { home, environment, now: "2026-10-05T07:00:00Z" });
    expect((await run()).json()).toMatchObject({
      reason: "sent",
      editions: [{ id: "week:2026-W40", counts: { sent: 1 } }],
    });
    expect((await run()).json()).toMatchObject({ exit: 0 });
    expect(server.messages).toHaveLength(1);
  });
});

const greylist = (address: string) =>
  address.startsWith("slow") ? { code: 451, message: "4.7.1 greylisted, come back" } : null;

describe("unsent letters", () => {
  it("are deferred, shown, queued again, and sent", async () => {
    let greylisting = true;
    const server = await smtp({ refuse: (address) => (greylisting ? greylist(address) : null) });
    const home = await homeWith(reader("a@example.com"), reader("slow@example.com"));
    const at = { home, environment: mailing(server, leave) };
    expect((await paperboy(["run", daily, "--json"], at)).json()).toMatchObject({
      reason: "send-incomplete",
      editions: [{ counts: { prepared: 2, sent: 1, deferred: 1 } }],
    });
    const shown = await paperboy(["status"], at);
    expect(shown.stdout).toContain("paperboy resend --deferred");
    greylisting = false;
    expect((await paperboy(["run", daily, "--json"], at)).exit).toBe(7);
    expect((await paperboy(["resend", "--deferred"], at)).stdout).toContain("1 delivery queued again");
    expect((await paperboy(["run", daily, "--json"], at)).exit).toBe(0);
    expect(server.messages.map(({ envelope }) => envelope.to[0])).toEqual(["a@example.com", "slow@example.com"]);
  });

  it("wait while sending is paused", async () => {
    const server = await smtp();
    const home = freshHome();
    const at = { home, environment: mailing(server) };
    await paperboy(["pause"], at);
    const paused = await paperboy(["run", daily, "--to", "a@example.com"], at);
    expect(paused.exit).toBe(7);
    expect(server.messages).toHaveLength(0);
    await paperboy(["resume"], at);
    expect((await paperboy(["run", daily, "--to", "a@example.com"], at)).exit).toBe(0);
    expect(server.messages).toHaveLength(1);
  });

  it("wait when sending is paused during a run", async () => {
    const readers = Array.from({ length: 200 }, (_, index) => reader(`r${index}@example.com`));
    const home = await homeWith(...readers);
    const store = await storeOf(home);
    const pausing: Promise<void>[] = [];
    const server = await smtp({
      onData: () => (pausing.length > 0 || pausing.push(store.runs.set("paused", true)), null),
    });
    const at = { home, environment: mailing(server, leave) };
    const first = await paperboy(["run", daily, "--json"], at);
    await Promise.all(pausing);
    expect(first.json()).toMatchObject({
      reason: "send-incomplete",
      exit: 7,
      failures: [{ message: "sending is paused" }],
    });
    expect(server.messages.length).toBeLessThan(100);
    await paperboy(["resume"], at);
    expect((await paperboy(["run", daily], at)).exit).toBe(0);
    expect(new Set(server.messages.map(({ envelope }) => envelope.to[0])).size).toBe(200);
    expect(server.messages).toHaveLength(200);
  });

  it("are sent by the next run when the process is asked to stop", async () => {
    const stop = new AbortController();
    const server = await smtp({ onData: () => (stop.abort(), null) });
    const readers = Array.from({ length: 200 }, (_, index) => reader(`r${index}@example.com`));
    const home = await homeWith(...readers);
    const at = { home, environment: mailing(server, leave) };
    const stopped = await paperboy(["run", daily, "--json"], { ...at, signal: stop.signal });
    expect(stopped.json()).toMatchObject({ reason: "send-incomplete", exit: 7 });
    expect(server.messages.length).toBeLessThan(200);
    expect((await paperboy(["run", daily, "--json"], at)).exit).toBe(0);
    expect(new Set(server.messages.map(({ envelope }) => envelope.to[0])).size).toBe(200);
    expect(server.messages).toHaveLength(200);
  });
});

describe("the operator", () => {
  it("gets one mail a day for the same cause, and the health check one request per run", async () => {
    const server = await smtp();
    const hub = await site({ "*": { body: "<html>new design</html>" }, "/ping": {}, "/ping/fail": {} });
    const environment = mailing(server, {
      PAPERBOY_SITE_URL: hub.url,
      PAPERBOY_ALERT_TO: "ops@example.org",
      PAPERBOY_HEALTHCHECK_URL: `${hub.url}/ping`,
      PAPERBOY_TO: "you@example.com",
    });
    const home = freshHome();
    const run = (at: string) => paperboy(["run", "2026-10-02"], { home, environment, now: at });
    await run("2026-10-05T07:00:00Z");
    await run("2026-10-05T08:00:00Z");
    await run("2026-10-06T07:30:00Z");
    expect(server.messages.map(({ envelope }) => envelope.to)).toEqual([["ops@example.org"], ["ops@example.org"]]);
    expect((await PostalMime.parse(server.messages[0]?.raw ?? "")).subject).toBe(
      "Paperboy: the page changed, no letters sent",
    );
    expect(hub.requests.filter(({ path: asked }) => asked === "/ping/fail")).toHaveLength(3);
  });
});
