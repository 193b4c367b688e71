import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ioFailed, PaperboyError } from "../../core/errors.js";
import type { EditionKey } from "../../store/store.js";
import { editionsNamed, nearbyEditions } from "../edition-name.js";
import type { EditionName } from "../edition-name.js";
import { RECORD_FORMAT } from "./record.js";
import type {
  EditionRecord,
  LetterText,
  RecordedLetter,
  RecordedPage,
  RecordedRead,
  RecordedRevisit,
} from "./record.js";

/** The content of `record.json`. Pages and letters are in separate files, so that a person can open them. */
interface Head extends Omit<EditionRecord, "reads" | "letters" | "revisit"> {
  readonly reads: readonly HeadRead[];
  readonly revisit?: Omit<RecordedRevisit, "reads"> & { readonly reads: readonly HeadRead[] };
  readonly letters: readonly (Omit<RecordedLetter, "letter"> & { readonly subject: string | null })[];
}

interface HeadRead extends Omit<RecordedRead, "pages"> {
  readonly pages: readonly (Omit<RecordedPage, "body"> & { readonly file: string })[];
}

/** An id begins with the time of the record (`20261005T070000Z`), so that sorting by name sorts by time. */
const ID = /^\d{8}T\d{6}Z-[a-z0-9.-]+$/;

/** The prefix of a record that is being written or that an interrupted run left behind. */
const UNFINISHED = ".unfinished-";

/**
 * Writes a record atomically, readable only by its owner. Appends a number to the id if another record has it.
 * @returns the id of the record.
 * @throws PaperboyError `io-failed`.
 */
export async function writeRecord(folder: string, record: EditionRecord): Promise<string> {
  return writeFiles(folder, record).catch((cause: unknown) => {
    throw cause instanceof PaperboyError ? cause : ioFailed("write", folder, { cause });
  });
}

async function writeFiles(folder: string, record: EditionRecord): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = new Set(await listRecords(folder));
  let id = record.id;
  for (let number = 2; known.has(id); number += 1) id = `${record.id}.${number}`;
  const unfinished = path.join(folder, `${UNFINISHED}${id}`);
  await rm(unfinished, { recursive: true, force: true });
  for (const [name, text] of filesOf({ ...record, id })) {
    const file = path.join(unfinished, name);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, text, { mode: 0o600 });
  }
  await rename(unfinished, path.join(folder, id));
  return id;
}

function filesOf({ revisit, ...record }: EditionRecord): (readonly [name: string, text: string])[] {
  const pages = [...record.reads, ...(revisit?.reads ?? [])].flatMap(({ pages }) => pages);
  const listed = (reads: readonly RecordedRead[]): HeadRead[] =>
    reads.map((read) => ({
      ...read,
      pages: read.pages.map(({ body: _body, ...page }) => ({ ...page, file: pageFile(pages, page.requested) })),
    }));
  const head: Head = {
    ...record,
    reads: listed(record.reads),
    ...(revisit && { revisit: { ...revisit, reads: listed(revisit.reads) } }),
    letters: record.letters.map(({ letter, ...rest }) => ({ ...rest, subject: letter?.subject ?? null })),
  };
  return [
    ...pages.map((page) => [pageFile(pages, page.requested), page.body] as const),
    ...record.letters.flatMap(({ hash, letter }) =>
      hash === null || letter === null
        ? []
        : [[letterFile(hash, "html"), letter.html] as const, [letterFile(hash, "txt"), letter.text] as const],
    ),
    ["record.json", `${JSON.stringify(head, null, 2)}\n`],
  ];
}

function pageFile(
  pages: readonly Pick<RecordedPage, "requested" | "mediaType">[],
  requested: RecordedPage["requested"],
): string {
  const index = pages.findIndex((page) => page.requested === requested);
  return `pages/${index + 1}.${pages[index]?.mediaType === "application/json" ? "json" : "html"}`;
}

function letterFile(hash: string, extension: "html" | "txt"): string {
  return `letters/${hash}.${extension}`;
}

/** Returns the ids of all records, oldest first; none if the folder does not exist. */
export async function listRecords(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw ioFailed("read", folder, { cause: error });
  });
  return names.filter((name) => ID.test(name)).toSorted(byTime);
}

