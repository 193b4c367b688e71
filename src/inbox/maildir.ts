import { lstat, mkdir, open, opendir, rename } from "node:fs/promises";
import path from "node:path";
import { ioFailed, PaperboyError } from "../core/errors.js";
import { BATCH_SIZE } from "./ingest.js";
import type { MailBatch, MailSource } from "./ingest.js";
import { MAX_BYTES } from "./read.js";

interface Maildir {
  readonly folder: string;
  /** The maildir to which handled mails are moved; null if they stay, marked as seen. */
  readonly done: string | null;
}

/** Reads the unseen mails of a maildir: those in `new`, and those in `cur` without the flag S. */
export async function* readMaildir({ folder, done }: Maildir): MailSource {
  const target = path.join(done ?? folder, "cur");
  for (const subfolder of ["new", "cur"] as const) {
    // List all names first: a file that is moved during the listing can appear twice or not at all.
    const names = await unseenIn(path.join(folder, subfolder));
    for (let at = 0; at < names.length; at += BATCH_SIZE) {
      const found = await readAll(path.join(folder, subfolder), names.slice(at, at + BATCH_SIZE));
      if (found.length === 0) continue;
      const markHandled = async (): Promise<void> => {
        if (done !== null) await makeMaildir(done);
        for (const { file, name } of found) await move(file, path.join(target, seenName(name)));
      };
      yield { mails: found.map(({ raw }) => raw), markHandled };
    }
  }
}

interface MailFile {
  readonly name: string;
  readonly file: string;
  readonly raw: Buffer;
}

async function readAll(folder: string, names: readonly string[]): Promise<readonly MailFile[]> {
  const files: MailFile[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const raw = await readRegularFile(file);
    if (raw !== null) files.push({ name, file, raw });
  }
  return files;
}

async function makeMaildir(folder: string): Promise<void> {
  for (const subfolder of ["tmp", "new", "cur"]) {
    const created = path.join(folder, subfolder);
    await mkdir(created, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw ioFailed("write", created, { cause });
    });
  }
}

async function unseenIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) {
      if (!name.startsWith(".") && !flagsOf(name).includes("S")) names.push(name);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw ioFailed("read", folder, { cause });
    throw new PaperboyError("config-invalid", {
      message: `${path.dirname(folder)} is not a maildir: it has no folder ${path.basename(folder)}`,
      hint: "A maildir is a folder with the folders new, cur and tmp, which the user who runs Paperboy can read.",
      cause,
    });
  }
  return names.toSorted();
}

/** Returns `FS` for `1791183672.M1P2.host:2,FS`. */
function flagsOf(name: string): string {
  return /:2,([A-Za-z]*)$/.exec(name)?.[1] ?? "";
}

/** Adds the flag S. Flags are in alphabetical order. */
function seenName(name: string): string {
  const flags = [...new Set([...flagsOf(name).split(""), "S"])].toSorted().join("");
  return `${name.replace(/:2,[A-Za-z]*$/, "")}:2,${flags}`;
}

/** Moves a file. Ignores a missing one, which a mail program or another run may have moved already. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw ioFailed("write", to, { cause: error });
  });
}

/** Returns the first `MAX_BYTES` of a file; null if it is gone or is not a regular file. */
async function readRegularFile(file: string): Promise<Buffer | null> {
  try {
    if (!(await lstat(file)).isFile()) return null;
    return await readHead(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw ioFailed("read", file, { cause: error });
  }
}

async function readHead(file: string): Promise<Buffer> {
  const opened = await open(file, "r");
  try {
    const { size } = await opened.stat();
    const { buffer, bytesRead } = await opened.read({ buffer: Buffer.alloc(Math.min(size, MAX_BYTES)), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await opened.close();
  }
}

/** Reads a file with one mail. Does not move or change the file. */
export async function* readMailFile(file: string): MailSource {
  yield untouched(
    await readHead(file).catch((cause: unknown) => {
      throw ioFailed("read", file, { cause });
    }),
  );
}

/** Reads one mail from a stream, such as standard input. Reads the stream to its end and keeps the first `MAX_BYTES`. */
export async function* readMailStream(stream: AsyncIterable<Uint8Array>): MailSource {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (size < MAX_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  if (size > 0) yield untouched(Buffer.concat(chunks).subarray(0, MAX_BYTES));
}

function untouched(raw: Buffer): MailBatch {
  return { mails: [raw], markHandled: () => Promise.resolve() };
}
