import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { ioFailed, type PaperboyError } from "../core/errors.js";
import type { Message } from "./message/body.js";
import { addressSlug } from "./message/names.js";
import { pendingResult } from "./send-result.js";
import type { Transport } from "./transport.js";

/**
 * Returns the transport for a first run, and for operators who send mail by other means. It writes each message to an `.eml`
 * file, and its HTML part to an `.html` file with the same name. Only the owner can read the files. The state `sent` means that
 * the file was written; the detail is the path of the `.eml`.
 *
 * Names are derived from the edition and the address, so writing a message again replaces the same files, and no gate is
 * needed: after a crash a delivery is `pending`, never `uncertain`, and the next run finds the existing files. The `.eml` is
 * renamed to its final name when all its bytes are on disk, so that an existing one is complete even after a crash.
 */
export function outboxTransport(directory: string): Transport {
  const folder = path.resolve(directory);
  return {
    channel: "outbox",
    name: directory,
    openConnection: () => ({
      send: async (message, _gate, { attempt }) => {
        const stem = path.join(folder, `${message.slug}--${addressSlug(message.to)}`);
        const file = `${stem}.eml`;
        if (attempt === 1 || !existsSync(file)) await write(message, folder, stem);
        return { ...pendingResult(file), state: "sent" };
      },
      close: () => Promise.resolve(),
      abandon: () => undefined,
    }),
  };
}

async function write({ html, raw }: Message, folder: string, stem: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeAtomically(`${stem}.html`, html);
    await writeAtomically(`${stem}.eml`, raw);
    await syncFolder(folder);
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

/** Writes a file that gets its name only when it is complete; until then it is `.NAME.XXXXXXXX.part`. */
async function writeAtomically(file: string, content: string | Buffer): Promise<void> {
  const { dir, base } = path.parse(file);
  const part = path.join(dir, `.${base}.${randomUUID().slice(0, 8)}.part`);
  try {
    const handle = await open(part, "wx", 0o600);
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

/** Flushes the new names in a folder to disk. Windows can neither open a folder nor needs this. */
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
  EACCES: "Grant this user write access to it, or choose another home with --home.",
  EPERM: "Grant this user write access to it, or choose another home with --home.",
  EROFS: "The file system is read-only: choose another home with --home.",
  EEXIST: "A file has the name of the folder: move the file.",
  ENOTDIR: "A file has the name of a folder in this path: move the file.",
  ENOSPC: "The disk is full: free some space and run again. Files already written are complete.",
  EDQUOT: "The disk quota is used up: free some space and run again. Files already written are complete.",
};

function writeError(folder: string, cause: unknown): PaperboyError {
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const hint = HINTS[code];
  return ioFailed("write", folder, { cause, ...(hint === undefined ? {} : { hint }) });
}
