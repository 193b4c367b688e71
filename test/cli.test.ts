import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/cli.js";
import { REASONS } from "../src/errors.js";
import { SOURCE_FORMS } from "../src/sources.js";
import { paperboy } from "./support/paperboy.js";

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
    expect(stdout).toContain(`$ paperboy ${name} `);
  });

  it("prints the version", async () => {
    expect((await paperboy(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
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
    [["parse"], "missing required argument"],
    [["send", "today"], "--to"],
    [["parse", "today", "--now", "soon"], "2026-10-02T07:00:00Z"],
    [["explain", "today", "--limit", "-3"], "whole number"],
  ])("%j ends with exit 2 and says what is right", async (args, advice) => {
    const { exit, stdout, stderr } = await paperboy(args);
    expect(exit).toBe(2);
    expect(stderr).toContain(advice);
    expect(stdout).toBe("");
  });

  it("is one JSON object with --json", async () => {
    const { exit, json } = await paperboy(["run", "2026-02-30", "--to", "a@example.com", "--json"]);
    expect(exit).toBe(2);
    expect(json()).toMatchObject({ reason: "usage", exit: 2, editions: [] });
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
