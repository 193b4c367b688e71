import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const root = path.resolve(import.meta.dirname, "../..");

export interface Programs {
  /** Starts `programs/other.ts` in a process of its own. */
  start(errand: "claim" | "hold" | "lock", file: string): ChildProcess;
  remove(): Promise<void>;
}

/** Compiles what other processes run, with the sources that it stands on, as JavaScript that Node runs by itself. */
export async function buildPrograms(): Promise<Programs> {
  const cache = path.join(root, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const out = await mkdtemp(path.join(cache, "paperboy-store-"));
  await writeFile(path.join(out, "package.json"), '{ "type": "module" }\n');
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const project = path.join(root, "test", "store", "programs");
  await promisify(execFile)(process.execPath, [compiler, "-p", project, "--outDir", out]);
  return {
    start: (errand, file) => fork(path.join(out, "test", "store", "programs", "other.js"), [errand, file]),
    remove: () => rm(out, { recursive: true, force: true }),
  };
}

/** The next thing that a process says; fails when it ends without a word. */
export async function hear(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const silence = once(child, "exit", { signal: ended.signal }).then(() => {
    throw new Error("the other process ended without a word");
  });
  const word = once(child, "message", { signal: ended.signal });
  try {
    const [said] = (await Promise.race([word, silence])) as readonly unknown[];
    return said;
  } finally {
    ended.abort();
    await Promise.allSettled([word, silence]);
  }
}
