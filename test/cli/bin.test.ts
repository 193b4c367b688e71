import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { read } from "../parse/reading.js";
import { fixture, freshHome, projectRoot } from "../support/paperboy.js";
import { startSite } from "../support/site.js";

const bin = path.join(projectRoot, "bin/paperboy.js");

beforeAll(() => {
  // `npm test` builds first; a bare `npx vitest` may find an old build or none.
  if (!existsSync(path.join(projectRoot, "dist/bundle/cli.js")))
    throw new Error("dist/ is missing: run `npm run build`");
});

function run(args: readonly string[], environment: Record<string, string> = {}) {
  const { PATH = "" } = process.env;
  return spawnSync(process.execPath, [bin, ...args], {
    cwd: freshHome(),
    encoding: "utf8",
    env: { PATH, ...environment },
  });
}

describe("the built program", () => {
  it("runs from the files of the package alone", () => {
    const manifest = readFileSync(path.join(projectRoot, "package.json"), "utf8");
    const { files } = JSON.parse(manifest) as { files: string[] };
    const folder = freshHome();
    for (const part of [...files, "package.json"]) {
      mkdirSync(path.dirname(path.join(folder, part)), { recursive: true });
      cpSync(path.join(projectRoot, part), path.join(folder, part), { recursive: true });
    }
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
    const args = [path.join(folder, "bin/paperboy.js"), "render", fixture("pages/daily.html"), "--as", "html"];
    const { PATH = "" } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: freshHome(),
      encoding: "utf8",
      env: { PATH },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("</html>");
  });

  it("has no path of the machine that built it in its package", () => {
    const folder = freshHome();
    spawnSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], { cwd: projectRoot });
    spawnSync("tar", ["-xzf", ...readdirSync(folder)], { cwd: folder });
    const files = readdirSync(path.join(folder, "package"), { recursive: true, withFileTypes: true });
    const texts = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.filter((file) => readFileSync(file).includes(projectRoot))).toEqual([]);
  });

  it("writes a letter into the outbox of its home", () => {
    const home = freshHome();
    const args = ["run", fixture("pages/daily.html"), "--to", "you@example.com", "--home", home];
    const { status, stdout, stderr } = run(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^sent: /);
    expect(readdirSync(path.join(home, "outbox"))).toHaveLength(2);
  });

  it("gives the same reading of a page as the sources, including formulas", () => {
    const page = fixture("pages/daily.html");
    const { papers } = JSON.parse(run(["parse", page]).stdout) as { papers: unknown };
    expect(papers).toEqual(read(readFileSync(page, "utf8")).papers);
  });

  it("fetches over HTTP with the bundled client", async () => {
    const site = await startSite({
      "/papers/date/2026-10-02": { body: readFileSync(fixture("pages/daily.html"), "utf8") },
    });
    const args = ["fetch", "2026-10-02", "--home", freshHome()];
    const env = { PATH: process.env["PATH"], PAPERBOY_SITE_URL: site.url };
    const child = spawn(process.execPath, [bin, ...args], { cwd: freshHome(), env });
    const told = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (told.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (told.stderr += chunk.toString()));
    const status = await new Promise((resolve) => child.once("close", resolve));
    await site.close();
    expect({ status, stderr: told.stderr }).toEqual({ status: 0, stderr: "" });
    expect(told.stdout).toContain("DailyPapers");
  });

  it("ends with the exit status of its reason", () => {
    expect(run(["run", fixture("pages/bot-check.html"), "--to", "you@example.com"]).status).toBe(6);
    expect(run(["no-such-command"]).status).toBe(2);
  });

  it("writes colours to a pipe only when FORCE_COLOR is set", () => {
    // oxlint-disable-next-line no-control-regex -- looks for escape sequences
    const escape = /\u001b/;
    expect(run(["run", "tody"]).stderr).not.toMatch(escape);
    expect(run(["run", "tody"], { FORCE_COLOR: "1" }).stderr).toMatch(escape);
    expect(run(["run", "tody"], { FORCE_COLOR: "1", NO_COLOR: "1" }).stderr).not.toMatch(escape);
  });

  it("loses no output to a slow reader", () => {
    const page = fixture("pages/daily.html");
    const slow = `"${process.execPath}" "${bin}" fetch "${page}" | (sleep 1; cat)`;
    const { stdout } = spawnSync("sh", ["-c", slow], { encoding: "utf8", cwd: freshHome(), maxBuffer: 1e8 });
    // More than a pipe holds.
    expect(stdout.length).toBeGreaterThan(100_000);
    expect(stdout.trimEnd()).toBe(readFileSync(page, "utf8").trimEnd());
  });

  it("loses no output in a pipe that another process made non-blocking", () => {
    const page = fixture("pages/daily.html");
    // Node does so to the pipe that it writes to; it waits again when a child gets it, so the child's child begins after that.
    const outer = `
      const { spawn } = require("node:child_process");
      const args = ["-c", 'read go; exec "$0" "$@"', process.execPath, ${JSON.stringify(bin)}, "fetch", ${JSON.stringify(page)}];
      const child = spawn("sh", args, { stdio: ["pipe", "inherit", "inherit"] });
      process.stdout.write("");
      child.stdin.end("go\\n");`;
    const slow = `"${process.execPath}" -e '${outer.replaceAll("'", String.raw`'\''`)}' | (sleep 1; cat)`;
    const { stdout, stderr } = spawnSync("sh", ["-c", slow], { encoding: "utf8", cwd: freshHome(), maxBuffer: 1e8 });
    expect(stderr).toBe("");
    expect(stdout.trimEnd()).toBe(readFileSync(page, "utf8").trimEnd());
  });

  it("reports a failed write to stdout once and ends with io-failed", () => {
    const parse = `"${process.execPath}" "${bin}" parse "${fixture("pages/daily.html")}"`;
    const full = spawnSync("sh", ["-c", `${parse} > /dev/full 2>/dev/null`]);
    expect(full.status).toBe(9);
    // A file that is open for reading alone.
    const command = `"${process.execPath}" "${bin}" --help 1< package.json`;
    const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: projectRoot, encoding: "utf8" });
    const report = /^Free some space[^\n]*\nio-failed: cannot write standard output: bad file descriptor \(EBADF\)\n$/;
    expect(stderr).toMatch(report);
    expect(status).toBe(9);
    const scripted = spawnSync("sh", ["-c", `${parse} --json 1< package.json`], { cwd: projectRoot, encoding: "utf8" });
    expect(scripted.stderr).toMatch(report);
    expect(scripted.status).toBe(9);
  });

  it.each(["status", "status --json", "config", "doctor --only machine", "subscribers list", "--version"])(
    "ends with io-failed and one message when stdout is full: %s",
    (args) => {
      const command = `"${process.execPath}" "${bin}" ${args} > /dev/full`;
      const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: freshHome(), encoding: "utf8" });
      expect(stderr).toMatch(/^io-failed: cannot write standard output: no space left on device \(ENOSPC\)\n$/m);
      expect(stderr.trimEnd().split("\n")).toHaveLength(2);
      expect(status).toBe(9);
    },
  );

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("stops cleanly on %s", async (signal) => {
    const env = { PATH: process.env["PATH"], PAPERBOY_PUBLIC_URL: "http://127.0.0.1:9" };
    for (const args of [
      ["serve", "--port", "0"],
      ["preview", fixture("pages/daily.html"), "--port", "0"],
    ]) {
      const child = spawn(process.execPath, [bin, ...args], { cwd: freshHome(), env });
      let stdout = "";
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      // The line that says where it listens.
      child.stderr.once("data", () => {
        child.kill(signal);
        if (signal === "SIGHUP") child.kill(signal);
      });
      const [status] = await new Promise<unknown[]>((resolve) => child.once("close", (...end) => resolve(end)));
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("stopped") });
    }
  });

  it("mails its letters although stderr cannot be written", () => {
    const home = freshHome();
    const run = `"${process.execPath}" "${bin}" run "${fixture("pages/daily.html")}" --to you@example.com --home "${home}" --verbose`;
    const { status } = spawnSync("sh", ["-c", `${run} 2< package.json`], { cwd: projectRoot });
    expect(status).toBe(0);
    expect(readdirSync(path.join(home, "outbox"))).toHaveLength(2);
  });

  it("reads a page on standard input", () => {
    const { stdout } = spawnSync(
      "sh",
      ["-c", `"${process.execPath}" "${bin}" parse - < "${fixture("pages/daily.html")}"`],
      {
        encoding: "utf8",
        cwd: freshHome(),
      },
    );
    expect((JSON.parse(stdout) as { papers: unknown[] }).papers).toHaveLength(12);
  });

  it("ends with status 0 when its reader closes the pipe", async () => {
    const child = spawn(process.execPath, [bin, "parse", fixture("pages/daily.html")], { cwd: freshHome() });
    child.stdout.destroy();
    const stderr: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect({ status, stderr: Buffer.concat(stderr).toString() }).toEqual({ status: 0, stderr: "" });
  });
});
