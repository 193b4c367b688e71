import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Precompiled, TemplateSource } from "../../src/render/compile.js";
import { compileTemplate, templateKey } from "../../src/render/compile.js";
import { openFiles } from "../../src/render/files.js";
import { precompileAll } from "../../src/render/precompile.js";
import { precompiledModule, templateSource } from "../../src/render/templates.js";

const files = openFiles(null);
const css = files.read("themes/compact.css");
const LINE = "partials/paper-line.html.hbs";
const line = templateSource(LINE, files, css);
let folder: string;
const precompiled = new Map<string, Precompiled>();

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "paperboy-precompiled-"));
  for (const [name, source] of precompileAll()) {
    const file = path.join(folder, `${name}.cjs`);
    writeFileSync(file, source);
    precompiled.set(name, createRequire(import.meta.url)(file) as Precompiled);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function render(source: TemplateSource, ready: Precompiled): string {
  return compileTemplate(
    source,
    ready,
  )({
    branding: { accent: "#b4301f" },
    title: "<b>",
    rank: 3,
    url: null,
    votes: "4 votes",
    language: "en",
  });
}

/** Returns the compiled templates of the module that has a template. */
function moduleWith(name: string, source: TemplateSource): Precompiled {
  return precompiled.get(precompiledModule(name, source)) ?? {};
}

describe("precompileAll", () => {
  it.each(["letter.html.hbs", "letter.text.hbs", "subject.hbs", "push/slack.json.hbs", "partials/paper.html.hbs"])(
    "contains %s in the module that its letters load",
    (name) => {
      for (const theme of ["compact", "comfortable"]) {
        const source = templateSource(name, files, files.read(`themes/${theme}.css`));
        expect(moduleWith(name, source)).toHaveProperty(templateKey(source));
      }
    },
  );

  it("keeps the themes, the texts and the site apart, since a run needs one theme and no site", () => {
    expect(precompiled.size).toBe(4);
    const keys = [...precompiled.values()].flatMap((module) => Object.keys(module));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("contains the site templates without inlined styles", () => {
    const site = precompiled.get("site");
    expect(site).toHaveProperty(templateKey(templateSource("site/info.html.hbs", files, null)));
    expect(site).not.toHaveProperty(templateKey(templateSource("site/info.html.hbs", files, css)));
  });

  it("contains no studio template", () => {
    expect([...precompileAll().values()].join("")).not.toContain("studio");
  });

  it("renders the same as a template compiled on demand", () => {
    expect(render(line, moduleWith(LINE, line))).toBe(render(line, {}));
    expect(render(line, moduleWith(LINE, line))).toContain("&lt;b&gt;");
  });

  it("does not replace a changed template or another theme", () => {
    const changed = { ...line, text: "<p>{{rank}}</p>" };
    expect(render(changed, moduleWith(LINE, changed))).toBe("<p>3</p>");
    expect(templateKey({ ...line, css: "p { color: red }" })).not.toBe(templateKey(line));
    expect(templateKey({ ...line, css: null })).not.toBe(templateKey(line));
  });
});
