import type { Author, Paper } from "../core/model.js";

/** Returns papers as BibTeX, with the authors' TeX in titles. Like arXiv, it uses `@misc` with `eprint` for a preprint. */
export function bibTex(papers: readonly Paper[]): string {
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

/** Returns the year of publication from the page, else from the arXiv id (`2603.01234`: March 2026). */
function yearOf({ publishedAt, id }: Paper): string | null {
  const [published] = /^\d{4}/.exec(publishedAt ?? "") ?? [];
  const [, short] = /^(\d{2})(?:0[1-9]|1[0-2])\./.exec(id) ?? [];
  return published ?? (short ? `20${short}` : null);
}

/** Returns a unique key such as `author2026word` or `author2026word-2`. */
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

/** Escapes a name. Adds braces around a name with a comma or the word `and`, which would otherwise separate two people. */
function nameOf({ name }: Author): string {
  const plain = escapeTex(oneLine(name));
  return /,|\band\b/i.test(plain) ? `{${plain}}` : plain;
}

/** Returns the title with its TeX. Escapes it if its braces do not match, because that would break the whole file. */
function titleOf(title: string): string {
  const line = oneLine(title);
  return hasMatchingBraces(line) ? oneLine(neutralise(line)) : escapeTex(line);
}

/**
 * Parts of the names of commands that read or write files, run programs or redefine TeX, such as `\verbatiminput`,
 * `\InputIfFileExists` and `\gdef`. No ordinary mathematical command contains one.
 */
const DANGEROUS =
  /input|include|import|read|write|open|close|file|code|csname|def$|^g?let$|futurelet|immediate|special|lua|exec|shell|package|class|command|environment|expand|after|every|scantokens|output|makeat|loop$|^begin$|^end|^pdf/i;

/**
 * Removes the backslash of dangerous commands, and breaks `^^5c`, another notation of a backslash. Leaves other TeX unchanged.
 */
function neutralise(line: string): string {
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

function escapeTex(text: string): string {
  return oneLine(text.replaceAll(/[{}\\]/g, ""))
    .replaceAll(/[&%#$_]/g, String.raw`\$&`)
    .replaceAll(/[\^~]/g, String.raw`\$&{}`);
}

/** Returns papers as RIS for Zotero, EndNote and Mendeley. Each line has one tag and ends in CRLF; `ER` ends a record. */
export function ris(papers: readonly Paper[]): string {
  return papers.map(risRecord).join("\r\n");
}

function risRecord(paper: Paper): string {
  const tags: readonly (readonly [string, string | null])[] = [
    ["TY", "GEN"],
    ["TI", paper.raw.title],
    ...paper.authors.map(({ name }) => ["AU", name] as const),
    ["PY", yearOf(paper)],
    ["AB", paper.raw.abstract],
    ...paper.keywords.filter(Boolean).map((word) => ["KW", word] as const),
    ["PB", "arXiv"],
    ["AN", `arXiv:${paper.id}`],
    ["UR", paper.arxivUrl],
    ["L1", paper.pdfUrl],
  ];
  const lines = tags.flatMap(([tag, value]) => (value ? [`${tag}  - ${oneLine(value)}`] : []));
  return `${[...lines, "ER  - "].join("\r\n")}\r\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{C}]+/gu, " ").trim();
}
