import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { idOf, openHarness, sectionOf } from "./revisit-harness.js";
import type { Harness } from "./revisit-harness.js";

let harness: Harness;

const ASKED = "view:\n  revisit: 3\n";

async function open(config: string): Promise<void> {
  harness = await openHarness(config);
  harness.votes("2026-10-01", [40, 12, 5, 2]);
  harness.votes("2026-10-02", [30, 8, 3]);
  harness.weekend("2026-10-03", "2026-10-02");
  harness.weekend("2026-10-04", "2026-10-02");
  harness.votes("2026-10-05", [21, 9]);
  harness.votes("2026-10-06", [11, 7]);
}

async function sent(now: string): Promise<string> {
  const run = await harness.run(now);
  expect({ exit: run.exit, stderr: run.stderr }).toEqual({ exit: 0, stderr: "" });
  return run.stdout;
}

afterEach(() => harness.site.close());

describe("a revisit", () => {
  beforeEach(() => open(ASKED));

  it("contains papers that rose since they were mailed, once, and requests few pages", async () => {
    await sent("2026-10-02");
    harness.asked();
    expect((await harness.letter("2026-10-01")).text).not.toContain("Second look");

    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await sent("2026-10-03");
    expect(harness.asked()).toEqual(["2026-10-02", "2026-10-01?"]);
    const { text, html } = await harness.letter("2026-10-02");
    const section = sectionOf(text);
    expect(section).toContain("From 12 to 61 votes since 1 October 2026");
    expect(section).toContain("From 5 to 27 votes since 1 October 2026");
    expect(section.match(/From/g)).toHaveLength(2);
    expect(section.indexOf(idOf("2026-10-01", 1))).toBeLessThan(section.indexOf(idOf("2026-10-01", 2)));
    expect(html).toContain("From 12 to 61 votes since 1 October 2026");

    // An hour later nothing is due, and nobody is asked for what rose.
    expect((await harness.run("2026-10-03")).stdout).toMatch(/^nothing-due/);
    expect(harness.asked()).toEqual([]);

    // Every second page: the newest one, and then the one that had its revisit.
    harness.votes("2026-10-01", [99, 200, 90, 10]);
    await sent("2026-10-06");
    expect(harness.asked().slice(-1)).toEqual(["2026-10-02?"]);
    await sent("2026-10-07");
    expect(harness.asked().slice(-2)).toEqual(["2026-10-05?", "2026-10-01?"]);
    const later = sectionOf((await harness.letter("2026-10-06")).text);
    expect(later).toContain("From 40 to 99 votes since 1 October 2026");
    expect(later.match(/From/g)).toHaveLength(1);
  });

  it("covers only the last two weeks", async () => {
    await sent("2026-10-02");
    harness.votes("2026-10-01", [40, 300, 5, 2]);
    harness.votes("2026-10-16", [3]);
    const { stdout } = await harness.run("2026-10-17", ["run", "2026-10-16"]);
    expect(stdout).toMatch(/^sent/);
    expect(harness.asked()).not.toContain("2026-10-01?");
    expect((await harness.letter("2026-10-16")).text).not.toContain("Second look");
  });

  it.each([
    { trouble: "an error of the site", reply: { status: 404 }, says: /no revisit of 2026-10-01: .*404/ },
    {
      trouble: "a page of another layout",
      reply: { body: "<html><main>All new!</main></html>" },
      says: /no revisit of 2026-10-01: /,
    },
    {
      trouble: "a line that breaks",
      reply: { body: "x".repeat(5_000), cut: 100 },
      says: /no revisit of 2026-10-01: /,
    },
    { trouble: "no answer at all", reply: { hang: "headers" }, says: /no revisit of 2026-10-01: / },
  ] as const)("never delays a letter: $trouble", async ({ reply, says }) => {
    await sent("2026-10-02");
    harness.site.set("/papers/date/2026-10-01", reply);
    const run = await harness.run("2026-10-03", ["run", "--json"]);
    expect({ exit: run.exit, reason: run.json()["reason"] }).toEqual({ exit: 0, reason: "sent" });
    expect(run.json()["warnings"]).toEqual([expect.stringMatching(says)]);
    const { text } = await harness.letter("2026-10-02");
    expect(text).toContain("Paper 0 of 2026-10-02");
    expect(text).not.toContain("Second look");
  });

  it("uses the other pages when one has an unknown layout, and stops requesting pages of an unreachable site", async () => {
    for (const now of ["2026-10-02", "2026-10-03", "2026-10-06"]) await sent(now);
    harness.votes("2026-10-01", [40, 12, 5, 222]);
    harness.site.set("/papers/date/2026-10-05", { body: "<html><main>All new!</main></html>" });
    harness.asked();
    const run = await harness.run("2026-10-07");
    expect(run.exit).toBe(0);
    expect(run.stderr).toContain("no revisit of 2026-10-05");
    expect(sectionOf((await harness.letter("2026-10-06")).text)).toContain("From 2 to 222 votes since 1 October 2026");

    harness.votes("2026-10-07", [4]);
    harness.site.set("/papers/date/2026-10-06", { status: 503 });
    harness.asked();
    expect((await harness.run("2026-10-08")).exit).toBe(0);
    expect(harness.asked()).toEqual(["2026-10-07", "2026-10-06?"]);
  });

  it("is part of a dry run, which writes nothing", async () => {
    await sent("2026-10-02");
    harness.votes("2026-10-01", [40, 61, 5, 2]);
    const before = readdirSync(harness.home, { recursive: true });
    const run = await harness.run("2026-10-03", ["run", "--dry-run", "--json"]);
    expect(run.json()["reason"]).toBe("sent");
    expect(harness.asked().slice(-1)).toEqual(["2026-10-01"]);
    expect(readdirSync(harness.home, { recursive: true })).toEqual(before);
  });
});

