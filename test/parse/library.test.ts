import { describe, expect, it } from "vitest";
import { readLibrary } from "../../src/parse/library.js";

/** The same paper as several programs write it. */
const FILES: readonly (readonly [program: string, name: string, text: string])[] = [
  [
    "Zotero (BibLaTeX)",
    "library.bib",
    `@online{harbour_lanterns_2026,
\ttitle = {Lanterns: {Planning} with {LLM} Agents},
\turl = {http://arxiv.org/abs/2603.14473},
\tdoi = {10.48550/arXiv.2603.14473},
\tshorttitle = {Lanterns},
\tabstract = {Agents plan with tools \\& maps.},
\tnumber = {{arXiv}:2603.14473},
\tpublisher = {{arXiv}},
\tauthor = {Harbour, Ada and Müller, Zoë},
\tdate = {2026-03-14},
\teprinttype = {arxiv},
\teprint = {2603.14473 [cs]},
\tkeywords = {Computer Science - Artificial Intelligence},
}
`,
  ],
  [
    "JabRef",
    "library.bib",
    `% Encoding: UTF-8

@Misc{Harbour2026,
  author        = {Ada Harbour and Zo{\\"{e}} M{\\"{u}}ller},
  date          = {2026-03-14},
  title         = {Lanterns: Planning with {LLM} Agents},
  abstract      = {Agents plan with tools {\\&} maps.},
  archiveprefix = {arXiv},
  eprint        = {2603.14473v1},
  file          = {:http\\://arxiv.org/pdf/2603.14473v1:PDF},
  groups        = {Agents},
  primaryclass  = {cs.AI},
}

@Comment{jabref-meta: databaseType:bibtex;}
`,
  ],
  [
    "Mendeley",
    "library.bib",
    `@article{Harbour2026,
   abstract = {Agents plan with tools & maps.},
   author = {Ada Harbour and Zoë Müller},
   month = {3},
   title = {Lanterns: Planning with LLM Agents},
   url = {http://arxiv.org/abs/2603.14473},
   year = {2026},
}`,
  ],
  [
    "Zotero (RIS)",
    "library.ris",
    `TY  - GEN
TI  - Lanterns: Planning with LLM Agents
AU  - Harbour, Ada
AB  - Agents plan with tools & maps.
DA  - 2026/03/14/
PY  - 2026
DO  - 10.48550/arXiv.2603.14473
M1  - arXiv:2603.14473
UR  - http://arxiv.org/abs/2603.14473
ER  - 
`,
  ],
  [
    "Mendeley (RIS), with CRLF, a byte order mark and no last line end",
    "library.ris",
    "\u{feff}TY  - JOUR\r\nT1  - Lanterns: Planning with\r\n      LLM Agents\r\nA1  - Harbour, Ada\r\nN2  - Agents plan with tools & maps.\r\nID  - arXiv:2603.14473\r\nER  -",
  ],
  [
    "Zotero (CSL-JSON)",
    "library.json",
    JSON.stringify([
      {
        id: "http://zotero.org/users/1/items/A",
        type: "article",
        title: "Lanterns: Planning with LLM Agents",
        abstract: "Agents plan with tools & maps.",
        number: "arXiv:2603.14473",
        DOI: "10.48550/arXiv.2603.14473",
        author: [{ family: "Harbour", given: "Ada" }],
        issued: { "date-parts": [["2026", 3, 14]] },
      },
    ]),
  ],
];

describe("readLibrary", () => {
  it.each(FILES)("reads the export of %s", async (_program, name, text) => {
    const [title, abstract] = ["Lanterns: Planning with LLM Agents", "Agents plan with tools & maps."];
    expect(await readLibrary(name, text)).toEqual({ papers: [{ id: "2603.14473", title, abstract }] });
  });

  it("keeps a paper without an arXiv id by its title and abstract", async () => {
    const text = "@book{b, title = {Orchards}, abstract = {Trees.}}\n@article{c, title = {Ribbons}}\n";
    expect(await readLibrary("a.bib", text)).toEqual({
      papers: [
        { id: null, title: "Orchards", abstract: "Trees." },
        { id: null, title: "Ribbons", abstract: null },
      ],
    });
  });

  it("reads a list of ids, addresses and titles", async () => {
    const text = "# mine\nhttps://hf.co/papers/2603.14473\n\nOrchards of lanterns\n";
    expect(await readLibrary("a.txt", text)).toEqual({
      papers: [
        { id: "2603.14473", title: null, abstract: null },
        { id: null, title: "Orchards of lanterns", abstract: null },
      ],
    });
  });

  it.each([
    [
      "an entry without its end",
      "a.bib",
      "@article{a,\n  title = {Lanterns},\n}\n@article{b,\n  title = {Orch",
      5,
      /BibTeX/,
    ],
    ["a missing comma", "a.bib", "@article{a,\n  title = {Lanterns}\n  year = 2026\n}\n", 3, /BibTeX/],
    ["a file that is not BibTeX", "a.bib", "Dear reader,\n", null, /no entry/],
    ["an entry that has no end", "a.ris", "TY  - JOUR\nTI  - A\nTY  - JOUR\n", 3, /no end/],
    ["a field outside of an entry", "a.ris", "TI  - A\n", 1, /outside/],
    ["a file that is not RIS", "a.ris", "\n<html>\n", 2, /TY/],
    ["JSON that is cut off", "a.json", '[\n {"title": "A"},\n', 3, /JSON/],
    ["JSON that is no list", "a.json", '{"title": "A"}', null, /list/],
    ["an empty file", "a.bib", "", null, /no entry/],
    ["another extension", "a.pdf", "%PDF", null, /\.bib, \.ris/],
    ["an extension that is a property of objects", "a.constructor", "x", null, /\.bib, \.ris/],
  ])("reports the place of the error in %s", async (_what, name, text, line, why) => {
    const read = await readLibrary(name, text);
    expect(read).toEqual({ line, why: expect.stringMatching(why) as string });
  });
});

it("gives up a BibTeX file that the parser reads in quadratic time", async () => {
  expect(await readLibrary("library.bib", "@".repeat(1_000_000), 1)).toEqual({
    line: null,
    why: "not valid BibTeX: it takes too long to read",
  });
});
