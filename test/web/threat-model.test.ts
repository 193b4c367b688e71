import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../support/paperboy.js";

const ROWS = readFileSync(path.join(projectRoot, "docs/threat-model.md"), "utf8")
  .split("\n")
  .filter((line) => line.includes(".test.ts`"))
  .map((line) => /`([\w/-]+\.test\.ts)`: (.*?)\s*\|$/.exec(line)?.slice(1) ?? [line, ""]);

it("has a row for each threat", () => {
  expect(ROWS.length).toBeGreaterThan(30);
});

it.each(ROWS)("names a test that exists: %s: %s", (file, title) => {
  const place = file?.startsWith("test/") ? projectRoot : import.meta.dirname;
  expect(readFileSync(path.join(place, file), "utf8")).toContain(title);
});
