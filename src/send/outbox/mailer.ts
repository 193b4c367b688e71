import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "../../core/errors.js";
import type { Delivery, Message } from "../../core/model.js";
import { addressSlug } from "../message/names.js";
import type { Mailer } from "../mailer.js";

/**
 * The mailer of a first run, and of whoever mails by other means: each message becomes an `.eml` file, and its HTML
 * part a file of the same name for any desktop. Names follow from the edition and the reader, so that writing twice
 * gives the same files. `sent` means written, and the delivery's detail is the path of the `.eml`.
 *
 * The `.eml` gets its name last, when all its bytes are on disk: one that stands there is whole, also after a crash.
 */
export function outboxMailer(directory: string): Mailer {
  const folder = path.resolve(directory);
  return {
    name: "outbox",
    send: async (message) => {
      try {
        return await write(folder, message);
      } catch (cause) {
        throw refusedByDisk(folder, cause);
      }
    },
    close: () => Promise.resolve(),
  };
}

async function write(folder: string, { slug, to, html, raw }: Message): Promise<Delivery> {
  const stem = stemOf(folder, { slug, to });
  await mkdir(folder, { recursive: true });
  await writeWhole(`${stem}.html`, html);
  await writeWhole(`${stem}.eml`, raw);
  await syncFolder(folder);
  return { to, state: "sent", detail: `${stem}.eml` };
}

function stemOf(folder: string, { slug, to }: Pick<Message, "slug" | "to">): string {
  return path.join(folder, `${slug}--${addressSlug(to)}`);
}

/** The `.eml` that a message becomes; where it stands, it is whole. */
export function outboxFile(directory: string, message: Pick<Message, "slug" | "to">): string {
  return `${stemOf(path.resolve(directory), message)}.eml`;
}

/** Writes a file that appears under its name only when it is whole; until then it is `.NAME.XXXXXXXX.part`. */
async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  const { dir, base } = path.parse(file);
  const part = path.join(dir, `.${base}.${randomUUID().slice(0, 8)}.part`);
  try {
    const handle = await open(part, "wx");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

/** Makes new names survive a power cut. Windows cannot open a folder, and needs no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: "Give this user the right to write there, or choose another home with --home.",
  EPERM: "Give this user the right to write there, or choose another home with --home.",
  EROFS: "The file system is read-only: choose another home with --home.",
  EEXIST: "A file stands where the folder should be: move it away.",
  ENOTDIR: "A file stands where a folder should be: move it away.",
  ENOSPC: "The disk is full: make room and run again; files that stand there are whole.",
  EDQUOT: "The disk quota is used up: make room and run again; files that stand there are whole.",
};

function refusedByDisk(folder: string, cause: unknown): PaperboyError {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return new PaperboyError("config-invalid", {
    message: `cannot write to the outbox ${folder}${code && ` (${code})`}`,
    hint: HINTS[code] ?? "Check the folder, or choose another home with --home.",
    cause,
  });
}
