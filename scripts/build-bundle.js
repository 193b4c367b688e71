// Runs after the compiler: joins what each command loads into a few files. A program of hundreds of small modules spends
// most of a short command on finding and reading them; `npm run bench` shows how much.
import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = `${root}dist/bundle`;

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: [`${root}dist/cli.js`],
  outdir,
  bundle: true,
  // What is imported on demand stays apart, so that each command loads its own part alone.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Names are not shortened, so that a stack trace can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  // What is compiled for the machine cannot be joined; what is an optional peer may not be there.
  external: ["better-sqlite3", "@css-inline/css-inline", "pg", "graphile-worker"],
  // CommonJS packages ask for their parts with `require`.
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module";const require = requireFrom(import.meta.url);',
  },
  logLevel: "warning",
});
copyFileSync(`${root}dist/render/precompiled.cjs`, `${outdir}/precompiled.cjs`);
