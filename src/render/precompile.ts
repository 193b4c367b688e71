import { readdirSync } from "node:fs";
import { precompileTemplate, templateKey } from "./compile.js";
import { BUILT_IN, openFiles } from "./files.js";
import { templateSource } from "./templates.js";

/** Folders of web pages. Pages link to a style sheet; letters contain an inlined theme. */
const PAGES = ["site/", "archive/"];

/**
 * Compiles the built-in templates of letters (for every theme) and of the site into one CommonJS module. The build writes it
 * next to this file, so that a run needs to load neither the template compiler nor the style inliner. Other templates are
 * compiled on demand.
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