/** Compares ids, with appended numbers in numeric order: `.10` comes after `.9`. */
function byTime(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** Deletes all but the newest `keep` records, and the unfinished records of interrupted runs. */
export async function pruneRecords(folder: string, keep: number): Promise<void> {
  const records = await listRecords(folder);
  const unfinished = (await readdir(folder)).filter((name) => name.startsWith(UNFINISHED));
  const old = records.slice(0, Math.max(records.length - keep, 0));
  for (const name of [...old, ...unfinished]) await rm(path.join(folder, name), { recursive: true, force: true });
}

export async function deleteRecord(folder: string, id: string): Promise<void> {
  await rm(path.join(folder, id), { recursive: true, force: true });
}

/** Returns the newest record of an edition; null without one. */
export async function findRecord(folder: string, { editionId, channel }: EditionKey): Promise<EditionRecord | null> {
  for (const id of (await listRecords(folder)).toReversed()) {
    const head = await readHead(path.join(folder, id), id).catch(() => null);
    if (head?.edition.id === editionId && head.channel === channel) return readRecord(folder, id);
  }
  return null;
}

/**
 * Reads a record.
 * @param id the id of the record; null for the newest.
 * @throws PaperboyError `usage` if there is no such record or it is damaged, `io-failed` if a file cannot be read.
 */
export async function readRecord(folder: string, id: string | null): Promise<EditionRecord> {
  const known = await listRecords(folder);
  const found = id === null ? known.at(-1) : known.find((name) => name === id);
  if (found === undefined) {
    throw unknownRecord(id === null ? "there are no records yet" : `there is no record ${JSON.stringify(id)}`, known);
  }
  const home = path.join(folder, found);
  const head = await readHead(home, found);
  const { revisit, ...rest } = head;
  return {
    ...rest,
    reads: await withBodies(home, head.reads),
    ...(revisit && { revisit: { ...revisit, reads: await withBodies(home, revisit.reads) } }),
    letters: await Promise.all(
      head.letters.map(async ({ subject, ...rest }) => ({
        ...rest,
        letter: await readLetter(home, rest.hash, subject),
      })),
    ),
  };
}

function withBodies(home: string, reads: readonly HeadRead[]): Promise<readonly RecordedRead[]> {
  return Promise.all(
    reads.map(async (read) => ({
      ...read,
      pages: await Promise.all(
        read.pages.map(async ({ file, ...page }) => ({ ...page, body: await readPart(home, file) })),
      ),
    })),
  );
}

/**
 * Returns the editions recorded since an instant, newest first, without reading pages and letters. Skips records that cannot be
 * read.
 */
export async function recordedSince(
  folder: string,
  instant: Date,
): Promise<readonly Pick<EditionRecord, "id" | "edition" | "channel" | "at">[]> {
  const found = [];
  for (const id of (await listRecords(folder)).toReversed()) {
    const head = await readHead(path.join(folder, id), id).catch(() => null);
    if (head === null) continue;
    if (Date.parse(head.at) < Number(instant)) break;
    found.push({ id, edition: head.edition, channel: head.channel, at: head.at });
  }
  return found;
}

async function readHead(home: string, id: string): Promise<Head> {
  const text = await readPart(home, "record.json");
  const head = parsed(text) as Partial<Head> | null;
  if (head?.format === RECORD_FORMAT && Array.isArray(head.reads) && Array.isArray(head.letters)) return head as Head;
  throw new PaperboyError("usage", {
    message: `the record ${id} is damaged, or another version of Paperboy wrote it`,
    hint: `Use another record, or delete the folder ${home}.`,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readLetter(home: string, hash: string | null, subject: string | null): Promise<LetterText | null> {
  if (hash === null || subject === null) return null;
  return {
    subject,
    html: await readPart(home, letterFile(hash, "html")),
    text: await readPart(home, letterFile(hash, "txt")),
  };
}

async function readPart(home: string, name: string): Promise<string> {
  return readFile(path.join(home, path.normalize(name)), "utf8").catch((cause: unknown) => {
    throw ioFailed("read", path.join(home, name), { cause, hint: "This record is incomplete. Use another one." });
  });
}

/** Returns the error for a record that does not exist, with the newest ones. */
function unknownRecord(message: string, known: readonly string[]): PaperboyError {
  const last = known.slice(-5).toReversed().join(", ");
  return new PaperboyError("usage", {
    message,
    hint:
      known.length === 0
        ? "Set `records: true`, so that later runs record the editions that they prepare."
        : `The newest records are ${last}.`,
  });
}

/**
 * Returns the id of a record by its own name, or the newest record of an edition by the edition's name.
 * @throws PaperboyError `usage` if there is none; it names the nearest recorded editions.
 */
export async function recordIdOf(folder: string, name: EditionName): Promise<string> {
  const known = await listRecords(folder);
  if (known.includes(name.id)) return name.id;
  const records = await recordedSince(folder, new Date(0));
  const [found] = editionsNamed(records, name, ({ edition }) => edition);
  if (found !== undefined) return found.id;
  const ids = records.map(({ edition }) => edition.id);
  throw unknownRecord(`there is no record of ${name.id}${nearbyEditions(name, ids)}`, known);
}
