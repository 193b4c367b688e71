// Compiles src/, precompiles the built-in templates, and bundles the program with its packages into a few files, which load faster than
// hundreds of modules. Everything is written to a folder beside dist/ and moved there at the end.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, transform } from "esbuild";
import { hashOfInputs, INPUTS_FILE } from "./build-inputs.js";
import { installBuild } from "./install-build.js";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Next to dist/, since the compiled files find templates/ by their depth. */
const next = path.join(root, `dist.next-${process.pid}`);

/** Identifiers are not minified, for readable stack traces. */
const MINIFY = { minifySyntax: true, minifyWhitespace: true };

const inputs = hashOfInputs(root);
process.on("exit", () => rmSync(next, { recursive: true, force: true }));
const { status } = spawnSync(process.execPath, [compiler(), "-p", "tsconfig.build.json", "--outDir", next], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
const { precompileAll } = await import(pathToFileURL(path.join(next, "render/precompile.js")).href);
await bundle();
await writePrecompiled(precompileAll());
installBuild(next, path.join(root, "dist"));
writeFileSync(path.join(root, INPUTS_FILE), inputs);

/** Returns the compiler's program, which npm would otherwise start through a shell. */
function compiler() {
  return path.join(root, "node_modules/typescript/bin/tsc");
}

async function bundle() {
  await build({
    outdir: path.join(next, "bundle"),
    entryPoints: [path.join(next, "cli/cli.js")],
    bundle: true,
    // Each dynamic import becomes a separate file, so that a command loads only the code that it uses.
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // Native modules, and packages that the user installs.
    external: ["better-sqlite3", "@css-inline/css-inline", "pg", "graphile-worker"],
    // CommonJS packages in an ES module call `require` for Node's own modules.
    banner: {
      js: 'import{createRequire as _createRequire}from"node:module";const require=_createRequire(import.meta.url);',
    },
    ...MINIFY,
    logLevel: "warning",
  });
}

/** Writes the compiled templates next to the modules that read them, in both forms of the program. */
async function writePrecompiled(modules) {
  for (const [name, source] of modules) {
    const { code } = await transform(source, { ...MINIFY, target: "node20" });
    for (const folder of ["render", "bundle"]) writeFileSync(path.join(next, folder, `precompiled-${name}.cjs`), code);
  }
}
