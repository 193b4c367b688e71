import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFiles } from "../../src/render/files.js";
import { createRenderer, DEFAULT_BRANDING } from "../../src/render/renderer.js";
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
  return createRenderer({ templatesDir: folder, branding: DEFAULT_BRANDING }).letter(makeDigest(makePapers(4)));
}

describe("an operator's templates", () => {
  it("replace only the built-in ones of the same name", () => {
    write("partials/footer.html.hbs", `<p class="foot">Printed for {{t "papers" count=2}}</p>`);
    const { html, text } = letter();
    expect(html).toMatch(/<p class="foot" style="[^"]*color:#5f584c[^"]*">Printed for 2 papers<\/p>/);
    expect(html).not.toContain("is subscribed to it");
    expect(html).toContain("Reading Long Letters");
    expect(text).toContain("is subscribed to it");
  });

  it("can add partials, messages and style rules", () => {
    write("partials/paper.html.hbs", `{{> stamp}}`);
    write("partials/stamp.html.hbs", `<p class="stamp">{{title}}</p>`);
    write("themes/comfortable.css", `.stamp { color: {{@root.branding.accent}} }`);
    write("subject.hbs", "[lamps] {{subjectLine room=40}}");
    write("messages/en.json", `{"papers":{"one":"{count} lamp","other":"{count} lamps"}}`);
    const { html, subject } = letter();
    expect(html).toContain(`<p class="stamp" style="color:#b4301f">Lantern 4: Reading`);
    expect(html).toContain("4 lamps");
    expect(subject).toBe("[lamps] Lantern 1 · Lantern 2 + 2 more");
  });

  it("can add a theme, and get its style", () => {
    write("themes/night-shift.css", ".closing { color: #123456 }");
    const given = { templatesDir: folder, branding: { ...DEFAULT_BRANDING, theme: "night-shift" } };
    expect(createRenderer(given).letter(makeDigest(makePapers(3))).html).toContain(
      `class="closing" style="color:#123456"`,
    );
    const unknown = { ...given, branding: { ...DEFAULT_BRANDING, theme: "loud" } };
    expect(() => createRenderer(unknown)).toThrow(
      expect.objectContaining({ message: `there is no theme "loud"`, hint: expect.stringContaining("night-shift") }),
    );
  });

  it("can add a language", () => {
    write("messages/fr.json", `{"papers":{"one":"{count} article","other":"{count} articles"}}`);
    const renderer = createRenderer({ templatesDir: folder, branding: DEFAULT_BRANDING });
    const { html } = renderer.letter(makeDigest(makePapers(3), { view: { language: "fr" } }));
    expect(html).toContain(`<html lang="fr" dir="ltr">`);
    expect(html).toContain("lundi 9 mars 2026");
    expect(html).toContain("3 articles");
  });

  it.each([
    ["pt-BR", "pt-BR"],
    ["pt-br", "pt-BR"],
    ["pt-BR", "pt-br"],
    ["tlh", "tlh"],
    ["zh-Hant-TW", "zh-hant-tw"],
  ])("find the language %s in messages/%s.json", (language, file) => {
    write(`messages/${file}.json`, `{"papers":{"one":"{count} lanterna","other":"{count} lanternas"}}`);
    const renderer = createRenderer({ templatesDir: folder, branding: DEFAULT_BRANDING });
    expect(renderer.letter(makeDigest(makePapers(3), { view: { language } })).html).toContain("3 lanternas");
  });

  it("can add messages for their own partials", () => {
    write("messages/en.json", `{"own.stamp":"Printed before dawn"}`);
    write("partials/footer.text.hbs", `{{t "own.stamp"}}`);
    expect(letter().text).toContain("Printed before dawn");
  });

  it("may be in a folder with notes, hidden files, editor backups and the studio", () => {
    const beside = ["README.md", "partials/readme", ".gitignore", ".git/HEAD", "subject.hbs~", "studio/page.html.hbs"];
    for (const name of beside) write(name, "{{{");
    expect(letter().subject).toContain("Lantern 1");
  });

  it("keep their loops inside tables, and their tags inside attributes", () => {
    write(
      "partials/footer.html.hbs",
      `<table class="foot-cell">\n{{#each leads}}\n<tr>{{#if url}}<td title="{{title}}{{#if why}} {{why}}{{/if}}">{{rank}}</td>{{/if}}</tr>\n{{/each}}\n</table>`,
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
    [
      "the same in a part of a part",
      "partials/header.html.hbs",
      "<h1>{{branding.nam}}</h1>",
      "1:7",
      `"nam" not defined`,
    ],
    ["the same in a list", "letter.html.hbs", "<body>{{papers.titel}}</body>", "1:9", `"titel" not defined`],
    ["the same in a text", "subject.hbs", "{{gist.titel}}", "1:1", `"titel" not defined`],
    ["a block that is not closed", "subject.hbs", "x\n{{#if gist}}", "2", "a block is not closed"],
    ["a tag that is not one", "subject.hbs", "x\n\n{{ # }}", "3", "cannot parse: "],
    ["an unknown helper", "subject.hbs", "{{shout gist}}", "1:1", "unknown helper shout"],
    ["a helper that writes elsewhere", "subject.hbs", `\n{{log "x"}}`, "2:1", "unknown helper log"],
    ["a helper that looks past names", "subject.hbs", `{{lookup branding "nam"}}`, "1:1", "unknown helper lookup"],
    ["the same inside an argument", "subject.hbs", `{{wrap (lookup branding "name")}}`, "1:8", "unknown helper lookup"],
    ["the same by its name alone", "subject.hbs", "{{log}}", "1:3", `"log" not defined`],
    ["an unknown partial", "letter.html.hbs", "<body>\n{{> nobody}}</body>", "2:1", "nobody"],
    ["raw output", "partials/paper.html.hbs", "<p>{{title}}</p>\n<p>{{{abstract}}}</p>", "2:4", "raw output"],
    ["raw output by its other name", "partials/paper.html.hbs", "<p>{{&abstract}}</p>", "1:4", "raw output"],
    ["a message that is not there", "preheader.hbs", `{{t "hello"}}`, "1:1", `no message "hello"`],
  ];

  it.each(MISTAKES.map(([what, ...rest]) => [what, rest] as const))("is reported with its place: %s", (_, mistake) => {
    const [name, text, place, words] = mistake;
    write(name, text);
    expect(letter).toThrow(expect.objectContaining({ code: "config-invalid" }));
    expect(letter).toThrow(`${path.join(folder, name)}:${place}: `);
    expect(letter).toThrow(words);
    expect(letter).not.toThrow(/\[object|Reading Long Letters/);
  });

  it("is reported for invalid JSON in a messages file, if the language is used", () => {
    write("messages/de.json", "{");
    expect(letter().language).toBe("en");
    write("messages/en.json", "{");
    expect(letter).toThrow(`${path.join(folder, "messages/en.json")} is not JSON`);
  });

  it.each([
    ["{", "is not JSON: "],
    [`{\n  "votes": "x"\n  "stars": "y",\n  "papers": "a long enough text" }`, "(line 3 column 3)"],
    ["[]", "must be an object of keys and texts"],
    [`{"votees":"{count} votes"}`, `unknown message "votees" (did you mean "votes"?)`],
    [`{"zzz":"{count} votes"}`, `unknown message "zzz"`],
    [`{"votes":3}`, `"votes" must be a text, or a text for each plural form`],
    [`{"votes":null}`, `"votes" must be a text`],
    [`{"votes":{"one":"x","othr":"y"}}`, `"votes" has no plural form "othr" (did you mean "other"?)`],
    [`{"votes":{"one":"x"}}`, `"votes" needs the plural form "other"`],
    [`{"votes":{"one":1,"other":"y"}}`, `"votes" must have a text for each form`],
    [`{"dir":"up"}`, `"dir" must be "ltr" or "rtl"`],
    [`{"locale":"en_GB"}`, `"locale" must be a language tag`],
    [`{"votees":"x","locale":7}`, `unknown message "votees" (did you mean "votes"?); "locale" must be`],
  ])("is reported for an invalid messages file: %s", (text, words) => {
    write("messages/en.json", text);
    expect(letter).toThrow(expect.objectContaining({ code: "config-invalid", hint: expect.stringMatching(/\S/) }));
    expect(letter).toThrow(path.join(folder, "messages/en.json"));
    expect(letter).toThrow(words);
  });

  it.each([
    ["papper.html.hbs", "partials/paper.html.hbs"],
    ["lettr.html.hbs", "letter.html.hbs"],
    ["partial/paper.html.hbs", "partials/paper.html.hbs"],
    ["partials/paper.hbs", "partials/paper.html.hbs"],
    ["theme/compact.css", "themes/compact.css"],
    ["messages/en.jsn", "messages/en.json"],
    ["message/en.json", "messages/en.json"],
  ])("is reported for an unknown file: %s", (name, meant) => {
    write(name, "x");
    expect(letter).toThrow(expect.objectContaining({ code: "config-invalid", hint: expect.stringContaining("TAG") }));
    expect(letter).toThrow(`${path.join(folder, name)}: no letter uses a file of this name`);
    expect(letter).toThrow(`(did you mean ${meant}?)`);
  });

  it("suggests no file for a name that resembles none", () => {
    write("notes.txt", "x");
    expect(letter).toThrow(/notes\.txt: no letter uses a file of this name$/);
  });

  it("is reported if the template folder is a file", () => {
    write("subject.hbs", "x");
    expect(() =>
      createRenderer({ templatesDir: path.join(folder, "subject.hbs"), branding: DEFAULT_BRANDING }),
    ).toThrow("is a file, not a folder of templates");
  });

  it("is reported if a template cannot be read", () => {
    const file = path.join(folder, "letter.html.hbs");
    mkdirSync(file);
    const message = `cannot read ${file}: illegal operation on a directory (EISDIR)`;
    expect(letter).toThrow(expect.objectContaining({ code: "io-failed", message }));
  });

  it.each(["fr", "de-AT", "x", "en_GB", "../en"])(
    "is reported for the language %s without a messages file",
    (language) => {
      const speak = () => createRenderer({ branding: DEFAULT_BRANDING }).letter(makeDigest([], { view: { language } }));
      expect(speak).toThrow(
        expect.objectContaining({ code: "config-invalid", hint: expect.stringContaining("to the template folder") }),
      );
    },
  );

  it("is reported for a missing folder or messages file", () => {
    expect(() => createRenderer({ templatesDir: path.join(folder, "no"), branding: DEFAULT_BRANDING })).toThrow(
      "no folder",
    );
    const renderer = createRenderer({ branding: DEFAULT_BRANDING });
    expect(() => renderer.letter(makeDigest([], { view: { language: "../en" } }))).toThrow("no messages file");
  });

  it("cannot read inherited properties", () => {
    write("subject.hbs", "{{constructor}}");
    expect(letter).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });
});

describe("the built-in themes", () => {
  it.each(["comfortable", "compact"])("have a dark colour for every coloured class: %s", (theme) => {
    const files = openFiles(null);
    const [, dark = ""] = /prefers-color-scheme: dark\) \{([\s\S]*)<\/style>/.exec(files.read("letter.html.hbs")) ?? [];
    const rules = files.read(`themes/${theme}.css`).split("\n");
    const coloured = rules.flatMap((rule) => /^\.([\w-]+) \{.*[ ;]color:/.exec(rule)?.[1] ?? []);
    expect(coloured).toContain("picture");
    expect(coloured.filter((name) => !dark.includes(`.${name}`))).toEqual([]);
  });
});
