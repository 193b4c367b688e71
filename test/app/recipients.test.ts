import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { fixture, freshHome, paperboy } from "../support/paperboy.js";

it.each([
  ["is missing", () => null, "ENOENT"],
  ["is a folder", (file: string) => mkdirSync(file), "EISDIR"],
])("sends nothing with io-failed when the DKIM key %s", async (_, prepare, errno) => {
  const home = freshHome();
  const key = path.join(home, "dkim.pem");
  prepare(key);
  const dkim = { domain: "example.org", keys: [{ selector: "a", file: "dkim.pem" }] };
  writeFileSync(path.join(home, "paperboy.json"), JSON.stringify({ from: "papers@example.org", dkim }));
  const run = await paperboy(["run", fixture("pages/daily.html"), "--to", "you@example.com"], { home });
  expect(run.exit).toBe(9);
  expect(run.stderr).toContain(`io-failed: cannot read ${key}: `);
  expect(run.stderr).toContain(`(${errno})`);
  expect(run.stderr).toContain("Correct `dkim` in paperboy.yaml");
});
