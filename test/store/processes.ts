import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const root = path.resolve(import.meta.dirname, "../..");

export interface Programs {
  /** Starts `programs/other.ts` in a child process. */
  start(task: "claim" | "hold" | "lock", file: string): ChildProcess;
  remove(): Promise<void>;
}

/** Compiles the programs of child processes and the sources that they import to JavaScript. */
export async function buildPrograms(): Promise<Programs> {
  const cache = path.join(root, "node_modules", ".cache");
  await mkdir(cache, { recursive: true });
  const out = await mkdtemp(path.join(cache, "paperboy-store-"));
  await writeFile(path.join(out, "package.json"), '{ "type": "module" }\n');
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const project = path.join(root, "test", "store", "programs");
  await promisify(execFile)(process.execPath, [compiler, "-p", project, "--outDir", out]);
  return {
    start: (task, file) => fork(path.join(out, "test", "store", "programs", "other.js"), [task, file]),
    remove: () => rm(out, { recursive: true, force: true }),
  };
}

/** Returns the next message of a child process; rejects when it exits first. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, "exit", { signal: ended.signal }).then(() => {
    throw new Error("the child process exited without a message");
  });
  const message = once(child, "message", { signal: ended.signal });
  try {
    const [content] = (await Promise.race([message, exit])) as readonly unknown[];
    return content;
  } finally {
    ended.abort();
    await Promise.allSettled([message, exit]);
  }
}
