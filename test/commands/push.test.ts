import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import type { Run } from "../support/paperboy.js";
import { startReceiver } from "../support/receiver.js";
import type { Reaction, Receiver } from "../support/receiver.js";
import { startSmtp } from "../support/smtp.js";
import { startSite } from "../support/site.js";
import { readFileSync } from "node:fs";

const TOKEN = "123456:abcdefghijklmnopqrstuvwxyz";
const EDITION = "day:2026-10-02";
const LATER: Reaction = { status: 429, headers: { "retry-after": "3600" } };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function receiver(react?: (turn: number) => Reaction): Promise<Receiver> {
  const started = await startReceiver(react);
  closers.push(() => started.close());
  return started;
}

async function siteUrl(): Promise<string> {
  const body = readFileSync(fixture("pages/daily.html"), "utf8");
  const site = await startSite({ "/papers/date/2026-10-02": { body } });
  closers.push(() => site.close());
  return site.url;
}

/** A home with these targets, and the site that it reads. */
async function homeWith(targets: Readonly<Record<string, object>>, settings: object = {}): Promise<string> {
  const home = freshHome();
  const written = { site: await siteUrl(), push: targets, ...settings };
  writeFileSync(path.join(home, "paperboy.json"), JSON.stringify(written));
  return home;
}

const run = (home: string, ...flags: readonly string[]): Promise<Run> =>
  paperboy(["run", "2026-10-02", "--json", ...flags], { home });
const pushesOf = ({ json }: Run) => json()["pushes"];

describe("a run with push targets", () => {
  it("pushes each edition once to each target that selects it, without any reader", async () => {
    const { url, received, bodies } = await receiver();
    const home = await homeWith(
      {
        hook: { kind: "webhook", url: `${url}/hook`, view: { limit: 3, interests: ["likes.bib"] } },
        team: { kind: "slack", url: `${url}/slack` },
        chat: { kind: "telegram", url, token: TOKEN, chat: 5 },
        weekly: { kind: "slack", url: `${url}/weekly`, sources: ["weekly"] },
      },
      { publicUrl: "https://papers.example.org" },
    );
    const abstract = "A scoring rule for rare and costly errors, with a conformal layer that remembers near misses.";
    writeFileSync(
      path.join(home, "likes.bib"),
      `@article{dog, title = {When the Dog Barks}, abstract = {${abstract}}}\n`,
    );
    const first = await run(home);
    expect(first.exit).toBe(0);
    expect(first.json()).toMatchObject({ reason: "sent", editions: [{ id: EDITION, counts: { prepared: 0 } }] });
    expect(pushesOf(first)).toEqual(
      ["hook", "team", "chat"].map((target) => ({ edition: EDITION, target, state: "sent", detail: "HTTP 200: ok" })),
    );
    expect(received.map(({ path: at }) => at)).toEqual(["/hook", "/slack", `/bot${TOKEN}/sendMessage`]);
    expect(bodies()[0]).toMatchObject({
      edition: { id: EDITION, archiveUrl: "https://papers.example.org/archive/2026-10-02" },
      total: 3,
      left: 0,
      papers: [{ rank: 1, title: expect.stringContaining("When the Dog Barks") as string }, {}, {}],
    });
    const again = await run(home);
    expect(again.json()).toMatchObject({ reason: "already-sent", exit: 0 });
    expect(received).toHaveLength(3);
  });

  it("sends mail first, so that a failing target delays no letter", async () => {
    const smtp = await startSmtp();
    closers.push(() => smtp.close());
    const mailed: number[] = [];
    const { url } = await receiver(() => {
      mailed.push(smtp.messages.length);
      return { status: 404 };
    });
    const home = await homeWith(
      { team: { kind: "slack", url: `${url}/services/T0SECRET/B0SECRET` } },
      { smtp: smtp.url, from: "papers@example.org", to: ["you@example.com"], unsubscribeAddress: "leave@example.org" },
    );
    const { exit, json, stdout, stderr } = await run(home);
    expect(exit).toBe(7);
    expect(json()).toMatchObject({ reason: "send-incomplete", editions: [{ counts: { prepared: 1, sent: 1 } }] });
    expect(json()["message"]).toMatch(/^1 of 1 letters of .*; push to team refused: HTTP 404/);
    expect(mailed).toEqual([1]);
    expect(`${stdout}${stderr}`).not.toContain("SECRET");
    expect((await run(home)).json()).toMatchObject({ reason: "already-sent" });
  });

  it("waits as long as the receiver asks, and continues in a later run", async () => {
    const { url, received } = await receiver((turn) => (turn === 0 ? LATER : { status: 200 }));
    const home = await homeWith({ team: { kind: "slack", url } });
    expect(await run(home)).toMatchObject({ exit: 7 });
    expect((await run(home)).exit).toBe(0);
    expect(received).toHaveLength(1);
    const later = await paperboy(["run", "2026-10-02", "--json"], { home, now: "2026-10-05T08:00:00Z" });
    expect(later.json()).toMatchObject({ reason: "sent", pushes: [{ target: "team", state: "sent" }] });
  });

  it.each([
    ["that names its recipient", ["--to", "you@example.com"]],
    ["that is a dry run", ["--dry-run", "--to", "you@example.com"]],
  ])("pushes nothing in a run %s", async (_, flags) => {
    const { url, received } = await receiver();
    const home = await homeWith({ team: { kind: "slack", url } });
    expect((await run(home, ...flags)).exit).toBe(0);
    expect(received).toEqual([]);
  });

  it("pushes nothing while paused", async () => {
    const { url, received } = await receiver();
    const home = await homeWith({ team: { kind: "slack", url } });
    await paperboy(["pause"], { home });
    await run(home);
    expect(received).toEqual([]);
    await paperboy(["resume"], { home });
    await run(home);
    expect(received).toHaveLength(1);
  });

  it("skips a target when no paper matches its view", async () => {
    const { url, received } = await receiver();
    const home = await homeWith({ team: { kind: "slack", url, view: { include: ["zeppelins"] } } });
    const { exit, json } = await run(home);
    expect(exit).toBe(0);
    expect(json()).toMatchObject({ pushes: [{ state: "skipped", detail: "no paper matches its view" }] });
    expect(received).toEqual([]);
  });
});

