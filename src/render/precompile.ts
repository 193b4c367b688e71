import { readdirSync } from "node:fs";
import { precompileTemplate, templateKey } from "./compile.js";
import { BUILT_IN, openFiles } from "./files.js";
import { templateSource } from "./templates.js";

/** Folders whose templates are pages: they have a style sheet beside them, where letters have one written into them. */
const PAGES = ["site/", "archive/"];

/**
 * The built-in templates of letters in every theme, and those of the site, as one CommonJS module, for the build to write beside this
 * file: a run then loads neither the template compiler nor the style inliner. What is not found in it is compiled when it
 * is needed.
 */
export function precompileAll(): string {
  const files = openFiles(null);
  const names = readdirSync(BUILT_IN, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".hbs") && !name.startsWith("studio/"));
  const letters = names.filter((name) => !isPage(name));
  const sources = [
    ...files
      .list("themes")
      .flatMap((theme) => letters.map((name) => templateSource(name, files, files.read(`themes/${theme}`)))),
    ...names.filter(isPage).map((name) => templateSource(name, files, null)),
  ];
  const compiled = new Map(sources.map((source) => [templateKey(source), precompileTemplate(source)]));
  const entries = [...compiled].map(([key, spec]) => `${JSON.stringify(key)}: ${spec}`);
  return `module.exports = {\n${entries.join(",\n")}\n};\n`;
}

function isPage(name: string): boolean {
  return PAGES.some((folder) => name.startsWith(folder));
}
