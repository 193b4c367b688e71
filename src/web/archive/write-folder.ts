import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ioFailed, PaperboyError } from "../../core/errors.js";

/** The number of files that `writeFolder` wrote, left unchanged and removed. */
export interface WriteResult {
  readonly files: number;
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

interface FolderFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly body: string | Buffer;
}

/** Lists the files that Paperboy wrote: one `HASH PATH` per line. A path can have several hashes. */
const MANIFEST = ".paperboy-archive";

/** Hashes of the versions that Paperboy wrote, by path. */
type Manifest = Map<string, Set<string>>;

/**
 * Synchronises a folder with `files`. Replaces changed files atomically (by renaming a temporary file), so that a web server never
 * serves a partial file. Removes files of earlier calls that are no longer needed. Does not overwrite or remove files that Paperboy
 * did not write or that were changed since.
 * @throws PaperboyError `usage` if Paperboy would have to overwrite another file; `io-failed` if a file cannot be read or written.
 */
export async function writeFolder(folder: string, files: AsyncIterable<FolderFile>): Promise<WriteResult> {
  const manifest = await readManifest(folder);
  const current = new Map<string, string>();
  let written = 0;
  for await (const file of files) {
    const hash = hashOf(file.body);
    current.set(file.path, hash);
    if (await writeChanged(folder, file, { hash, manifest })) written += 1;
  }
  const removed = await removeObsolete(folder, manifest, current);
  const lines = [...current].map(([name, hash]) => `${hash} ${name}\n`).join("");
  await writing(path.join(folder, MANIFEST), (file) => replaceFile(file, lines));
  return { files: current.size, written, unchanged: current.size - written, removed };
}

async function writeChanged(
  folder: string,
  file: FolderFile,
  { hash, manifest }: { readonly hash: string; readonly manifest: Manifest },
): Promise<boolean> {
  const target = path.join(folder, file.path);
  const existing = await hashOfFile(target);
  if (existing === hash) return false;
  if (existing !== null && !manifest.get(file.path)?.has(existing)) throw foreignFile(target);
  await writing(path.dirname(target), (parent) => mkdir(parent, { recursive: true }));
  // Write the manifest first, so that the next call recognises the file if the process is killed in between.
  await writing(path.join(folder, MANIFEST), (list) => appendFile(list, `${hash} ${file.path}\n`));
  await writing(target, () => replaceFile(target, file.body));
  return true;
}

async function removeObsolete(
  folder: string,
  manifest: Manifest,
  current: ReadonlyMap<string, string>,
): Promise<number> {
  let removed = 0;
  for (const [name, hashes] of manifest) {
    if (current.has(name)) continue;
    const target = path.join(folder, name);
    const existing = await hashOfFile(target);
    if (existing === null || !hashes.has(existing)) continue;
    await writing(target, () => rm(target));
    removed += 1;
  }
  return removed;
}

async function writing(file: string, work: (file: string) => Promise<unknown>): Promise<void> {
  try {
    await work(file);
  } catch (cause) {
    throw ioFailed("write", file, { cause });
  }
}

async function replaceFile(target: string, body: string | Buffer): Promise<void> {
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, body);
  await rename(temporary, target);
}

async function readManifest(folder: string): Promise<Manifest> {
  const manifest: Manifest = new Map();
  const text = (await readOrNull(path.join(folder, MANIFEST)))?.toString("utf8") ?? "";
  for (const line of text.split("\n")) {
    const [hash = "", name = ""] = line.split(" ");
    // A manipulated manifest must not cause files outside of the folder to be removed.
    if (name === "" || path.isAbsolute(name) || name.split("/").includes("..")) continue;
    manifest.set(name, (manifest.get(name) ?? new Set()).add(hash));
  }
  return manifest;
}

async function hashOfFile(file: string): Promise<string | null> {
  const bytes = await readOrNull(file);
  return bytes && hashOf(bytes);
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw ioFailed("read", file, { cause });
  }
}

function hashOf(body: string | Buffer): string {
  return createHash("sha256").update(body).digest("base64url");
}

function foreignFile(file: string): PaperboyError {
  return new PaperboyError("usage", {
    message: `${file} was not written by Paperboy, or was changed since`,
    hint: "Choose another folder, or move the file. Paperboy does not overwrite other files.",
  });
}
