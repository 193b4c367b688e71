import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { PRESETS } from "../../../src/ops/setup/answers.js";
import type { MailProvider } from "../../../src/send/providers/provider.js";
import { providerOf, PROVIDERS } from "../../../src/send/providers/table.js";
import { fixture, freshHome, paperboy, projectRoot } from "../../support/paperboy.js";

const text = readFileSync(path.join(projectRoot, "docs/deliverability.md"), "utf8");

it("names everything that the doctor checks in the DNS", () => {
  for (const word of ["SPF", "DKIM", "DMARC", "PTR", "MTA-STS", "MX record", "return path"])
    expect(text).toContain(word);
});

it.each(PRESETS)("gives the daily limit of $preset that the doctor checks, and its source", ({ preset, host }) => {
  const [, , , perDay, source] = (text.split("\n").find((line) => line.startsWith(`| ${preset} `)) ?? "").split("|");
  const { limit } = providerOf(host);
  expect(perDay?.trim()).toBe(limit === undefined ? "not known" : limit.perDay.toLocaleString("en"));
  const sources = { documented: "its documentation", reported: "users' reports" };
  expect(source?.trim()).toBe(limit === undefined ? "" : sources[limit.source]);
});

it("names every provider that rewrites signed header fields", () => {
  const rewriting = PROVIDERS.filter(({ rewrites }: MailProvider) => rewrites.length > 0);
  expect(rewriting).not.toEqual([]);
  for (const { name, rewrites } of rewriting) {
    const fields = rewrites.map((field) => ({ date: "`Date`", "message-id": "`Message-ID`" })[field]);
    expect(text.replaceAll("\n", " ")).toContain(`${fields.toReversed().join(" and ")} at ${name}`);
  }
});

it("documents commands and settings that sign letters", async () => {
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

it("shows valid settings", async () => {
  const blocks = [...text.matchAll(/^( {4}delivery:\n(?: {6}.+\n)+)/gm)].map(([, block = ""]) => block);
  expect(blocks).toHaveLength(2);
  for (const block of blocks) {
    const home = freshHome();
    writeFileSync(path.join(home, "paperboy.yaml"), block.replaceAll(/^ {4}/gm, ""));
    expect((await paperboy(["config"], { home })).exit).toBe(0);
  }
});
