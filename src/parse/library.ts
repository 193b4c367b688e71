import { PaperboyError } from "../core/errors.js";
import { paperIdOf } from "../core/interests.js";
import type { Interest } from "../core/interests.js";
import { valueAt } from "../core/json.js";

/** The papers of a file, or the line and the reason of its first error. */
export type LibraryRead =
  { readonly papers: readonly Interest[] } | { readonly line: number | null; readonly why: string };

/** The data of an entry that identify its paper, for every format. */
interface LibraryEntry {
  readonly title: string | null;
  readonly abstract: string | null;
  /** Texts that may be the arXiv id, or contain it: addresses, DOIs, notes. */
  readonly places: readonly string[];
}

/** The line and the reason of a syntax error. */
interface Broken {
  readonly line: number | null;
  readonly why: string;
}

type ReadEntries = (text: string, ms: number) => Promise<readonly LibraryEntry[] | Broken>;

/** How long the parser may take, in ms. It needs quadratic time for some damaged files. */
const BIBTEX_MS = 30_000;

/** The formats, by the extension of a file. */
const FORMATS: ReadonlyMap<string, ReadEntries> = new Map([
  ["bib", readBibtex],
  ["ris", async (text) => readRis(text)],
  ["json", async (text) => readCsl(text)],
  ["txt", async (text) => readLines(text)],
]);

/**
 * Parses a file with papers, as reference managers write it (BibTeX or BibLaTeX, RIS, CSL-JSON), or with one id, address or title per
 * line. Papers without an arXiv id count by title and abstract. A broken file has no papers.
 * @param name the name of the file; its extension determines the format.
 * @param ms how long the parser of BibTeX may take.
 */
export async function readLibrary(name: string, text: string, ms: number = BIBTEX_MS): Promise<LibraryRead> {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const read = FORMATS.get(extension);
  if (!read)
    return { line: null, why: `its name must end in ${[...FORMATS.keys()].map((one) => `.${one}`).join(", ")}` };
  const entries = await read(text.replace(/^\u{feff}/u, "").replaceAll(/\r\n?/g, "\n"), ms);
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

/** Runs the parser in a thread that can be ended, and that does not block the site. `parser` is the path of its module. */
const BIBTEX_THREAD = `const { parentPort, workerData } = require("node:worker_threads");
import(workerData.parser).then(({ parse }) => {
  const { errors, entries } = parse(workerData.text, { sentenceCase: false });
  parentPort.postMessage({ error: errors[0]?.error ?? null, entries: entries.map(({ fields }) => ({ ...fields })) });
});`;

interface ParsedBibtex {
  readonly error: string | null;
  readonly entries: readonly object[];
}

/** Parses BibTeX. Returns why it failed as text: a time-out, too much memory, or an error of the parser. */
async function parseBibtex(text: string, ms: number): Promise<ParsedBibtex | string> {
  const { Worker } = await import("node:worker_threads");
  const parser = import.meta.resolve("@retorquere/bibtex-parser");
  const thread = new Worker(BIBTEX_THREAD, {
    eval: true,
    workerData: { parser, text },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => end("it takes too long to read"), ms);
    const end = (result: ParsedBibtex | string): void => {
      clearTimeout(timer);
      resolve(result);
      void thread.terminate();
    };
    thread.once("message", end);
    thread.once("error", (error) => end(error instanceof Error ? error.message : String(error)));
    thread.once("exit", () => end("the parser ended early"));
  });
}

async function readBibtex(text: string, ms: number): Promise<readonly LibraryEntry[] | Broken> {
  const parsed = await parseBibtex(text, ms);
  if (typeof parsed === "string") return { line: null, why: `not valid BibTeX: ${parsed}` };
  const { error, entries } = parsed;
  if (error !== null) {
    const line = /at line (\d+)/.exec(error)?.[1];
    return { line: line === undefined ? null : Number(line), why: `not valid BibTeX: ${error.split("\n")[0]}` };
  }
  return entries.map((fields) => {
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

/** A tag of two characters, two spaces, a hyphen and a space. Some programs omit the last space of an empty value. */
const TAG = /^([A-Z][A-Z0-9]) {2}-(?: (.*))?$/;

const TITLES = ["TI", "T1", "CT"];
const ABSTRACTS = ["AB", "N2"];
/** The tags that can contain the arXiv id: addresses, DOI, and ids (`M1` of Zotero, `AN` of EndNote). */
const PLACES = new Set(["UR", "L1", "L2", "LK", "DO", "ID", "M1", "AN", "C1", "N1", "T2", "JO", "PB", "SN"]);

/**
 * Parses RIS (https://en.wikipedia.org/wiki/RIS_(file_format)): entries from `TY` to `ER`. A line without a tag continues the value
 * before it. Lines must end in LF; an entry at the end may lack its `ER`.
 */
function readRis(text: string): readonly LibraryEntry[] | Broken {
  const entries: LibraryEntry[] = [];
  let fields: (readonly [tag: string, value: string])[] | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const [, tag, value = ""] = TAG.exec(line.trimEnd()) ?? TAG.exec(line) ?? [];
    if (tag === undefined) {
      const last = fields?.pop();
      if (last) fields?.push([last[0], `${last[1]} ${line.trim()}`]);
      else if (line.trim() !== "") return { line: index + 1, why: "RIS entries begin with a line `TY  - `" };
    } else if (tag === "TY") {
      if (fields) return { line: index + 1, why: "the entry before has no end (`ER  - `)" };
      fields = [];
    } else if (fields === null) {
      return { line: index + 1, why: `${tag} is outside of an entry, which begins with \`TY  - \`` };
    } else if (tag === "ER") {
      entries.push(entryOf(fields));
      fields = null;
    } else fields.push([tag, value.trim()]);
  }
  return fields ? [...entries, entryOf(fields)] : entries;
}

function entryOf(fields: readonly (readonly [tag: string, value: string])[]): LibraryEntry {
  const valueOf = (tags: readonly string[]) =>
    fields.find(([tag, value]) => tags.includes(tag) && value !== "")?.[1] ?? null;
  return {
    title: valueOf(TITLES),
    abstract: valueOf(ABSTRACTS),
    places: fields.filter(([tag]) => PLACES.has(tag)).map(([, value]) => value),
  };
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
    const value = (name: string): string | null => textOf(valueAt(item, name));
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
