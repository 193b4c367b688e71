import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** Words that CONTRIBUTING.md replaces by plain terms, and how often each may occur. Lower a number when uses are removed. */
const LIMITS = {
  errand: 0,
  stencil: 0,
  thriftily: 0,
  witnessed: 0,
  mended: 0,
  mend: 1,
  mends: 0,
  journey: 5,
  somebody: 2,
  whoever: 2,
  nobody: 14,
};

/** The commit before the rule for subjects; older subjects are longer. */
const BASE = "d3ab131";
const MAX_SUBJECT = 60;

const inFolder = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => path.join(folder, file));
const files = [...["src", "docs", "templates"].flatMap(inFolder), "README.md"].filter((file) =>
  /\.(?:ts|md|hbs|json|css)$/.test(file),
);
const text = files.map((file) => readFileSync(path.join(root, file), "utf8")).join("\n");

it.each(Object.entries(LIMITS))("uses the word %s at most %i times", (word, most) => {
  expect(text.match(new RegExp(String.raw`\b${word}\b`, "gi"))?.length ?? 0).toBeLessThanOrEqual(most);
});

it(`keeps commit subjects under ${MAX_SUBJECT + 1} characters`, ({ skip }) => {
  const log = spawnSync("git", ["log", "--no-merges", "--format=%s", `${BASE}..HEAD`], { cwd: root, encoding: "utf8" });
  // A package or a shallow clone has no such history.
  if (log.status !== 0) skip();
  expect(log.stdout.split("\n").filter((subject) => subject.length > MAX_SUBJECT)).toEqual([]);
});
