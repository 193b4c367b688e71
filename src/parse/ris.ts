/** The data of an entry that identify its paper, for every format. */
export interface LibraryEntry {
  readonly title: string | null;
  readonly abstract: string | null;
  /** Texts that may be the arXiv id, or contain it: addresses, DOIs, notes. */
  readonly places: readonly string[];
}

/** The line and the reason of a syntax error. */
export interface Broken {
  readonly line: number | null;
  readonly why: string;
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
export function readRis(text: string): readonly LibraryEntry[] | Broken {
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
