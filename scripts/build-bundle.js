// Runs after the compiler: joins what each command loads into a few files, and has V8 compile them ahead. A program of
// hundreds of small modules spends most of a short command on finding, reading and compiling them; `npm run bench` shows
// how much.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { compileAhead } from "./compile-ahead.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = path.join(root, "dist/bundle");

/** What is compiled for the machine cannot be joined, nor what a user brings, nor what only templates of a user's own need. */
const OUTSIDE = /^(?:better-sqlite3|@css-inline\/css-inline|pg|graphile-worker|handlebars)$/;

const outside = {
  name: "outside",
  setup: ({ onResolve }) => onResolve({ filter: OUTSIDE }, ({ path }) => ({ path, external: true })),
};

/** Commander loads what starts other programs, for a kind of command that we have none of; it takes a tenth of `--help`. */
const noPrograms = {
  name: "no-programs",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: "none", namespace: "no-programs" } : null,
    );
    onLoad({ filter: /.*/, namespace: "no-programs" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** Of undici only what asks for pages: the rest of it (fetch, caches, mocks) takes longer to start than all that is used. */
const HTTP_CLIENT = `
  Object.assign(require("undici/lib/dispatcher/dispatcher").prototype, require("undici/lib/api"));
  exports.EnvHttpProxyAgent = require("undici/lib/dispatcher/env-http-proxy-agent");
  exports.Pool = require("undici/lib/dispatcher/pool");`;

const httpClient = {
  name: "http-client",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "http-client" }));
    onLoad({ filter: /.*/, namespace: "http-client" }, () => ({ contents: HTTP_CLIENT, resolveDir: root }));
  },
};

/** What is required on demand, from code that must not wait. Most commands never ask for it, so each is a file of its own. */
const ON_DEMAND = ["temml", "minisearch"];

const required = {
  name: "required",
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /\.js$/ }, ({ path: file }) =>
      file.startsWith(path.join(root, "dist"))
        ? { contents: readFileSync(file, "utf8").replaceAll("createRequire(import.meta.url)(", "require(") }
        : null,
    );
    onResolve({ filter: /./ }, ({ path: name, kind }) =>
      kind === "require-call" && ON_DEMAND.includes(name) ? { path: `./${name}.js`, external: true } : null,
    );
  },
};

const OPTIONS = {
  outdir,
  bundle: true,
  platform: "node",
  target: "node20",
  // Names are not shortened, so that a stack trace can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: "warning",
  write: false,
};

const { outputFiles } = await build({
  ...OPTIONS,
  entryPoints: [path.join(root, "dist/cli/cli.js")],
  // What is imported on demand stays apart, so that each command loads its own part alone.
  splitting: true,
  format: "esm",
  plugins: [outside, noPrograms, httpClient, required],
});

/** A package as `require` gives it. */
async function buildRequired(name) {
  const stdin = { contents: `module.exports = require("${name}");`, resolveDir: root };
  const { outputFiles } = await build({ ...OPTIONS, stdin, format: "cjs" });
  return outputFiles[0].text;
}

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
writeFileSync(path.join(outdir, "package.json"), '{ "type": "commonjs" }\n');
for (const { path: file, text } of outputFiles) writeFileSync(file, await asScript(text));
for (const name of ON_DEMAND) writeFileSync(path.join(outdir, `${name}.js`), inAscii(await buildRequired(name)));
const precompiled = readFileSync(path.join(root, "dist/render/precompiled.cjs"), "utf8");
writeFileSync(path.join(outdir, "precompiled.cjs"), await asScript(precompiled));
await compileAhead(outdir);

/** esbuild writes all but patterns in ASCII, and V8 keeps a text with one sign beyond it in twice the memory. */
function inAscii(code) {
  return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A module as a script: what V8 compiled of a script can be kept, and that of a module cannot, in Node 20. */
async function asScript(text) {
  const { code } = await transform(text, {
    format: "cjs",
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    define: { "import.meta.url": "importMetaUrl" },
    supported: { "dynamic-import": false },
    logLevel: "warning",
  });
  // What is not ours is imported as Node would: its `default` is all of it.
  const asNode = inAscii(code).replaceAll(/__toESM\(require\("([^."][^"]*)"\)\)/g, '__toESM(require("$1"),1)');
  return asNode.includes("importMetaUrl")
    ? `const importMetaUrl=require("node:url").pathToFileURL(__filename).href;${asNode}`
    : asNode;
}
