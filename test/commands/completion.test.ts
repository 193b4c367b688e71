import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { referencePages } from "../../src/cli/reference.js";
import { COMMANDS } from "../../src/commands/table.js";
import { freshHome, paperboy, projectRoot } from "../support/paperboy.js";

/** What a real bash offers when the tab key is pressed after these words. */
async function offered(...words: string[]): Promise<string[]> {
  const script = path.join(freshHome(), "completion.sh");
  writeFileSync(script, (await paperboy(["completion", "bash"])).stdout);
  const ask =
    'source "$1"; shift; COMP_WORDS=(paperboy "$@"); COMP_CWORD=$#; _paperboy; printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout, stderr } = spawnSync("bash", ["-c", ask, "bash", script, ...words], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe("bash completes", () => {
  it.each([
    [["re"], ["render", "replay", "report", "resend", "resume"]],
    [
      ["subscribers", "e"],
      ["erase", "export"],
    ],
    [["--home", "/tmp", "subscribers", "im"], ["import"]],
    [
      ["render", "--a"],
      ["--author", "--abstracts", "--as"],
    ],
    [["render", "page.html", "--as", "m"], ["md"]],
    [["completion", "--now"], []],
  ])("paperboy %j with %j", async (words, expected) => {
    expect((await offered(...words)).toSorted()).toEqual([...expected].toSorted());
  });

  it("every command", async () => {
    expect(await offered("")).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => name)));
  });
});

it.each(["zsh", "fish"])("completes every command for %s", async (shell) => {
  const { exit, stdout } = await paperboy(["completion", shell]);
  expect(exit).toBe(0);
  for (const { name } of COMMANDS) expect(stdout).toContain(name);
});

it("docs/reference/ has a page for each command, as the commands describe themselves: run node scripts/build-reference.js", async () => {
  const folder = path.join(projectRoot, "docs/reference");
  const pages = await referencePages();
  expect(readdirSync(folder).toSorted()).toEqual(Object.keys(pages).toSorted());
  for (const [name, text] of Object.entries(pages)) expect(readFileSync(path.join(folder, name), "utf8")).toBe(text);
});
