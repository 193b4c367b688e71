import type { Author, Paper } from "../core/model.js";

/**
 * The papers as BibTeX, from the title as it was typed: TeX is what BibTeX wants. `@misc` with `eprint` is the form that
 * arXiv itself gives for a preprint.
 */
export function bibliography(papers: readonly Paper[]): string {
  const keys = new Set<string>();
  return papers.map((paper) => `${entry(paper, citeKey(paper, keys))}\n`).join("\n");
}

function entry(paper: Paper, key: string): string {
  const fields: readonly (readonly [string, string | null])[] = [
    ["title", `{${titleOf(paper.raw.title)}}`],
    ["author", paper.authors.map(nameOf).join(" and ") || null],
    ["year", yearOf(paper)],
    ["eprint", /^\d{4}\.\d{4,5}$/.test(paper.id) ? paper.id : null],
    ["archiveprefix", /^\d{4}\.\d{4,5}$/.test(paper.id) ? "arXiv" : null],
    ["url", paper.arxivUrl.replaceAll(/[{}\\%\s]/g, (mark) => encodeURIComponent(mark))],
  ];
  const lines = fields.filter(([, value]) => value).map(([name, value]) => `  ${name} = {${value}},`);
  return `@misc{${key},\n${lines.join("\n")}\n}`;
}

/** The year of publication: what the page says, else the arXiv id (`2603.01234` is of March 2026). */
export function yearOf({ publishedAt, id }: Paper): string | null {
  const [said] = /^\d{4}/.exec(publishedAt ?? "") ?? [];
  const [, short] = /^(\d{2})(?:0[1-9]|1[0-2])\./.exec(id) ?? [];
  return said ?? (short ? `20${short}` : null);
}

/** `author2026word`, made unique by a letter. */
function citeKey(paper: Paper, taken: Set<string>): string {
  const family = paper.authors[0]?.name.trim().split(/\s+/).at(-1) ?? "";
  const word = paper.title.split(/[^\p{L}\p{N}]+/u).find((part) => part.length > 3) ?? "";
  const base = `${ascii(family) || "paper"}${yearOf(paper) ?? ""}${ascii(word)}`;
  let key = base;
  for (let number = 2; taken.has(key); number += 1) key = `${base}-${number}`;
  taken.add(key);
  return key;
}

function ascii(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/[^A-Za-z0-9]/g, "")
    .toLowerCase();
}

/** A comma or the word `and` would make one person two. A name is no place for commands: backslashes and braces go. */
function nameOf({ name }: Author): string {
  const plain = escapeTex(oneLine(name));
  return /,|\band\b/i.test(plain) ? `{${plain}}` : plain;
}

/** The typed title: TeX stays, unless its braces do not match, which would spoil the whole file. */
function titleOf(title: string): string {
  const line = oneLine(title);
  return hasMatchingBraces(line) ? oneLine(harmless(line)) : escapeTex(line);
}

/**
 * What a name of a command holds that reads or writes files, runs programs or changes what TeX does next. RevisitPaper for inside
 * of names, since there are many of each (`\verbatiminput`, `\InputIfFileExists`, `\gdef`); no sign of ordinary mathematics
 * has such a part.
 */
const DANGEROUS =
  /input|include|import|read|write|open|close|file|code|csname|def$|^g?let$|futurelet|immediate|special|lua|exec|shell|package|class|command|environment|expand|after|every|scantokens|output|makeat|loop$|^begin$|^end|^pdf/i;

/** Ordinary TeX as it was typed; a dangerous command becomes a word, and `^^5c`, another way to write a backslash, breaks. */
function harmless(line: string): string {
  return line
    .replaceAll(/\^{2,}/g, "^")
    .replaceAll(/\\([A-Za-z@]+)|\\.|[&%#]/gu, (token, command: string | undefined) => {
      if (command !== undefined) return DANGEROUS.test(command) ? ` ${command}` : token;
      return token.startsWith("\\") ? token : `\\${token}`;
    });
}

function hasMatchingBraces(text: string): boolean {
  let depth = 0;
  for (const [brace] of text.matchAll(/\\.|[{}]/gu)) {
    if (brace === "{") depth += 1;
    if (brace === "}") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0 && !/(?<!\\)(?:\\\\)*\\$/.test(text);
}

/** Plain text for TeX. */
function escapeTex(text: string): string {
  return oneLine(text.replaceAll(/[{}\\]/g, ""))
    .replaceAll(/[&%#$_]/g, String.raw`\$&`)
    .replaceAll(/[\^~]/g, String.raw`\$&{}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{C}]+/gu, " ").trim();
}
