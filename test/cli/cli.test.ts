import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/commands/table.js";
import { REASONS } from "../../src/core/errors.js";
import { SOURCE_FORMS } from "../../src/fetch/sources.js";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";
import { startSite } from "../support/site.js";

describe("help", () => {
  it("names every command, every form of SOURCE and every reason", async () => {
    const { exit, stdout } = await paperboy(["--help"]);
    expect(exit).toBe(0);
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`${name}.*${escaped(summary)}`));
    for (const { example } of SOURCE_FORMS) expect(stdout).toContain(example);
    for (const [reason, { exit: status }] of Object.entries(REASONS))
      expect(stdout).toMatch(new RegExp(`${status} +${reason}`));
  });

  it.each(COMMANDS.map(({ name }) => name))("of %s has a description and examples that name it", async (name) => {
    const { exit, stdout } = await paperboy([name, "--help"]);
    expect(exit).toBe(0);
    expect(stdout).toContain("Examples:");
    expect(stdout).toMatch(new RegExp(`\\$ paperboy ${name}(?: |$)`, "m"));
  });

  it("of a command is the same with `help COMMAND` and `COMMAND --help`", async () => {
    const asked = await paperboy(["help", "render"]);
    expect(asked).toMatchObject({ exit: 0, stdout: (await paperboy(["render", "--help"])).stdout, stderr: "" });
    expect((await paperboy(["help", "subscribers", "add"])).stdout).toContain("--frequency");
    expect((await paperboy(["help"])).stdout).toContain("SOURCE is one of:");
  });

  it("of an unknown command is an error that suggests a similar one", async () => {
    const { exit, stdout, stderr } = await paperboy(["help", "rendr"]);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain("Did you mean render?");
    expect(stderr).toContain("unknown command 'rendr'");
  });

  it("is named for the command that was called wrongly", async () => {
    expect((await paperboy(["render"])).stderr).toContain("See `paperboy render --help`.");
    expect((await paperboy(["nonsense"])).stderr).toContain("See `paperboy --help`.");
  });

  it("prints the version", async () => {
    expect((await paperboy(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("the name of a command", () => {
  const names = [...COMMANDS.map(({ name }) => name), "help"];

  it.each(names)("is also accepted as the value of a flag and the name of a file: %s", async (name) => {
    const home = freshHome();
    copyFileSync(fixture("pages/daily.html"), path.join(home, name));
    const { exit, stdout, stderr } = await paperboy(["explain", name, "--include", name], { home });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain("12 papers:");
  });

  it("is recognised after a global flag and its value", async () => {
    const { exit, stdout } = await paperboy(["--home", "run", "parse", fixture("pages/daily.html")]);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/^\{/) });
  });
});

describe("a wrong command line", () => {
  it.each([
    [["rnu"], "run"],
    [["render", "today", "--templats", "x"], "--templates"],
    [["render", "today", "--as", "pdf"], "html, text, subject"],
    [["run", "2026-02-30", "--to", "a@example.com"], "there is no day 2026-02-30"],
    [["parse", "2026-W54"], "2026-W40"],
    [["parse", "missing.html"], "./page.html"],
    [["explain"], "missing required argument"],
    [["parse"], "--schema"],
    [["send", "today"], "--to"],
    [["parse", "today", "--now", "soon"], "2026-10-02T07:00:00Z"],
    [["parse", "today", "--now", "2026-02-30"], "2026-10-02T07:00:00Z"],
    [["parse", "today", "--now", "2026-10-02T07:00:00"], "with a time zone"],
    [["parse", "today", "--now", "2026-10-02T25:00:00Z"], "with a time zone"],
    [["parse", "today", "--now", "2026-10-02 and more"], "with a time zone"],
    [["explain", "today", "--limit", "-3"], "whole number"],
    [["explain", "today", "--limit", "0"], "--limit 0: expected a whole number from 1 to 500"],
    [["explain", "today", "--include", " "], "--include"],
    [["explain", "today", "--language", "english!"], "--language"],
    [["parse", ""], "search:LLaVA-1.5"],
    [[], "run "],
    [["uncertain"], "list"],
    [["--include", "run", "explain", "today"], "--include"],
  ])("%j ends with exit 2, suggests the right one and names the reason in the last line", async (args, advice) => {
    const { exit, stdout, stderr } = await paperboy(args);
    expect(exit).toBe(2);
    expect(stderr).toContain(advice);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^usage: /);
    expect(stdout).toBe("");
  });

  it.each([[["rnu"]], [["run", "today", "--now", "soon"]], [["send", "today"]], [[]], [["run", "--tp", "x"]]])(
    "%j is one JSON object with --json",
    async (args) => {
      const { exit, json } = await paperboy([...args, "--json"]);
      expect(exit).toBe(2);
      expect(json()).toMatchObject({ reason: "usage", exit: 2, message: expect.any(String), hint: expect.any(String) });
    },
  );

  it.each([
    ["file", ["parse", "empty.html"]],
    ["standard input", ["parse", "-"]],
  ])("with an empty %s lists the forms of SOURCE", async (_, args) => {
    const home = freshHome();
    writeFileSync(path.join(home, "empty.html"), "\n");
    const { exit, stderr } = await paperboy(args, { home });
    expect(exit).toBe(2);
    expect(stderr).toMatch(/trending, search:WORDS[\s\S]*usage: .* it is empty/);
  });

  it("is one JSON object with --json", async () => {
    const { exit, json } = await paperboy(["run", "2026-02-30", "--to", "a@example.com", "--json"]);
    expect(exit).toBe(2);
    expect(json()).toMatchObject({ reason: "usage", exit: 2, editions: [] });
  });
});

describe("--now", () => {
  it.each([
    ["2026-10-03", "2026-10-02"],
    ["2026-10-03T00:30:00+02:00", "2026-10-01"],
  ])("%s makes yesterday %s", async (now, day) => {
    const site = await startSite({});
    await paperboy(["fetch", "yesterday", "--now", now], { environment: { PAPERBOY_SITE_URL: site.url } });
    await site.close();
    expect(site.requests.map(({ path }) => path)).toEqual([`/papers/date/${day}`]);
  });
});

describe("--health-port", () => {
  it("refuses a number that is no port", async () => {
    const { exit, stderr } = await paperboy(["work", "--health-port", "65536"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("--health-port");
  });
});

describe("--quiet", () => {
  it("prints only the last line", async () => {
    const args = ["run", fixture("pages/daily.html"), "--to", "you@example.com", "--quiet"];
    const { stdout, stderr } = await paperboy(args, { isTTY: true });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^sent: .+\n$/);
  });

  it("keeps warnings", async () => {
    const args = ["run", fixture("pages/cards-only.html"), "--to", "you@example.com", "--quiet"];
    expect((await paperboy(args, { isTTY: true })).stderr).toMatch(/^warning: .*titles only/m);
  });
});

describe("--json", () => {
  it.each([
    ["fetch", []],
    ["render", ["--as", "text"]],
  ])("wraps the data of %s in one object", async (name, flags) => {
    const args = [name, fixture("pages/daily.html"), ...flags];
    const { stdout } = await paperboy(args);
    const { json } = await paperboy([...args, "--json"]);
    expect(json()).toEqual({ message: expect.any(String), data: stdout });
  });
});

describe("send --dry-run", () => {
  it("renders the letter, but writes nothing and opens no connection", async () => {
    const args = ["send", fixture("pages/daily.html"), "--to", "you@example.com", "--dry-run"];
    const environment = { PAPERBOY_SMTP_URL: "smtp://127.0.0.1:1", PAPERBOY_FROM: "a@example.org" };
    const { exit, stdout, home } = await paperboy(args, { environment });
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: expect.stringMatching(/^sent: dry run: 1 test letter would be sent/),
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it("fails without a sender, as a real one does", async () => {
    const args = ["send", fixture("pages/daily.html"), "--to", "you@example.com", "--dry-run"];
    const environment = { PAPERBOY_SMTP_URL: "smtp://127.0.0.1:1" };
    expect((await paperboy(args, { environment })).exit).toBe(3);
  });
});

it("shows a stack only when asked", async () => {
  const plain = await paperboy(["parse", "missing.html"]);
  const verbose = await paperboy(["parse", "missing.html", "--verbose"]);
  expect(plain.stderr).not.toMatch(/^\s+at /m);
  expect(verbose.stderr).toMatch(/^\s+at /m);
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
