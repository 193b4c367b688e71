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

/** A home whose one run mailed these people. */
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

/** The page, each line that says something about `label` as one text. */
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
  it("says how to begin, and stays empty", async () => {
    const home = freshHome();
    const { about, stdout } = await pageOf({ home });
    expect(stdout).toContain("nothing has gone out yet");
    expect(about("last run")).toMatch(/none yet: `paperboy run`/);
    expect([about("owed"), about("needs you")]).toEqual(["nothing", "nothing"]);
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("what it says", () => {
  it("of a run that went well: all was accepted, and nobody is needed", async () => {
    const { about, lines } = await pageOf(await mailed({}, "a", "b"));
    expect(lines[3]).toMatch(/^file:\w+… +2026-10-05 07:00 +12  2 sent$/);
    expect(about("letters")).toBe("2 sent (1 edition)");
    expect(about("last run")).toBe(
      `sent, 2026-10-05 07:00 UTC, just now 2 of 2 letters of ${daily} accepted by the mail server`,
    );
    expect(about("last mail")).toBe("the same run");
    expect([about("owed"), about("needs you")]).toEqual(["nothing", "nothing"]);
  });

  it("of letters in the outbox: that nobody was mailed", async () => {
    const { home } = await paperboy(["run", daily, "--to", "a@example.com"]);
    const { about, lines } = await pageOf({ home });
    expect(lines[3]).toMatch(/  1 written to outbox\/$/);
    expect(about("letters")).toBe("1 written to outbox/ (1 edition)");
  });

  it("of a letter that was put off: when it is tried again, and until when; that needs nobody", async () => {
    const { about } = await pageOf(await mailed({ refuse: slow }, "a", "slow"));
    expect(about("letters")).toBe("1 sent, 1 deferred (1 edition)");
    expect(about("owed")).toMatch(
      /^1 letter of file:\w+…, until 2026-10-07 03:00 UTC again from 2026-10-05 07:\d\d; at once: paperboy resend/,
    );
    expect(about("needs you")).toBe("nothing");
  });

  it("of a refused letter: where to look, for a week", async () => {
    const at = await mailed({ refuse: () => ({ code: 554, message: "5.7.1 not welcome" }) }, "a");
    expect((await pageOf(at)).about("needs you")).toMatch(
      /^the mail server refused 1 letter \(file:\w+…\) paperboy status file:\w+$/,
    );
    expect((await pageOf({ ...at, now: "2026-10-13T07:00:00Z" })).about("needs you")).not.toContain("refused");
  });

  it("of a push that a chat refused: where to look", async () => {
    const at = await mailed({}, "a");
    const store = await storeOf(at.home);
    const now = new Date("2026-10-05T07:00:00Z");
    const sendBefore = new Date("2026-10-06T07:00:00Z");
    const [edition] = await store.editions.recent(1);
    await store.pushes.plan({ editionId: edition?.edition.id ?? "", targets: ["team"], sendBefore }, now);
    const claim = await store.pushes.claim({ targets: ["team"], now, leaseMs: 60_000 });
    if (claim) await store.pushes.settle({ claim, state: "refused", detail: "404 no such hook" }, now);
    await store.close();
    expect((await pageOf(at)).about("needs you")).toBe("1 push did not go, or may not have (team) paperboy push list");
  });

  it("of a pause: how to end it", async () => {
    const at = await mailed({}, "a");
    await paperboy(["pause"], at);
    expect((await pageOf(at)).about("needs you")).toBe("sending is paused: nothing goes out paperboy resume");
  });

  it("of a schedule that stopped", async () => {
    const at = await mailed({}, "a");
    expect((await pageOf({ ...at, now: "2026-10-07T07:00:00Z" })).about("needs you")).toBe(
      "nothing has run for 48 hours paperboy doctor --only schedule",
    );
  });

  it("of runs since the last mail, and of single mails in line", async () => {
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
    expect(about("in line")).toBe("1 single mail since 2026-10-05 09:55 UTC");
  });
});

describe("its shape", () => {
  it("is 80 columns at most, where nobody says how wide the terminal is", async () => {
    const { lines } = await pageOf(await mailed({ refuse: () => ({ code: 554, message: "no" }) }, "a", "b"));
    // A command is whole, so that it can be copied.
    const told = lines.filter((line) => !line.includes("paperboy status"));
    expect(Math.max(...told.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [{ LANG: "en_GB.UTF-8" }, false],
    [{ LANG: "en_GB.UTF-8", LC_ALL: "C" }, true],
    [{ LANG: "en_GB.UTF-8", NO_COLOR: "1" }, true],
    [{}, true],
  ])("with %j is plain ASCII: %s", async (environment, isPlain) => {
    const at = await mailed({}, "a");
    const { stdout, about } = await pageOf({ ...at, environment });
    expect(/^[\n\x20-\x7e]*$/.test(stdout)).toBe(isPlain);
    expect(about("papers")).toBe(`${isPlain ? "#" : "█"} 12 on 10-02`);
  });

  it("as JSON has what the page has", async () => {
    const { json } = await paperboy(["status", "--json"], await mailed({}, "a"));
    expect(json()).toMatchObject({
      paused: false,
      editions: [{ papers: 12, counts: { prepared: 1, sent: 1 }, channel: "smtp", date: "2026-10-02" }],
      papersByDay: expect.arrayContaining([{ day: "2026-10-02", papers: 12 }]),
      owed: [],
      needs: [],
      transactional: { mails: 0, since: null },
      lastRun: { reason: "sent", endedAt: "2026-10-05T07:00:00.000Z" },
      lastMailed: { reason: "sent" },
    });
  });
});
