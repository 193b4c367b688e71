import { lstat, mkdir, open, opendir, rename } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "../core/errors.js";
import { MOST_BYTES } from "./read.js";
import { LOT } from "./take-in.js";
import type { ArrivedLot, MailSource } from "./take-in.js";

interface Maildir {
  readonly folder: string;
  /** A maildir that takes what was dealt with; null: it stays, marked as seen. */
  readonly done: string | null;
}

/** The mails of a maildir that nobody has seen: those in `new`, and those in `cur` without the flag S. */
export async function* readMaildir({ folder, done }: Maildir): MailSource {
  const target = path.join(done ?? folder, "cur");
  if (done !== null) await makeMaildir(done);
  for (const room of ["new", "cur"] as const) {
    // Names are listed first: what is moved while a folder is listed may be seen twice, or not at all.
    const names = await unseenIn(path.join(folder, room));
    for (let at = 0; at < names.length; at += LOT) {
      const found = await readAll(path.join(folder, room), names.slice(at, at + LOT));
      if (found.length === 0) continue;
      const handled = async (): Promise<void> => {
        for (const { file, name } of found) await move(file, path.join(target, seenName(name)));
      };
      yield { mails: found.map(({ raw }) => raw), handled };
    }
  }
}

interface MailFile {
  readonly name: string;
  readonly file: string;
  readonly raw: Buffer;
}

async function readAll(room: string, names: readonly string[]): Promise<readonly MailFile[]> {
  const files: MailFile[] = [];
  for (const name of names) {
    const file = path.join(room, name);
    const raw = await readMailFile(file);
    if (raw !== null) files.push({ name, file, raw });
  }
  return files;
}

async function makeMaildir(folder: string): Promise<void> {
  for (const room of ["tmp", "new", "cur"]) await mkdir(path.join(folder, room), { recursive: true, mode: 0o700 });
}

async function unseenIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) {
      if (!name.startsWith(".") && !flagsOf(name).includes("S")) names.push(name);
    }
  } catch (cause) {
    throw new PaperboyError("config-invalid", {
      message: `cannot read the maildir ${folder}`,
      hint: "A maildir is a folder that holds the folders new, cur and tmp, readable by the user who runs Paperboy.",
      cause,
    });
  }
  return names.toSorted();
}

/** `F` and `S` in `1791183672.M1P2.host:2,FS`. */
function flagsOf(name: string): string {
  return /:2,([A-Za-z]*)$/.exec(name)?.[1] ?? "";
}

/** Flags stand in the order of the alphabet. */
function seenName(name: string): string {
  const flags = [...new Set([...flagsOf(name).split(""), "S"])].toSorted().join("");
  return `${name.replace(/:2,[A-Za-z]*$/, "")}:2,${flags}`;
}

/** Moved meanwhile, by a mail program or by another run: then it is dealt with all the same. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

/** The file, or as much of a long one as is looked at; null for what is no file, or is gone. */
async function readMailFile(file: string): Promise<Buffer | null> {
  try {
    if (!(await lstat(file)).isFile()) return null;
    return await readHead(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

async function readHead(file: string): Promise<Buffer> {
  const opened = await open(file, "r");
  try {
    const { size } = await opened.stat();
    const { buffer, bytesRead } = await opened.read({ buffer: Buffer.alloc(Math.min(size, MOST_BYTES)), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await opened.close();
  }
}

/** One mail in a file of its own, which stays where it is. */
export async function* readMailOf(file: string): MailSource {
  yield untouched(
    await readHead(file).catch((cause: unknown) => {
      throw new PaperboyError("usage", {
        message: `cannot read the mail ${file}`,
        hint: "Name a readable file.",
        cause,
      });
    }),
  );
}

/** One mail from a stream, such as standard input; what is too long is read to its end and left out. */
export async function* readMailFrom(stream: AsyncIterable<Uint8Array>): MailSource {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (size < MOST_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  if (size > 0) yield untouched(Buffer.concat(chunks).subarray(0, MOST_BYTES));
}

function untouched(raw: Buffer): ArrivedLot {
  return { mails: [raw], handled: () => Promise.resolve() };
}
