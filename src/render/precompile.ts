import { readdirSync } from "node:fs";
import { precompileTemplate, templateKey } from "./compile.js";
import { BUILT_IN, openFiles } from "./files.js";
import { precompiledModule, readTheme, templateSource, themesIn } from "./templates.js";

/**
 * Compiles the built-in templates of letters (for every theme) and of the site, whose pages link to a style sheet. Returns CommonJS
 * modules by the names of `precompiledModule`. The build writes them next to this file, so that a run loads only the templates of
 * its theme, and neither the template compiler nor the style inliner. Other templates are compiled on demand.
 */
export function precompileAll(): ReadonlyMap<string, string> {
  const files = openFiles(null);
  const names = readdirSync(BUILT_IN, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".hbs") && !name.startsWith("studio/"));
  const modules = new Map<string, Map<string, string>>();
  for (const name of names) {
    const sheets = name.startsWith("site/") ? [null] : themesIn(files).map((theme) => readTheme(files, theme));
    for (const source of sheets.map((css) => templateSource(name, files, css))) {
      const module = precompiledModule(name, source);
      const entries = modules.get(module) ?? new Map<string, string>();
      modules.set(module, entries.set(templateKey(source), precompileTemplate(source)));
    }
  }
  return new Map([...modules].map(([module, entries]) => [module, sourceOf(entries)]));
}

/** Returns a module that exports compiled templates by their keys. */
function sourceOf(entries: ReadonlyMap<string, string>): string {
  const lines = [...entries].map(([key, template]) => `${JSON.stringify(key)}: ${template}`);
  return `module.exports = {\n${lines.join(",\n")}\n};\n`;
}
