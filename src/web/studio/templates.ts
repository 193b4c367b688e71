import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compileTemplate } from "../../render/compile.js";
import { BUILT_IN } from "../../render/files.js";

const ENDING = ".html.hbs";

/** The studio's templates, style sheet and script. */
export interface StudioTemplates {
  /** Renders `page` or `static`; values are HTML-escaped. */
  page(name: string, data: object): string;
  readonly css: string;
  readonly script: string;
}

/** Reads and compiles the studio's templates with the same strictness as the letter's. */
export function openTemplates(): StudioTemplates {
  const folder = path.join(BUILT_IN, "studio");
  const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
  const compile = (name: string) =>
    compileTemplate({ file: `templates/studio/${name}`, text: read(name), css: null, mayUse: ["lookup"] }, {});
  const tabs = readdirSync(path.join(folder, "tabs")).filter((name) => name.endsWith(ENDING));
  const partials = Object.fromEntries(tabs.map((name) => [name.slice(0, -ENDING.length), compile(`tabs/${name}`)]));
  return {
    page: (name, data) => compile(`${name}${ENDING}`)(data, { partials, helpers: {} }),
    css: read("studio.css"),
    script: read("studio.js"),
  };
}
