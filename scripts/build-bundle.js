// Runs after the compiler. Bundles the program and its packages into a few files, which load faster than hundreds of modules.
import { copyFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = path.join(root, "dist/bundle");

rmSync(outdir, { recursive: true, force: true });
await build({
  outdir,
  entryPoints: [path.join(root, "dist/cli/cli.js")],
  bundle: true,
  // Each dynamic import becomes a separate file, so that a command loads only the code that it uses.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Native modules, packages that the user installs, and the template compiler, which only custom templates need.
  external: ["better-sqlite3", "@css-inline/css-inline", "pg", "graphile-worker", "handlebars"],
  // CommonJS packages in an ES module call `require` for Node's own modules.
  banner: {
    js: 'import{createRequire as _createRequire}from"node:module";const require=_createRequire(import.meta.url);',
  },
  // Identifiers are not minified, for readable stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
});
copyFileSync(path.join(root, "dist/render/precompiled.cjs"), path.join(outdir, "precompiled.cjs"));
