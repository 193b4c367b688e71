import { readdirSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openStore } from "../../src/app/open-store.js";
import { readSecrets } from "../../src/config/keys.js";
import type { Store } from "../../src/store/store.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { startSmtp } from "../support/smtp.js";
import type { Smtp, SmtpOptions } from "../support/smtp.js";

const daily = fixture("pages/daily.html");
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const part of open.splice(0).toReversed()) await part.close();
});

async function smtp(options: SmtpOptions = {}): Promise<Smtp> {
  const server = await startSmtp(options);
  open.push(server);
  return server;
}

const slow = (address: string) => (address.startsWith("slow") ? { code: 451, message: "4.7.1 later" } : null);

/** Runs once, mails these people and returns the home. */
async function mailed(options: SmtpOptions, ...to: string[]) {
  const server = await smtp(options);
  const environment = { PAPERBOY_SMTP_URL: server.url, PAPERBOY_FROM: "digest@example.org", LANG: "C.UTF-8" };
  const { home } = await paperboy(["run", daily, ...to.flatMap((name) => ["--to", `${name}@example.com`])], {
    environment,
  });
  return { home, environment };
}

async function storeOf(home: string): Promise<Store> {
  const { home: key } = await readSecrets({ given: null, file: path.join(home, "paperboy.key") });
  return openStore({ target: path.join(home, "paperboy.db"), key });
}

/** Returns the status page; `about` joins the lines of a label. */
async function pageOf(options: Parameters<typeof paperboy>[1]) {
  const { exit, stdout, stderr } = await paperboy(["status"], options);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  const lines = stdout.split("\n");
  const about = (label: string) => {
    const first = lines.findIndex((line) => line.startsWith(label));
    const rest = lines.slice(first + 1);
    const end = rest.findIndex((line) => !line.startsWith(" "));
    return first === -1
      ? ""
      : [lines[first]?.slice(11), ...rest.slice(0, end)].join(" ").replaceAll(/\s+/g, " ").trim();
  };
  return { stdout, lines, about };
}

