import { addressKey } from "../../core/address.js";
import type { View } from "../../core/model.js";
import type { NewSubscriber, SubscriberStore } from "../../store/store.js";
import { promoteNamed } from "../manage.js";
import { createRepeats } from "./repeats.js";
import { createRowParser } from "./rows.js";
import type { ParsedRow, Row, RowProblem } from "./rows.js";

/** The maximum number of subscribers that are added in one call of the store. */
const BATCH_SIZE = 1000;

/** The number of rows by result; `rows` is the sum of the others. */
export interface ImportCounts {
  readonly rows: number;
  readonly added: number;
  readonly known: number;
  /** Left or bounced here before: not changed. */
  readonly gone: number;
  readonly duplicate: number;
  readonly suppressed: number;
  /** Not subscribed elsewhere, according to the file: kept, but never mailed. */
  readonly left: number;
  readonly refused: number;
}

/** A row that added no subscriber. `why` continues a sentence that starts with "line 3: ". */
export interface RejectedRow {
  readonly line: number;
  readonly email: string;
  readonly problem: RowProblem | "duplicate" | "known" | "gone" | "suppressed" | "left";
  readonly why: string;
}

export interface ImportOptions {
  readonly subscribers: SubscriberStore;
  readonly now: Date;
  readonly dryRun: boolean;
  /** The name of the file, which can show that its readers left; absent if unknown. */
  readonly fileName?: string;
  /** The view of a row without preferences. */
  readonly defaultView: View;
  readonly onAdded: (subscriber: NewSubscriber) => Promise<void>;
  readonly onRejected: (row: RejectedRow) => void;
  /** Called after each block of rows. */
  readonly onProgress: (counts: ImportCounts) => void | Promise<void>;
}

type MutableCounts = { -readonly [Name in keyof ImportCounts]: ImportCounts[Name] };

const REASONS = {
  duplicate: "repeats an address from an earlier line",
  known: "is subscribed already and was not changed; use `paperboy subscribers set`",
  gone: "left or bounced here before and was not changed; use `paperboy subscribers set --yes` if the person asked to come back",
  suppressed: "was erased and is never added again",
  returned: "left elsewhere, but subscribed here by double opt-in, and was not changed",
} as const;

/**
 * Adds the subscribers of a file, in batches. Does not change known subscribers, with two exceptions: a recipient who was named only by a
 * run (`--to`, `to:`) becomes a subscriber, and the subscription of a person who left elsewhere ends, unless they confirmed their address
 * here. A dry run returns the same counts and writes nothing.
 */
export async function importRows(blocks: AsyncIterable<readonly Row[]>, options: ImportOptions): Promise<ImportCounts> {
  const progress: Progress = {
    counts: { rows: 0, added: 0, known: 0, gone: 0, duplicate: 0, suppressed: 0, left: 0, refused: 0 },
    isRepeated: createRepeats(),
  };
  const parseRow = createRowParser(options.defaultView, options.fileName);
  for await (const block of blocks) {
    for (let from = 0; from < block.length; from += BATCH_SIZE) {
      await importBatch(block.slice(from, from + BATCH_SIZE).map(parseRow), progress, options);
    }
    await options.onProgress(progress.counts);
  }
  return progress.counts;
}

interface Progress {
  readonly counts: MutableCounts;
  /** Whether an earlier row had this address key. */
  readonly isRepeated: (key: string) => boolean;
}

async function importBatch(rows: readonly ParsedRow[], { counts, isRepeated }: Progress, options: ImportOptions) {
  const { subscribers, now, dryRun } = options;
  const valid = rows.flatMap((row) => ("subscriber" in row ? [row.subscriber] : []));
  const results = (await subscribers.add(valid, { now, dryRun })).values();
  counts.rows += rows.length;
  for (const { line, email, ...row } of rows) {
    if ("problem" in row) {
      counts.refused += 1;
      options.onRejected({ line, email, ...row });
      continue;
    }
    const added = results.next().value ?? "known";
    const isRepeat = isRepeated(addressKey(row.subscriber.address));
    if (row.left !== undefined && added !== "suppressed") {
      const isEnded = added === "added" || (await endSubscription(row.subscriber, options));
      const why = isEnded ? `is not subscribed elsewhere (${row.left}) and is never mailed` : REASONS.returned;
      counts[isEnded ? "left" : "known"] += 1;
      options.onRejected({ line, email, problem: isEnded ? "left" : "known", why });
      continue;
    }
    const result = added === "known" && !isRepeat ? await promoteNamed(row.subscriber, options) : added;
    const outcome = isRepeat && result !== "suppressed" ? "duplicate" : result;
    counts[outcome] += 1;
    if (outcome === "added") await options.onAdded(row.subscriber);
    else options.onRejected({ line, email, problem: outcome, why: REASONS[outcome] });
  }
}

/** Ends the subscription of a person who left elsewhere. Returns false for a person who confirmed their address here. */
async function endSubscription({ address, state }: NewSubscriber, options: ImportOptions): Promise<boolean> {
  const { subscribers, now, dryRun } = options;
  const known = await subscribers.find(address);
  if (known?.origin === "site" || known?.origin === "mail") return known.state === "gone" || known.state === "bounced";
  if (known?.state === "active" || known?.state === "paused") {
    if (!dryRun) await subscribers.change(address, { state }, now);
  }
  return true;
}
