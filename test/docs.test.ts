import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { freshHome, paperboy, projectRoot } from "./support/paperboy.js";

const read = (file: string): string => readFileSync(path.join(projectRoot, file), "utf8");

const markdownIn = (folder: string): string[] =>
  readdirSync(path.join(projectRoot, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(folder, name));

const guides = markdownIn("docs");
const pages = [...guides, ...["docs/reference", "examples/github", "bench", "."].flatMap(markdownIn)];

/** Pages that describe facts rather than tasks, so they have no table of problems. */
const FACTS = new Set(["README", "architecture", "configuration", "pages", "performance", "threat-model"]);

const lineCount = (file: string): number => read(file).trimEnd().split("\n").length;

/** The anchor that GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

/** Links of a page to missing files, and to missing headings. */
function brokenLinks(page: string): readonly string[] {
  const targets = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => {
    const [file = "", anchor] = target.split("#");
    const there = file === "" ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(projectRoot, there))) return true;
    return anchor !== undefined && !anchorsOf(read(there)).includes(anchor);
  });
}

/** References such as `docs/architecture.md, "Editions"` in the source, with the pages and headings that they name. */
function references(
  folder: string,
): readonly { readonly file: string; readonly page: string; readonly heading?: string }[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:ts|js|hbs|yaml|md)$/.test(file))
    .flatMap((file) =>
      [...read(path.join(folder, file)).matchAll(/(docs\/[\w/-]+\.md)(?:, "([^"]+)")?/g)].map(
        ([, page = "", heading]) => ({
          file,
          page,
          ...(heading !== undefined && { heading }),
        }),
      ),
    );
}

describe("documentation", () => {
  it.each(pages)("%s links only to pages and headings that exist", (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it("lists every page in the index", () => {
    const index = read("docs/README.md");
    expect(guides.filter((page) => page !== "docs/README.md" && !index.includes(`](${path.basename(page)})`))).toEqual(
      [],
    );
  });

  it("keeps pages short", () => {
    expect(pages.filter((page) => page !== "CHANGELOG.md" && lineCount(page) > 250)).toEqual([]);
    expect(lineCount("README.md")).toBeLessThan(120);
    expect(lineCount("docs/architecture.md")).toBeLessThan(200);
  });

  it.each(guides.filter((page) => !FACTS.has(path.basename(page, ".md"))))(
    "%s ends with a table of what to do when something goes wrong",
    (page) => {
      expect(read(page)).toMatch(/\n## When something goes wrong\n\n\|[\s\S]*\|\n/);
    },
  );

  it.each(["src", "test", "scripts", "examples"])("%s refers only to pages and sections that exist", (folder) => {
    const broken = references(folder).filter(({ page, heading }) => {
      if (!existsSync(path.join(projectRoot, page))) return true;
      return heading !== undefined && !anchorsOf(read(page)).includes(anchorOf(heading));
    });
    expect(broken).toEqual([]);
  });
});

/** The lines of code blocks marked `sh` that call Paperboy. Blocks marked `sh example` are not run: they need the network. */
function commandsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => line.startsWith("paperboy ")),
  );
}

/** Splits a command line at spaces, except within quotes. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, bare]) => double ?? single ?? bare ?? "")
    .slice(1);

describe("commands in the documentation", () => {
  it.each(guides.filter((page) => commandsOf(page).length > 0))("%s shows commands that work", async (page) => {
    const home = freshHome();
    symlinkSync(path.join(projectRoot, "fixtures"), path.join(home, "fixtures"));
    writeFileSync(path.join(home, "readers.csv"), "email,include\nbob@example.org,agents\n");
    for (const line of commandsOf(page)) {
      const { exit, stderr } = await paperboy(wordsOf(line), {
        home,
        environment: { PAPERBOY_SITE_URL: "http://127.0.0.1:9" },
      });
      // `doctor` reports the missing mail server and site; every other command succeeds.
      const allowed = line.startsWith("paperboy doctor") ? [3, 5, 10] : [0];
      expect(allowed, `${line}\n${stderr}`).toContain(exit);
    }
  });
});
