import { readdirSync } from "node:fs";
import { precompileTemplate, templateKey } from "./compile.js";
import { BUILT_IN, openFiles } from "./files.js";
import { templateSource } from "./templates.js";

/**
 * The built-in templates of letters in every theme as one CommonJS module, for the build to write beside this file: a run
 * then loads neither the template compiler nor the style inliner. What is not found in it is compiled when it is needed.
 */
export function precompileAll(): string {
  const files = openFiles(null);
  const names = readdirSync(BUILT_IN, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".hbs") && !name.startsWith("studio/"));
  const sources = files
    .list("themes")
    .flatMap((theme) => names.map((name) => templateSource(name, files, files.read(`themes/${theme}`))));
  const compiled = new Map(sources.map((source) => [templateKey(source), precompileTemplate(source)]));
  const entries = [...compiled].map(([key, spec]) => `${JSON.stringify(key)}: ${spec}`);
  return `module.exports = {\n${entries.join(",\n")}\n};\n`;
}
