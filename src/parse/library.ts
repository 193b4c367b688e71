import { PaperboyError } from "../core/errors.js";
import { paperIdOf } from "../core/interests.js";
import type { Interest } from "../core/interests.js";
import { readRis } from "./ris.js";
import type { Broken, LibraryEntry } from "./ris.js";

/** The papers of a file, or the line and the reason of its first error. */
export type LibraryRead =
  { readonly papers: readonly Interest[] } | { readonly line: number | null; readonly why: string };

type ReadEntries = (text: string) => Promise<readonly LibraryEntry[] | Broken>;

/** The formats, by the extension of a file. */
const FORMATS: Readonly<Record<string, ReadEntries>> = {
  bib: readBibtex,
  ris: async (text) => readRis(text),
  json: async (text) => readCsl(text),
  txt: async (text) => readLines(text),
};

/** The extensions of files with papers. */
const LIBRARY_EXTENSIONS = Object.keys(FORMATS);

/**
 * Parses a file with papers, as reference managers write it (BibTeX or BibLaTeX, RIS, CSL-JSON), or with one id, address or title per
 * line. Papers without an arXiv id count by title and abstract. A broken file has no papers.
 * @param name the name of the file; its extension determines the format.
 */
export async function readLibrary(name: string, text: string): Promise<LibraryRead> {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const read = FORMATS[extension];
  if (!read)
    return { line: null, why: `its name must end in ${LIBRARY_EXTENSIONS.map((one) => `.${one}`).join(", ")}` };
  const entries = await read(text.replace(/^\u{feff}/u, "").replaceAll(/\r\n?/g, "\n"));
  if ("why" in entries) return entries;
  const papers = entries.map(interestFrom).filter(({ id, title }) => id !== null || title !== null);
  return papers.length > 0 ? { papers } : { line: null, why: "it has no entry with a title or an arXiv id" };
}

/**
 * Parses a file with papers.
 * @throws PaperboyError `usage`, naming the file and the line.
 */
export async function readLibraryFile(name: string, text: string): Promise<readonly Interest[]> {
  const read = await readLibrary(name, text);
  if ("papers" in read) return read.papers;
  throw new PaperboyError("usage", {
    message: `${name}${read.line === null ? "" : `:${read.line}`}: ${read.why}`,
    hint: "Export it again as BibTeX (.bib), RIS (.ris) or CSL-JSON (.json), or write one arXiv id per line (.txt).",
  });
}

function interestFrom({ title, abstract, places }: LibraryEntry): Interest {
  const id = places.map((place) => paperIdOf(place) ?? arxivIdIn(place)).find((found) => found !== null) ?? null;
  return { id, title: onOneLine(title), abstract: onOneLine(abstract) };
}

function onOneLine(text: string | null): string | null {
  return text?.replaceAll(/\s+/g, " ").trim() || null;
}

/** Finds an id after the word arXiv: in `arXiv:2603.14473 [cs.CL]`, or `arXiv preprint arXiv:2603.14473`. */
function arxivIdIn(text: string): string | null {
  return /arxiv[:./\s]+(?:abs\/)?(\d{4}\.\d{4,5})/i.exec(text)?.[1] ?? null;
}

/** Loads the parser on first use: few commands read such a file. */
async function readBibtex(text: string): Promise<readonly LibraryEntry[] | Broken> {
  const { parse } = await import("@retorquere/bibtex-parser");
  const { errors, entries } = parse(text, { sentenceCase: false });
  const [error] = errors;
  if (error) {
    const line = /at line (\d+)/.exec(error.error)?.[1];
    return { line: line === undefined ? null : Number(line), why: `not valid BibTeX: ${error.error.split("\n")[0]}` };
  }
  return entries.map(({ fields }) => {
    const text = (name: string): string | null => textOf(Reflect.get(fields, name));
    const places = ["eprint", "arxivid", "doi", "url", "note", "journal", "howpublished", "number"].flatMap(
      (name) => text(name) ?? [],
    );
    return { title: text("title"), abstract: text("abstract"), places };
  });
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((one) => typeof one === "string").join(" ") : null;
}

/** Parses CSL-JSON (https://docs.citationstyles.org): a list of items. */
function readCsl(text: string): readonly LibraryEntry[] | Broken {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { line: lineOf(text, why), why: `not valid JSON: ${why.split("\n")[0]}` };
  }
  if (!Array.isArray(items)) return { line: null, why: "CSL-JSON is a list of items" };
  return items.map((item: unknown) => {
    const value = (name: string): string | null =>
      typeof item === "object" && item !== null ? textOf(Reflect.get(item, name)) : null;
    const places = ["number", "DOI", "URL", "note", "container-title"].flatMap((name) => value(name) ?? []);
    return { title: value("title"), abstract: value("abstract"), places };
  });
}

/** Returns the line of an error of `JSON.parse`, from its message in Node 20 and later. */
function lineOf(text: string, why: string): number | null {
  const line = /\bline (\d+)/.exec(why)?.[1];
  if (line !== undefined) return Number(line);
  const position = /\bposition (\d+)/.exec(why)?.[1];
  if (position !== undefined) return text.slice(0, Number(position)).split("\n").length;
  return /end of JSON/.test(why) ? text.split("\n").length : null;
}

/** Reads one id, address or title per line; `#` starts a comment. */
function readLines(text: string): readonly LibraryEntry[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => (paperIdOf(line) === null ? { title: line, places: [] } : { title: null, places: [line] }))
    .map((entry) => ({ ...entry, abstract: null }));
}
