import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { importRows } from "../subscribers/import.js";
import type { ImportCounts, Unadded } from "../subscribers/import.js";
import { readRows } from "../subscribers/read.js";
import { REPORT_HEAD, reportLine, tellCounts } from "../subscribers/report.js";
import { fit } from "../app/terminal.js";
import type { Outcome } from "./command.js";
import { houseView } from "./options.js";
import { openOutput } from "./output-file.js";
import { thriftyEvery } from "../app/thrift.js";

interface ImportFlags {
  readonly dryRun?: boolean | undefined;
  readonly report?: string | undefined;
}

/** Blocks of rows after which all that an import needs has been loaded; who has fewer is done at once. */
const FEW_BLOCKS = 2;

/** Rows that are told one by one when there is no report. */
const MOST_TOLD = 20;

/** Imports a file of readers, or standard input (`-`): see `paperboy subscribers import --help`. */
export async function importReaders(app: App, file: string, { dryRun = false, report }: ImportFlags): Promise<Outcome> {
  const { environment, terminal } = app;
  const source = await openSource(app, file);
  const store = await app.store();
  const told = report === undefined ? tellUnadded(app) : await writeReport(path.resolve(environment.directory, report));
  const progress = createProgress(app, source);
  const thrift = thriftyEvery(FEW_BLOCKS);
  const ignored = (names: readonly string[]) =>
    void (names.length > 0 && terminal.warn(fit(`columns that mean nothing here: ${names.join(", ")}`, 300)));
  try {
    const counts = await importRows(readRows(source.bytes(), ignored), {
      subscribers: store.subscribers,
      now: app.clock(),
      dryRun,
      house: houseView(app),
      onUnadded: told.row,
      onProgress: async (counts) => {
        await told.flush();
        thrift();
        progress.show(counts);
        if (environment.signal.aborted) throw stopped(counts);
      },
    });
    progress.clear();
    told.end();
    return outcomeOf(counts, { dryRun, report });
  } finally {
    progress.clear();
    await told.close();
  }
}

/** Nothing taken at all is a failure; lines that were refused beside others are told, and are none. */
function outcomeOf(counts: ImportCounts, { dryRun, report }: { dryRun: boolean; report: string | undefined }): Outcome {
  const nothing = counts.added + counts.known === 0 && counts.rows > 0;
  const message = tellCounts(counts, dryRun);
  return {
    ...(nothing ? { reason: "usage" as const } : {}),
    message: nothing ? `nobody was imported: ${message}` : message,
    result: { ...counts, ...(dryRun ? { dryRun } : {}), ...(report === undefined ? {} : { report }) },
  };
}

function stopped(counts: ImportCounts): PaperboyError {
  return new PaperboyError("usage", {
    message: `stopped when asked to: ${tellCounts(counts, false)} so far`,
    hint: "Run the same import again: who is known stays as they are.",
  });
}

interface Source {
  /** Bytes; null when nobody knows. */
  readonly size: number | null;
  /** How many have been read. */
  readonly read: () => number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

async function openSource({ environment }: App, file: string): Promise<Source> {
  const resolved = path.resolve(environment.directory, file);
  const size = file === "-" ? null : await sizeOf(resolved, file);
  let read = 0;
  return {
    size,
    read: () => read,
    bytes: async function* () {
      for await (const chunk of file === "-" ? environment.stdin : createReadStream(resolved)) {
        read += chunk.length;
        yield chunk as Uint8Array;
      }
    },
  };
}

async function sizeOf(resolved: string, file: string): Promise<number | null> {
  const found = await stat(resolved).catch((cause: unknown) => {
    throw new PaperboyError("usage", { message: `cannot read ${file}`, hint: "Name a CSV or JSON file, or -.", cause });
  });
  if (found.isDirectory())
    throw new PaperboyError("usage", { message: `${file} is a folder`, hint: "Name a file, or -." });
  return found.isFile() ? found.size : null;
}

interface Telling {
  readonly row: (row: Unadded) => void;
  /** After every block, so that no more than one is held in memory. */
  readonly flush: () => Promise<void>;
  readonly end: () => void;
  readonly close: () => Promise<void>;
}

/** The first rows one by one, without addresses (stderr ends up in logs); known ones are told by their number alone. */
function tellUnadded({ terminal }: App): Telling {
  let count = 0;
  return {
    row: ({ line, problem, why }) => {
      if (problem === "known") return;
      count += 1;
      if (count <= MOST_TOLD) terminal.warn(`line ${line}: ${why}`);
    },
    flush: () => Promise.resolve(),
    end: () => void (count > MOST_TOLD && terminal.warn(`and ${count - MOST_TOLD} more: --report FILE lists them all`)),
    close: () => Promise.resolve(),
  };
}

/** Every row, as CSV. */
async function writeReport(file: string): Promise<Telling> {
  const output = await openOutput(file);
  let text = REPORT_HEAD;
  const flush = async () => {
    const ready = text;
    text = "";
    if (ready !== "") await output.write(ready);
  };
  return {
    row: (row) => void (text += reportLine(row)),
    flush,
    end: () => undefined,
    close: async () => {
      await flush();
      await output.close();
    },
  };
}

const BAR_WIDTH = 30;

/** A line that is written over itself, for a person who watches; nobody else sees any of it. */
function createProgress({ environment, terminal }: App, { size, read }: Source) {
  const watched = terminal.talks && environment.stderr.isTTY === true;
  let length = 0;
  const write = (text: string) => {
    environment.stderr.write(`\r${text.padEnd(length)}${text === "" ? "\r" : ""}`);
    length = text.length;
  };
  return {
    show: ({ rows }: ImportCounts) => {
      if (!watched) return;
      const part = size === null || size === 0 ? null : Math.min(read() / size, 1);
      const bar =
        part === null
          ? ""
          : `${"#".repeat(Math.round(part * BAR_WIDTH)).padEnd(BAR_WIDTH, ".")} ${Math.round(part * 100)} %  `;
      write(`${bar}${rows} lines`);
    },
    clear: () => void (watched && length > 0 && write("")),
  };
}
