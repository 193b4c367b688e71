import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fixture, freshHome, projectRoot } from "./support/paperboy.js";

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

function spoil(folder: string, change: (data: Buffer) => Buffer): void {
  const compiled = path.join(compiledOf(folder), `${process.version}-${process.arch}`);
  for (const name of readdirSync(compiled)) {
    const file = path.join(compiled, name);
    writeFileSync(file, change(readFileSync(file)));
  }
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
    const compiled = readdirSync(path.join(compiledOf(folder), `${process.version}-${process.arch}`)).join(" ");
    for (const part of ["agree", "run", "smtp-connection", "smtp-lane"]) expect(compiled).toContain(`${part}-`);
  });

  it.each([
    ["is of another version", (data: Buffer) => data.fill(7, 0, 16)],
    ["is cut off", (data: Buffer) => data.subarray(0, data.length / 2)],
    ["is empty", (data: Buffer) => data.subarray(0, 0)],
  ])("is not used where it %s", (_, change) => {
    const spoilt = unpack();
    spoil(spoilt, change);
    expect(render(spoilt)).toEqual(whole);
  });

  it("may be missing", () => {
    const bare = unpack();
    rmSync(compiledOf(bare), { recursive: true });
    expect(render(bare)).toEqual(whole);
  });
});
