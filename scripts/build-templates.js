// Runs after the compiler: compiles the built-in templates ahead, so that a run loads neither the template compiler nor
// the style inliner. Whatever is not found here (an edited or an operator's template) is compiled when it is needed.
import { readdirSync, writeFileSync } from "node:fs";
import { precompileTemplate, templateKey } from "../dist/render/compile.js";
import { BUILT_IN, openFiles } from "../dist/render/files.js";
import { templateSource } from "../dist/render/templates.js";

const files = openFiles(null);
const names = readdirSync(BUILT_IN, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".hbs"))
  .map((name) => name.replaceAll("\\", "/"));
const sources = files
  .list("themes")
  .flatMap((theme) => names.map((name) => templateSource(name, files, files.read(`themes/${theme}`))));
const compiled = new Map(sources.map((source) => [templateKey(source), precompileTemplate(source)]));
const entries = [...compiled].map(([key, spec]) => `${JSON.stringify(key)}: ${spec}`);
writeFileSync(
  new URL("../dist/render/precompiled.cjs", import.meta.url),
  `module.exports = {\n${entries.join(",\n")}\n};\n`,
);
