import { createReadStream, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ioFailed, PaperboyError } from "../core/errors.js";
import type { Clock, Page } from "../core/model.js";
import { decodeText, inMegabytes, readUpTo } from "./bytes.js";

/** 64 MB. The limit is higher than for a site, because the operator provides files and standard input. */
const MAX_FILE_BYTES = 64 * 1_048_576;

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html"],
  [".htm", "text/html"],
  [".json", "application/json"],
]);

const HINT =
  "Give the path of one saved page (.html, or .json from the API), a day, week or month (2026-10-02, 2026-W40, 2026-10), today, yesterday, trending, search:WORDS, an http(s) address, or `-` for standard input.";

/**
 * Reads a saved page. Throws `io-failed` for an unreadable file, `usage` for a directory and a file that is empty or over 64
 * MB.
 */
export async function readFilePage(file: string, clock: Clock): Promise<Page> {
  const mediaType = MEDIA_TYPES.get(path.extname(file).toLowerCase()) ?? null;
  try {
    const found = statSync(file);
    if (found.isDirectory()) throw unusable(file, "it is a directory");
    // Reading a regular file at once is much faster than streaming it; a pipe may never end.
    const bytes = found.isFile() && found.size <= MAX_FILE_BYTES ? [readFileSync(file)] : createReadStream(file);
    return await readPage(bytes, { name: file, mediaType, clock });
  } catch (error) {
    if (error instanceof PaperboyError) throw error;
    throw ioFailed("read", file, { cause: error });
  }
}

/** Reads a page from standard input. Throws `usage` when it is missing, empty or over 64 MB. */
export async function readStdinPage(stdin: AsyncIterable<Uint8Array> | undefined, clock: Clock): Promise<Page> {
  if (stdin === undefined) throw unusable("standard input", "it is not connected");
  return readPage(stdin, { name: "standard input", mediaType: null, clock });
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

interface PageMeta {
  readonly name: string;
  readonly mediaType: string | null;
  readonly clock: Clock;
}

async function readPage(chunks: Chunks, { name, mediaType, clock }: PageMeta): Promise<Page> {
  const bytes = await readUpTo(chunks, MAX_FILE_BYTES);
  if (bytes === null) throw unusable(name, `it is over ${inMegabytes(MAX_FILE_BYTES)}`);
  const body = decodeText(bytes, null);
  if (body.trim() === "") throw unusable(name, "it is empty");
  return { url: null, body, mediaType, fetchedAt: clock(), generatedAt: null, from: "file" };
}

function unusable(name: string, why: string): PaperboyError {
  return new PaperboyError("usage", { message: `cannot read ${name}: ${why}`, hint: HINT });
}
