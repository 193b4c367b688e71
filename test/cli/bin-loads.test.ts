import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, freshHome, projectRoot } from "../support/paperboy.js";

/** Runs a command as bin/paperboy.js does, and tells which files of the bundle it loaded and what of Node. */
const PROGRAM = `
  const { openBundle } = require(${JSON.stringify(path.join(projectRoot, "bin/compiled.js"))});
  const { load, scripts } = openBundle(${JSON.stringify(path.join(projectRoot, "dist/bundle"))});
  const { readFileSync } = require("node:fs");
  load("cli.js").main(process.argv).then(() => {
    const text = [...scripts.keys()].map((name) => readFileSync(${JSON.stringify(path.join(projectRoot, "dist/bundle/"))} + name, "utf8"));
    const has = (sign) => text.some((file) => file.includes(sign));
    const told = {
      files: text.length,
      kilobytes: Math.round(text.join("").length / 1000),
      documents: has("stateNamedEntity"),
      settings: has("strictObject"),
      database: has("better-sqlite3"),
      mathematics: scripts.has("temml.js"),
      programs: process.moduleLoadList.includes("NativeModule child_process"),
      streams: process.moduleLoadList.includes("NativeModule net"),
    };
    process.stderr.write(JSON.stringify(told));
  });`;

interface Loaded {
  readonly files: number;
  readonly kilobytes: number;
}

function loads(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Loaded {
  const { stderr } = spawnSync(process.execPath, ["--eval", PROGRAM, "--", "paperboy", ...args], {
    cwd: freshHome(),
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", ...environment },
  });
  return JSON.parse(stderr) as Loaded;
}

describe("what a command loads", () => {
  it("is next to nothing for --help", () => {
    const { files, kilobytes, ...parts } = loads(["--help"]);
    expect(files).toBeLessThanOrEqual(16);
    expect(kilobytes).toBeLessThanOrEqual(120);
    expect(parts).toMatchObject({
      documents: false,
      settings: false,
      database: false,
      programs: false,
      streams: false,
    });
  });

  const render = ["render", fixture("pages/daily.html"), "--as", "html"];

  it("is neither a database nor settings for a letter that is looked at", () => {
    const { files, kilobytes, ...parts } = loads(render);
    expect(files).toBeLessThanOrEqual(48);
    expect(kilobytes).toBeLessThanOrEqual(1200);
    expect(parts).toMatchObject({ documents: true, database: false, settings: false, mathematics: true });
  });

  it("is no reader of formulas where there is none", () => {
    const page = path.join(freshHome(), "page.html");
    const html = readFileSync(fixture("pages/daily.html"), "utf8").replaceAll(/\$|\\\\/g, "");
    const cards = html.indexOf("<article");
    writeFileSync(page, html.slice(0, cards) + html.slice(cards).replaceAll("\\", ""));
    const { kilobytes, ...parts } = loads(["render", page, "--as", "html"]);
    expect(parts).toMatchObject({ mathematics: false });
    expect(kilobytes).toBeLessThanOrEqual(900);
  });

  it("is what checks settings where something is set", () => {
    expect(loads(render, { PAPERBOY_BRANDING_NAME: "The Lantern" })).toMatchObject({ settings: true });
    expect(loads([...render, "--limit", "3"])).toMatchObject({ settings: true });
  });

  it("is the database where what is remembered is asked for", () => {
    expect(loads(["pause"])).toMatchObject({ documents: false, database: true });
  });
});
