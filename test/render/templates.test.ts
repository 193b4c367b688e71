import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRenderer, DEFAULT_LOOK } from "../../src/render/renderer.js";
import { makeDigest, makePapers } from "../support/papers-model.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "paperboy-templates-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function letter() {
  return createRenderer({ templatesDir: folder, look: DEFAULT_LOOK }).letter(makeDigest(makePapers(3)));
}

describe("an operator's templates", () => {
  it("stand in for the built-in ones of the same name, and only for those", () => {
    write("partials/footer.html.hbs", `<p class="foot">Printed for {{t "papers" count=2}}</p>`);
    const { html, text } = letter();
    expect(html).toMatch(/<p class="foot" style="[^"]*color:#5f584c[^"]*">Printed for 2 papers<\/p>/);
    expect(html).not.toContain("is on its list of readers");
    expect(html).toContain("Reading Long Letters");
    expect(text).toContain("is on its list of readers");
  });

  it("may bring partials, a subject, words and rules of their own", () => {
    write("partials/paper.html.hbs", `{{> stamp}}`);
    write("partials/stamp.html.hbs", `<p class="stamp">{{title}}</p>`);
    write("themes/comfortable.css", `.stamp { color: {{@root.look.accent}} }`);
    write("subject.hbs", "[lamps] {{headline room=40}}");
    write("messages/en.json", `{"papers":{"one":"{count} lamp","other":"{count} lamps"}}`);
    const { html, subject } = letter();
    expect(html).toContain(`<p class="stamp" style="color:#b4301f">Lantern 1: Reading`);
    expect(html).toContain("3 lamps");
    expect(subject).toBe("[lamps] Lantern 1: Reading Long… + 2 more");
  });

  it("may bring a language", () => {
    write("messages/fr.json", `{"papers":{"one":"{count} article","other":"{count} articles"}}`);
    const renderer = createRenderer({ templatesDir: folder, look: DEFAULT_LOOK });
    const { html } = renderer.letter(makeDigest(makePapers(3), { view: { language: "fr" } }));
    expect(html).toContain(`<html lang="fr" dir="ltr">`);
    expect(html).toContain("lundi 9 mars 2026");
    expect(html).toContain("3 articles");
  });

  it("keep their loops inside tables, and their tags inside attributes", () => {
    write(
      "partials/footer.html.hbs",
      `<table class="foot-cell">\n{{#each papers}}\n<tr>{{#if url}}<td title="{{title}}{{#if why}} {{why}}{{/if}}">{{rank}}</td>{{/if}}</tr>\n{{/each}}\n</table>`,
    );
    const { html } = letter();
    expect(html.match(/<tr><td title="Lantern \d: Reading Long Letters by Lamplight">\d<\/td><\/tr>/g)).toHaveLength(3);
  });
});

describe("a mistake in a template", () => {
  const MISTAKES: readonly (readonly [what: string, file: string, text: string, place: string, words: string])[] = [
    ["a name that is not there", "partials/paper.html.hbs", "<p>\n  {{titel}}</p>", "2:5", `"titel" not defined`],
    [
      "the same in a condition",
      "partials/paper.html.hbs",
      "<p>\n\n {{#if titel}}x{{/if}}</p>",
      "3:2",
      `"titel" is not defined`,
    ],
    ["the same inside an argument", "partials/paper.text.hbs", "a\n{{wrap summry}}", "2:1", `"summry" is not defined`],
    ["the same in a part of a part", "partials/header.html.hbs", "<h1>{{look.nam}}</h1>", "1:7", `"nam" not defined`],
    ["a block that is not closed", "subject.hbs", "x\n{{#if gist}}", "2", "a block is not closed"],
    ["a tag that is not one", "subject.hbs", "x\n\n{{ # }}", "3", "this cannot be read: "],
    ["an unknown helper", "subject.hbs", "{{shout gist}}", "1:1", "unknown helper shout"],
    ["a helper that writes elsewhere", "subject.hbs", `\n{{log "x"}}`, "2:1", "unknown helper log"],
    ["a helper that looks past names", "subject.hbs", `{{lookup look "nam"}}`, "1:1", "unknown helper lookup"],
    ["the same inside an argument", "subject.hbs", `{{wrap (lookup look "name")}}`, "1:8", "unknown helper lookup"],
    ["the same by its name alone", "subject.hbs", "{{log}}", "1:3", `"log" not defined`],
    ["an unknown partial", "letter.html.hbs", "<body>\n{{> nobody}}</body>", "2:1", "nobody"],
    ["raw output", "partials/paper.html.hbs", "<p>{{title}}</p>\n<p>{{{abstract}}}</p>", "2:4", "raw output"],
    ["raw output by its other name", "partials/paper.html.hbs", "<p>{{&abstract}}</p>", "1:4", "raw output"],
    ["a message that is not there", "preheader.hbs", `{{t "hello"}}`, "1:1", `no message "hello"`],
  ];

  it.each(MISTAKES.map(([what, ...rest]) => [what, rest] as const))("is told with its place: %s", (_, mistake) => {
    const [name, text, place, words] = mistake;
    write(name, text);
    expect(letter).toThrow(expect.objectContaining({ code: "config-invalid" }));
    expect(letter).toThrow(`${path.join(folder, name)}:${place}: `);
    expect(letter).toThrow(words);
  });

  it("is also a messages file that is no JSON, but only for who reads that language", () => {
    write("messages/de.json", "{");
    expect(letter().language).toBe("en");
    write("messages/en.json", "{");
    expect(letter).toThrow(`${path.join(folder, "messages/en.json")} is not JSON`);
  });

  it("is also a folder that is not there, or a language that nobody speaks", () => {
    expect(() => createRenderer({ templatesDir: path.join(folder, "no"), look: DEFAULT_LOOK })).toThrow("no folder");
    const renderer = createRenderer({ look: DEFAULT_LOOK });
    expect(() => renderer.letter(makeDigest([], { view: { language: "../en" } }))).toThrow("no messages file");
  });

  it("cannot reach what an object inherits", () => {
    write("subject.hbs", "{{constructor}}");
    expect(letter).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });
});
