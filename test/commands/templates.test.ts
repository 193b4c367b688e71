import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { templates } from "../../src/commands/templates.js";
import { fixture, freshHome, paperboy, projectRoot } from "../support/paperboy.js";
import { runCommand } from "../web/studio/harness.js";

const builtIn = path.join(projectRoot, "templates");
const eject = (...args: readonly string[]) => runCommand(templates, ["eject", ...args], { home: freshHome() });
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();

describe("paperboy templates eject", () => {
  it("copies every template except those of the studio", async () => {
    const folder = path.join(freshHome(), "mine");
    await eject(folder);
    const letters = filesIn(builtIn).filter((name) => !name.startsWith("studio"));
    expect(filesIn(folder)).toEqual(letters);
    for (const name of letters) {
      expect(readFileSync(path.join(folder, name), "utf8")).toBe(readFileSync(path.join(builtIn, name), "utf8"));
    }
  });

  it("prints the purpose of each file", async () => {
    const { data = "", result } = await eject(path.join(freshHome(), "mine"));
    const files = result?.["files"] as { name: string; does: string }[];
    expect(files.filter(({ does }) => does === "")).toEqual([]);
    expect(data).toMatch(/^partials\/footer\.html\.hbs +why you get this/m);
    expect(data).toMatch(/^subject\.hbs +the subject/m);
  });

  it("refuses to overwrite a file and copies nothing", async () => {
    const folder = freshHome();
    mkdirSync(path.join(folder, "partials"));
    writeFileSync(path.join(folder, "partials", "footer.html.hbs"), "mine");
    await expect(eject(folder)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("already contains partials/footer.html.hbs; nothing was copied"),
      hint: expect.stringContaining("--force"),
    });
    expect(filesIn(folder)).toEqual(["partials/footer.html.hbs"]);
    expect(readFileSync(path.join(folder, "partials", "footer.html.hbs"), "utf8")).toBe("mine");
  });

  it("overwrites with --force and keeps other files", async () => {
    const folder = freshHome();
    writeFileSync(path.join(folder, "subject.hbs"), "mine");
    writeFileSync(path.join(folder, "notes.txt"), "mine");
    await eject(folder, "--force");
    expect(readFileSync(path.join(folder, "subject.hbs"), "utf8")).not.toBe("mine");
    expect(readFileSync(path.join(folder, "notes.txt"), "utf8")).toBe("mine");
  });

  it("reports a folder that it cannot write", async () => {
    const file = path.join(freshHome(), "file");
    writeFileSync(file, "");
    await expect(eject(path.join(file, "below"))).rejects.toMatchObject({ code: "usage" });
    expect(existsSync(path.join(file, "below"))).toBe(false);
  });

  it("copies templates that render the same letter", async () => {
    const folder = path.join(freshHome(), "mine");
    await eject(folder);
    const [theirs, builtIn] = await Promise.all([
      paperboy(["render", fixture("pages/daily.html"), "--templates", folder]),
      paperboy(["render", fixture("pages/daily.html")]),
    ]);
    expect(theirs.stdout).toBe(builtIn.stdout);
    expect(theirs.stdout).toContain("</html>");
  });
});
