import { stringify } from "csv-stringify/sync";
import { openOutput } from "../../core/files.js";
import { QUOTED } from "../export.js";
import type { ImportCounts, RejectedRow } from "./import.js";

/** Reports the rows that added no subscriber. */
export interface RejectionReport {
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
export function warnOfRejected(warn: (text: string) => void): RejectionReport {
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
export async function writeRejected(file: string): Promise<RejectionReport> {
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
export function formatCounts(counts: ImportCounts, dryRun: boolean): string {
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
