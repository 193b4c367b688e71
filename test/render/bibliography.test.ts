import { describe, expect, it } from "vitest";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
import { dailyPapers, makeDigest, makePaper } from "../support/papers-model.js";

const renderer = createRenderer({ branding: DEFAULT_BRANDING });
const raw = (title: string) => ({ raw: { title, abstract: null, summary: null } });

function bibOf(...papers: ReturnType<typeof makePaper>[]): string {
  return renderer.shape(makeDigest(papers), "bib");
}

describe("bib", () => {
  it("writes an entry in the form of arXiv", () => {
    expect(bibOf(makePaper())).toBe(`@misc{quill2026lantern,
  title = {{Lantern: Reading Long Letters by Lamplight}},
  author = {Ada Quill and Bo Inkwell and Cy Vellum and Di Foolscap},
  year = {2026},
  eprint = {2603.01234},
  archiveprefix = {arXiv},
  url = {https://arxiv.org/abs/2603.01234},
}
`);
  });

  it.each([
    [String.raw`$\mathcal{O}(n)$ \& \textbf{more}`, String.raw`{{$\mathcal{O}(n)$ \& \textbf{more}}}`],
    ["Ink & Paper, 50% off #1", String.raw`{{Ink \& Paper, 50\% off \#1}}`],
    ["An open { brace", "{{An open brace}}"],
    [String.raw`A closed } and { and \ `, "{{A closed and and }}"],
    ["Two\nlines\u202e", "{{Two lines }}"],
  ])("keeps the TeX of the title %j", (title, written) => {
    expect(bibOf(makePaper(raw(title)))).toContain(`  title = ${written.replace(" }}", "}}")},\n`);
  });

  it.each([
    [String.raw`Lamps \input{/etc/passwd}`, "Lamps input{/etc/passwd}"],
    [String.raw`\include{a}\write18{ls} ink`, "include{a} write18{ls} ink"],
    [String.raw`\immediate\openout\newwrite\openin\read\special`, "immediate openout newwrite openin read special"],
    [String.raw`\catcode\gdef\def\csname\let\verbatiminput{x}`, "catcode gdef def csname let verbatiminput{x}"],
    [String.raw`\begin{filecontents}{a}x\end{filecontents}`, "begin{filecontents}{a}x end{filecontents}"],
    ["^^5cinput{a}", "^5cinput{a}"],
    [String.raw`\alpha\input{a}`, String.raw`\alpha input{a}`],
    [String.raw`A line \\% and \\input`, String.raw`A line \\\% and \\input`],
    [
      String.raw`$\left(\leq\Theta\in\triangleleft\overline{x}^2\bullet\right)$ by \'Etienne`,
      String.raw`$\left(\leq\Theta\in\triangleleft\overline{x}^2\bullet\right)$ by \'Etienne`,
    ],
  ])("neutralises the dangerous title %j", (title, written) => {
    expect(bibOf(makePaper(raw(title)))).toContain(`  title = {{${written}}},\n`);
  });

  it.each([
    [String.raw`\input{/etc/passwd}`, "input/etc/passwd"],
    ["^^5cinput{a}", String.raw`\^{}\^{}5cinputa`],
    [String.raw`Ada \& Bo_Quill~`, String.raw`Ada \& Bo\_Quill\~{}`],
  ])("escapes the author %j", (name, written) => {
    expect(bibOf(makePaper({ authors: [{ name }] }))).toContain(`  author = {${written}},\n`);
  });

  it("makes unique keys of ASCII letters", () => {
    const papers = [makePaper(), makePaper({ id: "2603.09999" }), makePaper({ authors: [{ name: "Žofie Šťastná" }] })];
    expect(bibOf(...papers).match(/@misc\{[^,]+/g)).toEqual([
      "@misc{quill2026lantern",
      "@misc{quill2026lantern-2",
      "@misc{stastna2026lantern",
    ]);
  });

  it("never splits a name and never invents a year", () => {
    const paper = makePaper({
      id: "new-form",
      publishedAt: null,
      authors: [{ name: "Salt, Pepper and Sons" }, { name: "A_B" }],
    });
    const bib = bibOf(paper);
    expect(bib).toContain(String.raw`author = {{Salt, Pepper and Sons} and A\_B}`);
    expect(bib).not.toMatch(/year|eprint/);
  });

  it("keeps braces balanced over a whole day", () => {
    const bib = renderer.shape(makeDigest(dailyPapers()), "bib").replaceAll(/\\[{}]/g, "");
    expect(bib.split("{").length).toBe(bib.split("}").length);
    expect(bib.match(/^@misc/gm)).toHaveLength(12);
  });
});

describe("ris", () => {
  it("writes a record with one tag per line", () => {
    const paper = makePaper({
      ...raw("Lantern:\r\nER  - Reading"),
      keywords: ["lamps"],
      authors: [{ name: "Ada Quill" }],
    });
    expect(renderer.shape(makeDigest([paper]), "ris").split("\r\n")).toEqual([
      "TY  - GEN",
      "TI  - Lantern: ER - Reading",
      "AU  - Ada Quill",
      "PY  - 2026",
      "KW  - lamps",
      "PB  - arXiv",
      "AN  - arXiv:2603.01234",
      "UR  - https://arxiv.org/abs/2603.01234",
      "L1  - https://arxiv.org/pdf/2603.01234",
      "ER  - ",
      "",
    ]);
  });
});

describe("json and md", () => {
  it("renders json as the digest", () => {
    const digest = makeDigest(dailyPapers());
    expect(JSON.parse(renderer.shape(digest, "json"))).toEqual(digest);
  });

  it("escapes markup in md", () => {
    const title = "Does optimize_anything stop at <EOS>? A *Study*";
    const md = renderer.shape(makeDigest([makePaper({ title }), makePaper({ url: "javascript:x" })]), "md");
    expect(md).toContain(
      String.raw`## 1. [Does optimize\_anything stop at \<EOS\>? A \*Study\*](<https://huggingface.co/papers/2603.01234>)`,
    );
    expect(md).toContain("## 2. Lantern: Reading");
    expect(md).not.toContain("javascript:");
  });
});
