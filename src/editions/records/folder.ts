import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "../../core/errors.js";
import { RECORD_FORM } from "./record.js";
import type {
  EditionRecord,
  LetterText,
  RecordedLetter,
  RecordedPage,
  RecordedRead,
  RecordedRevisit,
} from "./record.js";

/** What stands in `record.json`: the texts are files of their own, so that a person can open them. */
interface Head extends Omit<EditionRecord, "reads" | "letters" | "revisit"> {
  readonly reads: readonly HeadRead[];
  readonly revisit?: Omit<RecordedRevisit, "reads"> & { readonly reads: readonly HeadRead[] };
  readonly letters: readonly (Omit<RecordedLetter, "letter"> & { readonly subject: string | null })[];
}

interface HeadRead extends Omit<RecordedRead, "pages"> {
  readonly pages: readonly (Omit<RecordedPage, "body"> & { readonly file: string })[];
}

/** An id begins with its instant (`20261005T070000Z`), so that the order of names is the order of time. */
const ID = /^\d{8}T\d{6}Z-[a-z0-9.-]+$/;

/** A record that is being written; whatever is called so was left by a run that died. */
const UNFINISHED = ".unfinished-";

/**
 * Writes a record under its id: whole or not at all. Only the owner can read it. Where another record has the id, this one
 * gets a number behind it.
 * @returns the id that it has.
 */
export async function writeRecord(folder: string, record: EditionRecord): Promise<string> {
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
      pages: read.pages.map(({ body: _body, ...page }) => ({ ...page, file: pageFile(pages, page.asked) })),
    }));
  const head: Head = {
    ...record,
    reads: listed(record.reads),
    ...(revisit && { revisit: { ...revisit, reads: listed(revisit.reads) } }),
    letters: record.letters.map(({ letter, ...rest }) => ({ ...rest, subject: letter?.subject ?? null })),
  };
  return [
    ...pages.map((page) => [pageFile(pages, page.asked), page.body] as const),
    ...record.letters.flatMap(({ hash, letter }) =>
      hash === null || letter === null
        ? []
        : [[letterFile(hash, "html"), letter.html] as const, [letterFile(hash, "txt"), letter.text] as const],
    ),
    ["record.json", `${JSON.stringify(head, null, 2)}\n`],
  ];
}

function pageFile(pages: readonly Pick<RecordedPage, "asked" | "mediaType">[], asked: RecordedPage["asked"]): string {
  const place = pages.findIndex((page) => page.asked === asked);
  return `pages/${place + 1}.${pages[place]?.mediaType === "application/json" ? "json" : "html"}`;
}

function letterFile(hash: string, ending: "html" | "txt"): string {
  return `letters/${hash}.${ending}`;
}

/** The ids of all records, the oldest first; none where there is no folder. */
export async function listRecords(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => ID.test(name)).toSorted(byTime);
}

/** Names differ before their numbers begin, or are the same up to them; `.10` comes after `.9`. */
function byTime(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** Takes away all but the newest records, and what runs that died had begun. */
export async function pruneRecords(folder: string, keep: number): Promise<void> {
  const records = await listRecords(folder);
  const unfinished = (await readdir(folder)).filter((name) => name.startsWith(UNFINISHED));
  const old = records.slice(0, Math.max(records.length - keep, 0));
  for (const name of [...old, ...unfinished]) await rm(path.join(folder, name), { recursive: true, force: true });
}

/**
 * Reads a record back.
 * @param id null: the newest.
 * @throws PaperboyError `usage` when there is none, or it cannot be read.
 */
export async function readRecord(folder: string, id: string | null): Promise<EditionRecord> {
  const known = await listRecords(folder);
  const found = id === null ? known.at(-1) : known.find((name) => name === id);
  if (found === undefined) throw unknownRecord(id, known);
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
 * The editions of the records that were made at an instant or after it; one that cannot be read is passed over. Pages and letters
 * are not read.
 */
export async function recordedSince(
  folder: string,
  instant: Date,
): Promise<readonly Pick<EditionRecord, "edition" | "channel" | "at">[]> {
  const found = [];
  for (const id of (await listRecords(folder)).toReversed()) {
    const head = await readHead(path.join(folder, id), id).catch(() => null);
    if (head === null) continue;
    if (Date.parse(head.at) < Number(instant)) break;
    found.push({ edition: head.edition, channel: head.channel, at: head.at });
  }
  return found;
}

async function readHead(home: string, id: string): Promise<Head> {
  const text = await readPart(home, "record.json");
  const head = parsed(text) as Partial<Head> | null;
  if (head?.form === RECORD_FORM && Array.isArray(head.reads) && Array.isArray(head.letters)) return head as Head;
  throw new PaperboyError("usage", {
    message: `the record ${id} is damaged, or of another version of Paperboy`,
    hint: `Replay another one, or take away the folder ${home}.`,
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
    throw new PaperboyError("usage", {
      message: `cannot read ${name} of the record ${path.basename(home)}`,
      hint: "Replay another one: a record without its pages makes no letter.",
      cause,
    });
  });
}

function unknownRecord(id: string | null, known: readonly string[]): PaperboyError {
  const last = known.slice(-5).toReversed().join(", ");
  return new PaperboyError("usage", {
    message: id === null ? "nothing is recorded yet" : `there is no record ${JSON.stringify(id)}`,
    hint:
      known.length === 0 ? "Set `records: true`: every later run keeps what it read and made." : `The newest: ${last}.`,
  });
}
