import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "../../core/errors.js";

/** What became of the files of a folder. */
export interface Written {
  readonly files: number;
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

interface FileText {
  /** From the folder, with slashes. */
  readonly path: string;
  readonly body: string;
}

/** What was written into the folder: the hash and the path of each file, a line each. A path may have several. */
const NOTES = ".paperboy-archive";

type Notes = Map<string, Set<string>>;

/**
 * Brings a folder to hold these files. Each is written beside its place and then renamed, so that a web server never sees
 * half of one; what has not changed is not touched. Files that this function once wrote and that are no more are removed, as
 * long as they are as it wrote them; nobody else's are ever changed.
 * @throws PaperboyError `usage` when a file of somebody else stands in the way, or the folder cannot be written.
 */
export async function writeFolder(folder: string, files: AsyncIterable<FileText>): Promise<Written> {
  const notes = await readNotes(folder);
  const current = new Map<string, string>();
  let written = 0;
  for await (const file of files) {
    const hash = hashOf(file.body);
    current.set(file.path, hash);
    if (await writeOne(folder, file, { hash, notes })) written += 1;
  }
  const removed = await removeOld(folder, notes, current);
  const lines = [...current].map(([name, hash]) => `${hash} ${name}\n`).join("");
  await replace(path.join(folder, NOTES), lines);
  return { files: current.size, written, unchanged: current.size - written, removed };
}

async function writeOne(
  folder: string,
  file: FileText,
  { hash, notes }: { readonly hash: string; readonly notes: Notes },
): Promise<boolean> {
  const target = path.join(folder, file.path);
  const found = await hashOfFile(target);
  if (found === hash) return false;
  if (found !== null && !notes.get(file.path)?.has(found)) throw inTheWay(target);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    // Noted first: whoever is killed here knows the file again.
    await appendFile(path.join(folder, NOTES), `${hash} ${file.path}\n`);
    await replace(target, file.body);
  } catch (cause) {
    throw cannotWrite(target, cause);
  }
  return true;
}

async function removeOld(folder: string, notes: Notes, current: ReadonlyMap<string, string>): Promise<number> {
  let removed = 0;
  for (const [name, hashes] of notes) {
    if (current.has(name)) continue;
    const target = path.join(folder, name);
    const found = await hashOfFile(target);
    if (found === null || !hashes.has(found)) continue;
    await rm(target);
    removed += 1;
  }
  return removed;
}

async function replace(target: string, body: string): Promise<void> {
  const beside = `${target}.${process.pid}.tmp`;
  await writeFile(beside, body);
  await rename(beside, target);
}

async function readNotes(folder: string): Promise<Notes> {
  const notes: Notes = new Map();
  const text = (await readOrNull(path.join(folder, NOTES)))?.toString("utf8") ?? "";
  for (const line of text.split("\n")) {
    const [hash = "", name = ""] = line.split(" ");
    // Whoever can write into the folder must not make us remove what is elsewhere.
    if (name === "" || path.isAbsolute(name) || name.split("/").includes("..")) continue;
    notes.set(name, (notes.get(name) ?? new Set()).add(hash));
  }
  return notes;
}

async function hashOfFile(file: string): Promise<string | null> {
  const bytes = await readOrNull(file);
  return bytes && hashOf(bytes);
}

/** Null when there is no such file. */
async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cannotWrite(file, cause);
  }
}

function hashOf(body: string | Buffer): string {
  return createHash("sha256").update(body).digest("base64url");
}

function inTheWay(file: string): PaperboyError {
  return new PaperboyError("usage", {
    message: `${file} is not as Paperboy wrote it, or not Paperboy's at all`,
    hint: "Name another folder, or move the file away: nobody else's files are overwritten.",
  });
}

function cannotWrite(file: string, cause: unknown): PaperboyError {
  return new PaperboyError("usage", {
    message: `${file} cannot be written`,
    hint: "Name a folder in which files can be made.",
    cause,
  });
}
