import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "./support/paperboy.js";

const read = (file: string): string => readFileSync(path.join(projectRoot, file), "utf8");

const pages = ["docs", "examples/github", "bench", "."].flatMap((folder) =>
  readdirSync(path.join(projectRoot, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(folder, name)),
);

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Links to files that are not there, and to headings that are not in them. */
function brokenLinks(page: string): readonly string[] {
  const targets = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => {
    const [file = "", anchor] = target.split("#");
    const there = file === "" ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(projectRoot, there))) return true;
    return anchor !== undefined && !anchorsOf(read(there)).includes(anchor);
  });
}

describe("what is written for people", () => {
  it.each(pages)("%s leads to no place that is not there", (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it("can all be found from the first page, which stays short", () => {
    const readme = read("README.md");
    expect(readme.trimEnd().split("\n").length).toBeLessThan(150);
    for (const page of pages.filter((name) => name.startsWith("docs/"))) expect(readme).toContain(`](${page})`);
  });

  it("is a page for each thing that an operator, a subscriber's list and a maintainer need", () => {
    const names = "operating deliverability templates scaling architecture threat-model troubleshooting".split(" ");
    for (const name of names) expect(pages).toContain(`docs/${name}.md`);
  });
});
