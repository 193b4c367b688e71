import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

export interface Build {
  /** Where the built programs of this folder stand. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Node finds only what is imported; of what is joined here, some is required. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/**
 * Joins each program that is killed with all that it stands on. It is started a hundred times and more, and in a few files it
 * starts in half of the time that hundreds take.
 */
export async function buildPrograms(root: string): Promise<Build> {
  const cache = path.join(root, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, "paperboy-kill-"));
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }\n');
  await build({
    entryPoints: ["sender.ts", "sink.ts"].map((name) => path.join(root, "test", "kill", name)),
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
