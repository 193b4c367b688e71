import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fixture, freshHome, projectRoot } from "../support/paperboy.js";

const { files } = JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8")) as { files: string[] };

/** What a package brings, in a folder of its own, so that it can be damaged. */
function unpack(): string {
  const folder = freshHome();
  for (const part of [...files, "package.json"]) {
    mkdirSync(path.dirname(path.join(folder, part)), { recursive: true });
    cpSync(path.join(projectRoot, part), path.join(folder, part), { recursive: true });
  }
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

function render(folder: string) {
  const bin = path.join(folder, "bin/paperboy.js");
  const { PATH = "" } = process.env;
  const page = fixture("pages/daily.html");
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "render", page, "--as", "html"], {
    cwd: freshHome(),
    encoding: "utf8",
    env: { PATH },
  });
  return { status, stdout, stderr };
}

const compiledOf = (folder: string) => path.join(folder, "dist/bundle/compiled");

const keptIn = (folder: string, name: "index.json" | "code") =>
  path.join(compiledOf(folder), `${process.version}-${process.arch}`, name);

/** Where each file begins in what was kept. */
const indexOf = (folder: string) =>
  (
    JSON.parse(readFileSync(keptIn(folder, "index.json"), "utf8")) as {
      files: Record<string, [number, number, number]>;
    }
  ).files;

/** What V8 made of each file begins with its version, among others. */
function ofAnotherVersion(code: Buffer, folder: string): Buffer {
  for (const [at] of Object.values(indexOf(folder))) code.fill(7, at, at + 16);
  return code;
}

describe("what was compiled when the program was built", () => {
  const folder = unpack();
  let whole = { status: null as number | null, stdout: "", stderr: "" };

  beforeAll(() => {
    if (!existsSync(compiledOf(folder))) throw new Error("dist/ is missing or old: run `npm run build`");
    whole = render(folder);
  });

  it("runs", () => {
    expect({ status: whole.status, stderr: whole.stderr }).toEqual({ status: 0, stderr: "" });
    expect(whole.stdout).toContain("</html>");
  });

  it("holds what a command loads that users wait for, sending included", () => {
    const compiled = Object.keys(indexOf(folder)).join(" ");
    for (const part of ["agree", "run", "smtp-connection", "connection"]) expect(compiled).toContain(`${part}-`);
  });

  it.each([
    ["is of another version", "code", ofAnotherVersion],
    ["is cut off", "code", (code: Buffer) => code.subarray(0, code.length / 2)],
    ["is empty", "code", (code: Buffer) => code.subarray(0, 0)],
    ["has an index that says nothing", "index.json", () => Buffer.from("{}")],
    ["has no index that can be read", "index.json", (index: Buffer) => index.subarray(0, index.length / 2)],
  ] as const)("is not used where it %s", (_, name, change) => {
    const spoilt = unpack();
    const file = keptIn(spoilt, name);
    writeFileSync(file, change(readFileSync(file), spoilt));
    expect(render(spoilt)).toEqual(whole);
  });

  it.each([
    ["the whole folder", compiledOf],
    ["the code without its index", (bare: string) => keptIn(bare, "code")],
  ])("may be missing: %s", (_, missing) => {
    const bare = unpack();
    rmSync(missing(bare), { recursive: true });
    expect(render(bare)).toEqual(whole);
  });

  it("gives way to a file that was changed by hand", () => {
    const changed = unpack();
    const cli = path.join(changed, "dist/bundle/cli.js");
    writeFileSync(cli, `${readFileSync(cli, "utf8")}\nprocess.stderr.write("changed");\n`);
    expect(render(changed)).toEqual({ ...whole, stderr: "changed" });
  });

  it("holds texts that V8 keeps in the least memory", () => {
    for (const name of Object.keys(indexOf(folder)))
      expect(readFileSync(path.join(folder, "dist/bundle", name), "latin1")).toMatch(/^\p{ASCII}*$/u);
  });
});
