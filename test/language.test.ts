import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** Words and patterns that CONTRIBUTING.md replaces, and what to write instead. */
const WORDS: readonly (readonly [word: string, instead: string])[] = [
  ["nobody|whoever|somebody", "the actor: no reader, the process that, the operator"],
  ["mend(?:s|ed|ing)?", "fix"],
  ["errand|stencil|witness(?:es|ed)?|thriftily", "the standard term"],
  ["journey", "progress, run"],
  ["beside", "next to, with, in addition to"],
  ["everybody", "all readers, all others"],
  ["rehears(?:al|es?|ed)", "dry run"],
  ["what there is", "the name of what is there"],
  ["(?:never|not|only|sent|fixed|repeated|starts?|runs?) by itself", "automatically"],
  ["again and again", "repeatedly"],
  ["for ever", "forever, without a time limit"],
  ["what became of", "the state of, the outcome of"],
  ["proves? nothing", "is easily forged, does not confirm"],
  ["(?:is|are|was|were)(?: not)? told(?! apart)", "is reported, is notified"],
  ["go(?:es)? out", "is sent"],
  ["(?<=, )too(?=[.;:)])", "also, as well"],
  ["(?<=; )null: (?=[a-z])", "null if, null for"],
];

/** Real uses: the beginning of a path, and words of the line. */
const ALLOWED: readonly (readonly [file: string, line: RegExp])[] = [
  ["CONTRIBUTING.md", /nobody reads what nobody asked for/],
];

/** The commit before the rule for subjects; older subjects are longer. */
const BASE = "d3ab131";
const MAX_SUBJECT = 60;
const MAX_LINE = 140;

const isLongLine = (line: string) => line.length > MAX_LINE && !/^(?:\||<|\s{4}|\s*\S*https?:)/.test(line);
const isLongSubject = (subject: string) => subject.length > MAX_SUBJECT;

const read = (file: string) => readFileSync(path.join(root, file), "utf8").split("\n");
const filesIn = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:ts|md|hbs|json|css)$/.test(file))
    .map((file) => path.join(folder, file));
const pages = [...filesIn("docs"), ...filesIn("examples"), "README.md", "CONTRIBUTING.md"];
const texts = [...filesIn("src"), ...filesIn("templates"), ...pages].map((file) => ({ file, lines: read(file) }));
/** Whether a line begins a test; its title is on the same line or alone on the next one. */
const isTest = (line = "") => /^\s*(?:(?:it|describe)[.(]|\]\)\()/.test(line);
const titles = filesIn("test").map((file) => ({
  file,
  lines: read(file).filter(
    (line, index, lines) => isTest(line) || (/^\s*(["'`]).*\1,$/.test(line) && isTest(lines[index - 1])),
  ),
}));

it.each(WORDS)("avoids %s; write instead: %s", (word) => {
  const pattern = new RegExp(String.raw`\b(?:${word})\b`, "i");
  const found = [...texts, ...titles].flatMap(({ file, lines }) =>
    lines
      .filter((line) => pattern.test(line))
      .filter((line) => !ALLOWED.some(([start, real]) => file.startsWith(start) && real.test(line)))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

/** Pages with measured tables and pages that are generated from the help may have longer lines. */
const isProse = (file: string) => !/^docs\/(?:reference\/|performance\.md)/.test(file) && file.endsWith(".md");

it(`keeps lines of prose in docs under ${MAX_LINE + 1} characters`, () => {
  const long = pages
    .filter(isProse)
    .flatMap((file) => read(file).flatMap((line, index) => (isLongLine(line) ? [`${file}:${index + 1}`] : [])));
  expect(long).toEqual([]);
});

it(`keeps commit subjects under ${MAX_SUBJECT + 1} characters`, ({ skip }) => {
  const log = spawnSync("git", ["log", "--no-merges", "--format=%s", `${BASE}..HEAD`], { cwd: root, encoding: "utf8" });
  // A package or a shallow clone has no such history.
  if (log.status !== 0) skip();
  expect(log.stdout.split("\n").filter(isLongSubject)).toEqual([]);
});