describe("an empty home", () => {
  it("says how to start, and writes nothing", async () => {
    const home = freshHome();
    const { about, stdout } = await pageOf({ home });
    expect(stdout).toContain("no editions yet");
    expect(about("last run")).toMatch(/none yet: start with `paperboy run`/);
    expect([about("unsent"), about("needs you")]).toEqual(["nothing", "nothing"]);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("the page", () => {
  it("shows a successful run without needs", async () => {
    const { about, lines } = await pageOf(await mailed({}, "a", "b"));
    expect(lines[3]).toMatch(/^file:\w+… +2026-10-05 07:00 +12  2 sent$/);
    expect(about("letters")).toBe("2 sent (1 edition)");
    expect(about("last run")).toBe(
      `sent, 2026-10-05 07:00 UTC, just now 2 of 2 letters of ${daily} accepted by the mail server`,
    );
    expect(about("last mail")).toBe("the same run");
    expect([about("unsent"), about("needs you")]).toEqual(["nothing", "nothing"]);
  });

  it("says that letters in the outbox were not mailed", async () => {
    const { home } = await paperboy(["run", daily, "--to", "a@example.com"]);
    const { about, lines } = await pageOf({ home });
    expect(lines[3]).toMatch(/  1 written to outbox\/$/);
    expect(about("letters")).toBe("1 written to outbox/ (1 edition)");
  });

  it("shows the next attempt and the deadline of a deferred letter, without a need", async () => {
    const { about } = await pageOf(await mailed({ refuse: slow }, "a", "slow"));
    expect(about("letters")).toBe("1 sent, 1 deferred (1 edition)");
    expect(about("unsent")).toMatch(
      /^1 letter of file:\w+…, deadline 2026-10-07 03:00 UTC next attempt 2026-10-05 07:\d\d; to send now: paperboy resend/,
    );
    expect(about("needs you")).toBe("nothing");
  });

  it("lists a refused letter for a week, with the command that shows it", async () => {
    const at = await mailed({ refuse: () => ({ code: 550, message: "5.1.1 no such user" }) }, "a");
    expect((await pageOf(at)).about("needs you")).toMatch(
      /^the mail server refused 1 letter \(file:\w+…\) paperboy status file:\w+$/,
    );
    expect((await pageOf({ ...at, now: "2026-10-13T07:00:00Z" })).about("needs you")).not.toContain("refused");
  });

  it("lists a refused push, with the command that shows it", async () => {
    const at = await mailed({}, "a");
    const store = await storeOf(at.home);
    const now = new Date("2026-10-05T07:00:00Z");
    const sendBefore = new Date("2026-10-06T07:00:00Z");
    const [edition] = await store.editions.recent(1);
    await store.pushes.plan({ editionId: edition?.edition.id ?? "", targets: ["team"], sendBefore }, now);
    const claim = await store.pushes.claim({ targets: ["team"], now, leaseMs: 60_000 });
    if (claim) await store.pushes.settle({ claim, state: "refused", detail: "404 no such hook" }, now);
    await store.close();
    expect((await pageOf(at)).about("needs you")).toBe("1 push failed or may have failed (team) paperboy push list");
  });

  it("names the command that resumes paused sending", async () => {
    const at = await mailed({}, "a");
    await paperboy(["pause"], at);
    expect((await pageOf(at)).about("needs you")).toBe("sending is paused paperboy resume");
  });

  it("reports a schedule that stopped", async () => {
    const at = await mailed({}, "a");
    expect((await pageOf({ ...at, now: "2026-10-07T07:00:00Z" })).about("needs you")).toBe(
      "the last run was 48 hours ago paperboy doctor --only schedule",
    );
  });

  it("distinguishes the last run from the last that mailed, and shows queued transactional mails", async () => {
    const at = await mailed({}, "a");
    await paperboy(["run", daily, "--to", "a@example.com"], { ...at, now: "2026-10-05T09:00:00Z" });
    const store = await storeOf(at.home);
    const body = { subject: "Please confirm", text: "…", html: null, headers: {} };
    const sendBefore = new Date("2026-10-05T10:10:00Z");
    await store.transactional.enqueue(
      { kind: "confirm", to: "new@example.com", ...body, sendBefore },
      new Date("2026-10-05T09:55:00Z"),
    );
    await store.close();
    const { about } = await pageOf({ ...at, now: "2026-10-05T10:00:00Z" });
    expect(about("last run")).toMatch(/^already-sent, 2026-10-05 09:00 UTC, 60 minutes ago /);
    expect(about("last mail")).toBe("2026-10-05 07:00 UTC, 3 hours ago");
    expect(about("queued")).toMatch(/^1 transactional mail since 2026-10-05 09:55 UTC/);
  });
});

describe("its layout", () => {
  it("has at most 80 columns when the width is unknown", async () => {
    const { lines } = await pageOf(await mailed({ refuse: () => ({ code: 554, message: "no" }) }, "a", "b"));
    // Commands are not wrapped, so that they can be copied.
    const text = lines.filter((line) => !line.includes("paperboy status"));
    expect(Math.max(...text.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [{ LANG: "en_GB.UTF-8" }, false],
    [{ LANG: "en_GB.UTF-8", LC_ALL: "C" }, true],
    [{ LANG: "en_GB.UTF-8", NO_COLOR: "1" }, true],
    [{}, true],
  ])("with %j is in ASCII: %s", async (environment, isPlain) => {
    const at = await mailed({}, "a");
    const { stdout, about } = await pageOf({ ...at, environment });
    expect(/^[\n\x20-\x7e]*$/.test(stdout)).toBe(isPlain);
    expect(about("papers")).toBe(`${isPlain ? "#" : "█"} 12 on 10-02`);
  });

  it("has the same content as JSON", async () => {
    const { json } = await paperboy(["status", "--json"], await mailed({}, "a"));
    expect(json()).toMatchObject({
      paused: false,
      editions: [{ papers: 12, counts: { prepared: 1, sent: 1 }, channel: "smtp", date: "2026-10-02" }],
      papersByDay: expect.arrayContaining([{ day: "2026-10-02", papers: 12 }]),
      unsent: [],
      needs: [],
      transactional: { mails: 0, since: null },
      lastRun: { reason: "sent", endedAt: "2026-10-05T07:00:00.000Z" },
      lastMailed: { reason: "sent" },
    });
  });
});
