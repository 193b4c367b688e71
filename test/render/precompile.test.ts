import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Precompiled, TemplateSource } from "../../src/render/compile.js";
import { compileTemplate, templateKey } from "../../src/render/compile.js";
import { openFiles } from "../../src/render/files.js";
import { precompileAll } from "../../src/render/precompile.js";
import { templateSource } from "../../src/render/templates.js";

const files = openFiles(null);
const css = files.read("themes/compact.css");
let folder: string;
let precompiled: Precompiled;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "paperboy-precompiled-"));
  const file = path.join(folder, "precompiled.cjs");
  writeFileSync(file, precompileAll());
  precompiled = createRequire(import.meta.url)(file) as Precompiled;
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

describe("precompileAll", () => {
  it.each(["letter.html.hbs", "letter.text.hbs", "subject.hbs", "partials/paper.html.hbs"])("contains %s", (name) => {
    expect(precompiled).toHaveProperty(templateKey(templateSource(name, files, css)));
  });

  it("contains the site templates without inlined styles", () => {
    expect(precompiled).toHaveProperty(templateKey(templateSource("site/info.html.hbs", files, null)));
    expect(precompiled).not.toHaveProperty(templateKey(templateSource("site/info.html.hbs", files, css)));
  });

  it("contains no studio template", () => {
    expect(precompileAll()).not.toContain("studio");
  });

  it("renders the same as a template compiled on demand", () => {
    const source = templateSource("partials/paper-line.html.hbs", files, css);
    expect(render(source, precompiled)).toBe(render(source, {}));
    expect(render(source, precompiled)).toContain("&lt;b&gt;");
  });

  it("does not replace a changed template or another theme", () => {
    const source = templateSource("partials/paper-line.html.hbs", files, css);
    const changed = { ...source, text: "<p>{{rank}}</p>" };
    expect(render(changed, precompiled)).toBe("<p>3</p>");
    expect(templateKey({ ...source, css: "p { color: red }" })).not.toBe(templateKey(source));
    expect(templateKey({ ...source, css: null })).not.toBe(templateKey(source));
  });
});
