import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

export interface Build {
  /** Folder of the built programs. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Defines `require` for CommonJS dependencies in the bundle. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

const TESTS = path.resolve(import.meta.dirname, "..");

/** Bundles programs of tests with their dependencies, because a bundle starts twice as fast. `files` are in one folder of `test`. */
export async function buildPrograms(...files: readonly string[]): Promise<Build> {
  const cache = path.join(TESTS, "..", "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, "paperboy-programs-"));
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }\n');
  await build({
    entryPoints: files.map((file) => path.join(TESTS, file)),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["better-sqlite3", "pg"],
    banner: { js: REQUIRE },
    logLevel: "warning",
  });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
