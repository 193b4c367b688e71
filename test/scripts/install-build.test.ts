import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { hashOfInputs, INPUTS_FILE } from "../../scripts/build-inputs.js";
import { installBuild } from "../../scripts/install-build.js";
import { projectRoot } from "../support/paperboy.js";

let root: string;
const dist = () => path.join(root, "dist");
const parts = () => readdirSync(path.join(dist(), "bundle")).toSorted();

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "paperboy-build-"));
  writeFileSync(path.join(root, "package.json"), '{"type":"module"}');
});

/** Dates a part of the bundle back. */
function date(name: string, daysAgo: number): void {
  const then = new Date(Date.now() - daysAgo * 86_400_000);
  utimesSync(path.join(dist(), "bundle", name), then, then);
}

/** Installs a build whose program says that it began, waits for a byte, and then loads its second part. */
function build(version: number): void {
  const next = path.join(root, `next-${version}`);
  mkdirSync(path.join(next, "bundle"), { recursive: true });
  mkdirSync(path.join(next, "cli"));
  const late = `const { word } = await import("./part-${version}.js"); console.log(word); process.exit();`;
  const program = `process.stdin.once("data", async () => { ${late} }); console.log("begun");`;
  writeFileSync(path.join(next, "bundle/cli.js"), program);
  writeFileSync(path.join(next, `bundle/part-${version}.js`), `export const word = "build ${version}";`);
  writeFileSync(path.join(next, `cli/module-${version}.js`), "");
  installBuild(next, dist());
}

it("keeps the files of a running command while builds replace its program", async () => {
  build(1);
  const child = spawn(process.execPath, [path.join(dist(), "bundle/cli.js")]);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await once(child.stdout, "data");
  for (const version of [2, 3, 4]) build(version);
  child.stdin.end("x");
  await once(child, "close");
  expect(said).toBe("begun\nbuild 1\n");
  expect(readFileSync(path.join(dist(), "bundle/cli.js"), "utf8")).toContain("part-4.js");
  expect(readdirSync(path.join(dist(), "cli"))).toEqual(["module-4.js"]);
});

it("removes the parts of earlier builds after a week, and those of the last build never", () => {
  build(1);
  build(2);
  for (const [name, days] of [
    ["part-1.js", 9],
    ["part-2.js", 8],
    ["cli.js", 8],
  ] as const)
    date(name, days);
  build(3);
  expect(parts()).toEqual(["cli.js", "part-2.js", "part-3.js"]);
});

const built = path.join(projectRoot, INPUTS_FILE);
const isCurrent = existsSync(built) && readFileSync(built, "utf8") === hashOfInputs(projectRoot);

it.runIf(isCurrent || process.env["CI"])("builds nothing when the build is current", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/prepare.js"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});
