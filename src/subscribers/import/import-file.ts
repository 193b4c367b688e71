import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { stringify } from "csv-stringify/sync";
import { ioFailed, PaperboyError } from "../../core/errors.js";
import { openOutput } from "../../core/files.js";
import type { View } from "../../core/model.js";
import type { Outcome } from "../../core/outcome.js";
import type { Store } from "../../store/store.js";
import { QUOTED } from "../export.js";
import { quoted } from "../preferences.js";
import { openUnmatched } from "../unmatched.js";
import { importRows } from "./import.js";
import type { ImportCounts, RejectedRow } from "./import.js";
import { readRows } from "./read.js";

export interface ImportFlags {
  readonly dryRun?: boolean | undefined;
  /** The path of a CSV file to which the rows that added no subscriber are written. */
  readonly report?: string | undefined;
}

export interface ImportParts {
  readonly store: Pick<Store, "subscribers" | "editions">;
  readonly defaultView: View;
  readonly now: Date;
  /** The folder that relative paths start from. */
  readonly directory: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
  /** The terminal that shows a progress bar; null without one. */
  readonly progress: { write(text: string): unknown } | null;
}

/** The maximum number of unknown columns that a warning lists. */
const MAX_IGNORED = 20;

/**
 * Imports subscribers from a CSV or JSON file, or from standard input (`-`).
 * @throws PaperboyError `io-failed` for a file that cannot be read or written, `usage` for one that is not a list of subscribers.
 */
export async function importFile(file: string, flags: ImportFlags, parts: ImportParts): Promise<Outcome> {
  const { store, now, defaultView, signal, warn } = parts;
  const { dryRun = false, report } = flags;
  const source = await openSource(file, parts);
  const rejected =
    report === undefined ? warnOfRejected(warn) : await writeRejected(path.resolve(parts.directory, report));
  const progress = createProgressBar(parts.progress, source);
  const unmatched = openUnmatched({ ...store, now, warn });
  const onIgnored = (names: readonly string[]) =>
    void (names.length > 0 && warn(`unknown columns: ${names.slice(0, MAX_IGNORED).map(quoted).join(", ")}`));
  try {
    const onGuess = (encoding: string) => warn(`the file is not UTF-8 and was read as ${encoding}`);
    const counts = await importRows(readRows(source.bytes(), { onIgnored, onGuess }), {
      fileName: path.basename(file),
      subscribers: store.subscribers,
      now,
      dryRun,
      defaultView,
      onAdded: unmatched.add,
      onRejected: rejected.add,
      onProgress: async (counts) => {
        await rejected.flush();
        progress.show(counts);
        if (signal.aborted) throw stopped(counts);
      },
    });
    progress.clear();
    rejected.end();
    unmatched.report();
    return outcomeOf(counts, { dryRun, report });
  } finally {
    progress.clear();
    await rejected.close();
  }
}

/** Returns the outcome of an import, which fails if no person in the file is a subscriber afterwards. Single refused rows are not a failure. */
function outcomeOf(counts: ImportCounts, { dryRun, report }: { dryRun: boolean; report: string | undefined }): Outcome {
  const failed = counts.added + counts.known === 0;
  const message = counts.rows === 0 ? "the file has no rows" : formatCounts(counts, dryRun);
  return {
    ...(failed ? { reason: "usage" as const, hint: HINT } : {}),
    message: failed ? `no subscribers were imported: ${message}` : message,
    result: { ...counts, ...(dryRun ? { dryRun } : {}), ...(report === undefined ? {} : { report }) },
  };
}

const HINT =
  "The first line names the columns, and each other line is one person: see `paperboy subscribers import --help`.";

function stopped(counts: ImportCounts): PaperboyError {
  return new PaperboyError("usage", {
    message: `interrupted: ${formatCounts(counts, false)} so far`,
    hint: "Run the same import again: known subscribers are not changed.",
  });
}

