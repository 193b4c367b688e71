import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compileTemplate } from "../../render/compile.js";
import { BUILT_IN } from "../../render/files.js";

const ENDING = ".html.hbs";

/** The studio's own files. */
export interface StudioTemplates {
  /** Renders a page, `page` or `static`; everything in it is escaped. */
  page(name: string, data: object): string;
  readonly css: string;
  readonly script: string;
}

/** Reads and compiles the studio's own templates, as strictly as those of letters. */
export function openTemplates(): StudioTemplates {
  const folder = path.join(BUILT_IN, "studio");
  const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
  const compile = (name: string) =>
    compileTemplate({ file: `templates/studio/${name}`, text: read(name), css: null, mayUse: ["lookup"] }, {});
  const panes = readdirSync(path.join(folder, "tabs")).filter((name) => name.endsWith(ENDING));
  const partials = Object.fromEntries(panes.map((name) => [name.slice(0, -ENDING.length), compile(`tabs/${name}`)]));
  return {
    page: (name, data) => compile(`${name}${ENDING}`)(data, { partials, helpers: {} }),
    css: read("studio.css"),
    script: read("studio.js"),
  };
}