describe("paperboy push", () => {
  it("lists pushes, and queues one again when the operator asks for it", async () => {
    const { url, received } = await receiver((turn) => (turn === 0 ? "drop" : { status: 200 }));
    const home = await homeWith({ team: { kind: "slack", url } });
    expect((await run(home)).exit).toBe(7);
    expect((await run(home)).exit).toBe(0);
    const listed = await paperboy(["push", "list", "--json"], { home });
    expect(listed.json()).toMatchObject({
      pushes: [{ edition: EDITION, target: "team", state: "uncertain", attempts: 1 }],
    });
    expect((await paperboy(["push", "list"], { home })).stdout).toMatch(/^day:2026-10-02 +team +uncertain +1 attempt/);
    expect((await paperboy(["status"], { home })).stdout).toMatch(
      /^pushes +1 uncertain \(the last 1\)\n +team: day:2026-10-02 uncertain: no response/m,
    );
    const retried = await paperboy(["push", "retry", "team", EDITION], { home });
    expect(retried.stdout).toContain("is queued for team");
    expect((await run(home)).json()).toMatchObject({ pushes: [{ state: "sent" }] });
    expect(received).toHaveLength(2);
    const { exit, stderr } = await paperboy(["push", "retry", "team", EDITION], { home });
    expect([exit, stderr]).toEqual([2, expect.stringContaining(`${EDITION} to team is sent`)]);
  });

  it("tests one target with a push marked as a test, and records nothing", async () => {
    const { url, bodies } = await receiver();
    const home = await homeWith({ hook: { kind: "webhook", url }, team: { kind: "slack", url } });
    const { exit, stdout } = await paperboy(["push", "test", "hook", "2026-10-02"], { home });
    expect([exit, stdout]).toEqual([0, "sent: a test was pushed to hook: HTTP 200: ok\n"]);
    expect(bodies()).toMatchObject([{ test: true, total: 12 }]);
    await paperboy(["push", "test", "team", "2026-10-02"], { home });
    expect(bodies()[1]?.["text"]).toMatch(/^\[test\] Paperboy: /);
    expect((await paperboy(["push", "list"], { home })).stdout).toBe("no pushes\n");
  });

  it.each([
    ["an unknown target", ["test", "ops", "2026-10-02"], "there is no push target named ops"],
    [
      "a name that every object has",
      ["test", "constructor", "2026-10-02"],
      "there is no push target named constructor",
    ],
    ["an unknown edition", ["retry", "team", "day:2026-01-01"], "unknown edition day:2026-01-01; there are none yet"],
  ])("refuses %s", async (_, args, message) => {
    const home = await homeWith({ team: { kind: "slack", url: "https://example.com/x" } });
    const { exit, stderr } = await paperboy(["push", ...args], { home });
    expect([exit, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it("shows no secret in `paperboy config`", async () => {
    const home = await homeWith({
      hook: { kind: "webhook", url: "https://example.com/hooks/S3CRET", secret: "a S3CRET of some length" },
      team: { kind: "slack", url: "https://hooks.example.com/services/T0/B0/S3CRET" },
      chat: { kind: "telegram", token: `1234:S3CRET${"a".repeat(30)}`, chat: "@lamps" },
    });
    const { stdout } = await paperboy(["config"], { home });
    expect(stdout).not.toContain("S3CRET");
    expect(stdout).toMatch(/push\.team\.url +"https:\/\/hooks\.example\.com\/\*\*\*"/);
  });
});
