import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Build {
  /** Where the compiled programs of this folder stand. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Compiles the programs that are killed, with the sources that they stand on, as JavaScript that Node runs by itself. */
export async function buildPrograms(root: string): Promise<Build> {
  const cache = path.join(root, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const out = await mkdtemp(path.join(cache, "paperboy-kill-"));
  await writeFile(path.join(out, "package.json"), '{ "type": "module" }\n');
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  await run(process.execPath, [compiler, "-p", path.join(root, "test", "kill"), "--outDir", out]);
  return { folder: path.join(out, "test", "kill"), remove: () => rm(out, { recursive: true, force: true }) };
}
