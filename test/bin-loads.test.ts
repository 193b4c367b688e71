import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fixture, freshHome, projectRoot } from "./support/paperboy.js";

/** Runs a command as bin/paperboy.js does, and tells which files of the bundle it loaded and what of Node. */
const PROGRAM = `
  const { openBundle } = require(${JSON.stringify(path.join(projectRoot, "bin/compiled.js"))});
  const { load, scripts } = openBundle(${JSON.stringify(path.join(projectRoot, "dist/bundle"))});
  const { readFileSync } = require("node:fs");
  load("cli.js").main(process.argv).then(() => {
    const text = [...scripts.keys()].map((name) => readFileSync(${JSON.stringify(path.join(projectRoot, "dist/bundle/"))} + name, "utf8"));
    const has = (sign) => text.some((file) => file.includes(sign));
    process.stderr.write(JSON.stringify({
      files: text.length,
      kilobytes: Math.round(text.join("").length / 1000),
      documents: has("stateNamedEntity"),
      settings: has("strictObject"),
      database: has("better-sqlite3"),
      programs: process.moduleLoadList.includes("NativeModule child_process"),
    }));
  });`;

function loads(...args: readonly string[]): unknown {
  const { stderr } = spawnSync(process.execPath, ["--eval", PROGRAM, "--", ...args], {
    cwd: freshHome(),
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  return JSON.parse(stderr);
}

describe("what a command loads", () => {
  it("is next to nothing for --help", () => {
    const { files, kilobytes, ...parts } = loads("paperboy", "--help") as { files: number; kilobytes: number };
    expect(files).toBeLessThanOrEqual(16);
    expect(kilobytes).toBeLessThanOrEqual(120);
    expect(parts).toMatchObject({ documents: false, settings: false, database: false, programs: false });
  });

  it("is no reader of documents and no database for a letter that is looked at", () => {
    const parts = loads("paperboy", "render", fixture("pages/daily.html"), "--as", "html");
    expect(parts).toMatchObject({ documents: false, database: false, settings: true });
  });

  it("is the database where what is remembered is asked for", () => {
    expect(loads("paperboy", "pause")).toMatchObject({ documents: false, database: true });
  });

  it("is a reader of documents where the cards are held against the data", () => {
    expect(loads("paperboy", "parse", fixture("pages/daily.html"))).toMatchObject({ documents: true });
  });
});