interface ImportSource {
  /** Bytes; null when unknown, as for standard input. */
  readonly size: number | null;
  /** Bytes read so far. */
  readonly read: () => number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

async function openSource(file: string, { directory, stdin }: ImportParts): Promise<ImportSource> {
  const resolved = path.resolve(directory, file);
  const size = file === "-" ? null : await sizeOf(resolved);
  let read = 0;
  return {
    size,
    read: () => read,
    bytes: async function* () {
      for await (const chunk of file === "-" ? stdin : fileBytes(resolved)) {
        read += chunk.length;
        yield chunk;
      }
    },
  };
}

const READ_HINT = "Name a readable CSV or JSON file, or - for standard input.";

async function* fileBytes(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
  } catch (cause) {
    throw ioFailed("read", file, { cause, hint: READ_HINT });
  }
}

async function sizeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch((cause: unknown) => {
    throw ioFailed("read", file, { cause, hint: READ_HINT });
  });
  if (found.isDirectory()) throw ioFailed("read", file, { cause: new Error("it is a folder"), hint: READ_HINT });
  return found.isFile() ? found.size : null;
}

const BAR_WIDTH = 30;

/** A line on the terminal that overwrites itself. */
function createProgressBar(terminal: ImportParts["progress"], { size, read }: ImportSource) {
  let length = 0;
  const write = (text: string) => {
    terminal?.write(`\r${text.padEnd(length)}${text === "" ? "\r" : ""}`);
    length = text.length;
  };
  return {
    show: ({ rows }: ImportCounts) => {
      if (!size) return write(`${rows} lines`);
      const part = Math.min(read() / size, 1);
      const bar = "#".repeat(Math.round(part * BAR_WIDTH)).padEnd(BAR_WIDTH, ".");
      write(`${bar} ${Math.round(part * 100)} %  ${rows} lines`);
    },
    clear: () => void (length > 0 && write("")),
  };
}

/** Reports the rows that added no subscriber. */
interface RejectionReport {
  readonly add: (row: RejectedRow) => void;
  /** Writes the rows that were reported so far. Called after each block, so that at most one block is held in memory. */
  readonly flush: () => Promise<void>;
  /** Called once all rows have been imported. */
  readonly end: () => void;
  readonly close: () => Promise<void>;
}

/** The maximum number of rows that are printed without a report file. */
const MAX_PRINTED = 20;

/** Prints warnings for the first rows, without their addresses, because stderr is often logged. Known subscribers are only counted. */
function warnOfRejected(warn: (text: string) => void): RejectionReport {
  let count = 0;
  return {
    add: ({ line, problem, why }) => {
      if (problem === "known") return;
      count += 1;
      if (count <= MAX_PRINTED) warn(`line ${line}: ${why}`);
    },
    flush: () => Promise.resolve(),
    end: () => void (count > MAX_PRINTED && warn(`${count - MAX_PRINTED} more: use --report FILE to list them all`)),
    close: () => Promise.resolve(),
  };
}

/** Writes every row to a CSV file, with the address as it is spelt in the imported file. */
async function writeRejected(file: string): Promise<RejectionReport> {
  const output = await openOutput(file);
  let text = "line,problem,email,why\n";
  const flush = async () => {
    const ready = text;
    text = "";
    if (ready !== "") await output.write(ready);
  };
  return {
    add: ({ line, problem, email, why }) => void (text += stringify([[line, problem, email, why]], QUOTED)),
    flush,
    end: () => undefined,
    close: async () => {
      await flush();
      await output.close();
    },
  };
}

/** Formats the counts, such as `12 added, 3 known already, 1 refused, of 16`. */
function formatCounts(counts: ImportCounts, dryRun: boolean): string {
  const parts = [
    `${counts.added} ${dryRun ? "would be added" : "added"}`,
    counts.known > 0 && `${counts.known} known already`,
    counts.gone > 0 && `${counts.gone} left or bounced here before`,
    counts.duplicate > 0 && `${counts.duplicate} twice in the file`,
    counts.suppressed > 0 && `${counts.suppressed} erased before`,
    counts.left > 0 && `${counts.left} not subscribed elsewhere`,
    counts.refused > 0 && `${counts.refused} refused`,
  ];
  return `${parts.filter(Boolean).join(", ")}, of ${counts.rows}`;
}