describe("a view's revisit", () => {
  it("adds a request and changes letters only when a view has one", async () => {
    await open("");
    await sent("2026-10-02");
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await sent("2026-10-03");
    expect(harness.asked()).toEqual(["2026-10-01", "2026-10-02"]);
    expect((await harness.letter("2026-10-02")).text).not.toContain("Second look");
  });

  it("follows the topics of each reader, whenever they joined, up to the number in their view", async () => {
    await open("");
    await harness.run("2026-10-01", ["subscribers", "add", "all@example.org", "--revisit", "1"]);
    await sent("2026-10-02");
    await harness.run("2026-10-02", [
      "subscribers",
      "add",
      "late@example.org",
      "--revisit",
      "5",
      "--exclude",
      "Paper 1 of",
    ]);
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await sent("2026-10-03");
    const texts = await harness.texts("2026-10-02");
    const rising = texts.map((text) =>
      [...sectionOf(text).matchAll(/Paper (\d)/g)].map(([, place]) => place).join(" "),
    );
    expect(new Set(rising)).toEqual(new Set(["", "1", "2"]));
    expect(texts.filter((text) => text.includes("since 1 October 2026"))).toHaveLength(2);
  });

  it("applies to the readers of a run with --revisit", async () => {
    await open("");
    await sent("2026-10-02");
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await harness.run("2026-10-03", ["run", "2026-10-02", "--to", "me@example.com", "--revisit", "2"]);
    expect(sectionOf((await harness.letter("2026-10-02")).text)).toContain("From 12 to 61");
  });
});

describe("a stored revisit", () => {
  it("is reproduced from its record, byte for byte, without the site", async () => {
    await open(`${ASKED}records: true\n`);
    await sent("2026-10-02");
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await sent("2026-10-03");
    const { text } = await harness.letter("2026-10-02");
    rmSync(path.join(harness.home, "paperboy.db"));
    rmSync(path.join(harness.home, "pages"), { recursive: true });
    harness.asked();
    const replay = await harness.run("2027-01-01", ["replay", "--json"]);
    expect({ exit: replay.exit, identical: replay.json()["identical"] }).toEqual({ exit: 0, identical: true });
    const again = await harness.run("2027-01-01", ["replay", "--as", "text"]);
    expect(sectionOf(again.stdout)).toBe(sectionOf(text.replaceAll("\r\n", "\n")));
    expect(harness.asked()).toEqual([]);
    expect(existsSync(path.join(harness.home, "paperboy.db"))).toBe(false);
  });

  it("is frozen, so a person who is named later gets the same one even if votes have changed", async () => {
    await open(ASKED);
    await sent("2026-10-02");
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await sent("2026-10-03");
    harness.votes("2026-10-01", [400, 500, 600, 700]);
    harness.asked();
    await harness.run("2026-10-03", ["run", "2026-10-02", "--to", "late@example.com"]);
    expect(harness.asked()).toEqual([]);
    const [first, second] = (await harness.texts("2026-10-02")).map(sectionOf);
    expect(first).toContain("From 12 to 61");
    expect(second).toBe(first);
  });

  it("is compared with recorded editions that are not in the database", async () => {
    await open(`${ASKED}records: true\n`);
    await sent("2026-10-02");
    rmSync(path.join(harness.home, "paperboy.db"));
    rmSync(path.join(harness.home, "paperboy.db.epoch"));
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await sent("2026-10-03");
    expect(sectionOf((await harness.letter("2026-10-02")).text)).toContain("From 12 to 61 votes since 1 October 2026");
  });
});

describe("paperboy explain and render", () => {
  beforeEach(() => open(ASKED));

  it("say why a paper is in the revisit, or not", async () => {
    await sent("2026-10-02");
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    const { stdout } = await harness.run("2026-10-03", ["explain", "2026-10-02", "--revisit", "1"]);
    expect(stdout).toContain("Second look\n");
    expect(stdout).toMatch(/^\+ +2610\.01001 .*rose from 12 to 61 votes since 1 October 2026/m);
    expect(stdout).toMatch(/^- +2610\.01002 .*ranks below the first 1; rose from 5 to 27/m);
    expect(stdout).toMatch(/^- +2610\.01000 .*went from 40 to 55 votes since 1 October 2026: not a jump/m);
    const explained = await harness.run("2026-10-03", ["explain", "2026-10-02", "--json"]);
    const rows = explained.json()["revisit"] as { id: string; verdict: string }[];
    expect(rows.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      "2610.01001 kept",
      "2610.01002 kept",
      "2610.01000 dropped",
      "2610.01003 dropped",
    ]);
    const rendered = await harness.run("2026-10-03", ["render", "2026-10-02", "--as", "text"]);
    expect(sectionOf(rendered.stdout)).toContain("From 12 to 61");
  });

  it("show the frozen revisit of an edition that was sent", async () => {
    await sent("2026-10-02");
    harness.votes("2026-10-01", [55, 61, 27, 9]);
    await sent("2026-10-03");
    harness.votes("2026-10-01", [99, 100, 101, 102]);
    const { stdout } = await harness.run("2026-10-03", ["render", "2026-10-02", "--as", "text"]);
    expect(sectionOf(stdout)).toContain("From 12 to 61");
  });

  it("create no database", async () => {
    const { stdout, exit, home } = await harness.run("2026-10-03", ["render", "2026-10-02", "--as", "text"]);
    expect(exit).toBe(0);
    expect(stdout).not.toContain("Second look");
    expect(existsSync(path.join(home, "paperboy.db"))).toBe(false);
  });
});
