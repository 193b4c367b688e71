import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { quotaOf } from "../../../src/ops/doctor/smtp/quotas.js";
import { PRESETS } from "../../../src/ops/setup/presets.js";
import { fixture, freshHome, paperboy, projectRoot } from "../../support/paperboy.js";

const text = readFileSync(path.join(projectRoot, "docs/deliverability.md"), "utf8");

it("speaks of each thing that the doctor looks at in the DNS", () => {
  for (const word of ["SPF", "DKIM", "DMARC", "PTR", "MTA-STS", "MX record", "return path"])
    expect(text).toContain(word);
});

it.each(Object.entries(PRESETS))("says what the doctor knows of the daily limit of %s", (name, { host }) => {
  const [, , , limit, source] = (text.split("\n").find((line) => line.startsWith(`| ${name} `)) ?? "").split("|");
  const quota = quotaOf(host);
  expect(limit?.trim()).toBe(quota === null ? "not known" : quota.perDay.toLocaleString("en"));
  const says = { documented: "its documentation", reported: "users' reports" };
  expect(source?.trim()).toBe(quota === null ? "" : says[quota.known]);
});

it("makes keys and settings with which letters are signed", async () => {
  const home = freshHome();
  const commands = [...text.matchAll(/^ {4}(openssl .+)$/gm)].map(([, command = ""]) => command);
  expect(commands).toHaveLength(2);
  for (const command of commands) execFileSync("sh", ["-c", command], { cwd: home, stdio: "ignore" });
  writeFileSync(path.join(home, "paperboy.yaml"), /```yaml\n(.*?)```/s.exec(text)?.[1] ?? "");
  copyFileSync(fixture("pages/daily.html"), path.join(home, "page.html"));
  const { exit, stdout } = await paperboy(["render", path.join(home, "page.html"), "--as", "eml"], { home });
  expect(exit).toBe(0);
  const signatures = stdout.replaceAll(/\r?\n[ \t]+/g, " ").match(/^DKIM-Signature: .*$/gm) ?? [];
  expect(signatures.map((line) => /s=([^;]+);/.exec(line)?.[1])).toEqual(["paperboy", "paperboy-ed"]);
});

it("shows settings that hold", async () => {
  const blocks = [...text.matchAll(/^( {4}delivery:\n(?: {6}.+\n)+)/gm)].map(([, block = ""]) => block);
  expect(blocks).toHaveLength(2);
  for (const block of blocks) {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), block.replaceAll(/^ {4}/gm, ""));
    expect((await paperboy(["config"], { home })).exit).toBe(0);
  }
});
