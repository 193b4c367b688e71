import type { Paper } from "../core/model.js";
import { yearOf } from "./bibliography.js";

/** The papers as RIS, which Zotero, EndNote and Mendeley read: one tag a line, CRLF, each record closed by `ER`. */
export function ris(papers: readonly Paper[]): string {
  return papers.map(record).join("\r\n");
}

function record(paper: Paper): string {
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
