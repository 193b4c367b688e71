import type { View } from "../core/model.js";
import type { AddResult, NewSubscriber, SubscriberStore } from "../store/store.js";
import { createRowReader } from "./rows.js";
import type { Row, RowProblem, RowVerdict } from "./rows.js";
import { createSeen } from "./seen.js";

/** Readers that are handed to the store at once. */
const BATCH = 1000;

/** What became of the rows of a file; the others add up to `rows`. */
export interface ImportCounts {
  readonly rows: number;
  readonly added: number;
  readonly known: number;
  readonly duplicate: number;
  readonly suppressed: number;
  readonly refused: number;
}

/** A row that added nobody, and why, in words that follow "line 3: ". */
export interface Unadded {
  readonly line: number;
  readonly email: string;
  readonly problem: RowProblem | "duplicate" | "known" | "suppressed";
  readonly why: string;
}

export interface ImportParts {
  readonly subscribers: SubscriberStore;
  readonly now: Date;
  readonly dryRun: boolean;
  /** The view of a reader who asked for nothing. */
  readonly house: View;
  readonly onUnadded: (row: Unadded) => void;
  /** After every block of rows. */
  readonly onProgress: (counts: ImportCounts) => void | Promise<void>;
}

type Counted = { -readonly [Name in keyof ImportCounts]: ImportCounts[Name] };

const WHY_UNADDED = {
  duplicate: "stands in the file before, perhaps in other letters",
  known: "is known already and stays as it was; change it with `paperboy subscribers set`",
  suppressed: "was erased and is never added again",
} as const;

/**
 * Adds the readers of a file, a thousand at a time. Whoever is known already stays as they are, but for people who were
 * only named by a run (`--to`, `to:`): they become subscribers. A dry run counts the same and changes nothing.
 */
export async function importRows(blocks: AsyncIterable<readonly Row[]>, parts: ImportParts): Promise<ImportCounts> {
  const counts: Counted = { rows: 0, added: 0, known: 0, duplicate: 0, suppressed: 0, refused: 0 };
  const seen = createSeen();
  const readRow = createRowReader(parts.house);
  for await (const block of blocks) {
    for (let from = 0; from < block.length; from += BATCH) {
      const verdicts = block.slice(from, from + BATCH).map(readRow);
      await importBatch(verdicts, { parts, counts, seen });
    }
    await parts.onProgress(counts);
  }
  return counts;
}

interface Course {
  readonly parts: ImportParts;
  readonly counts: Counted;
  readonly seen: (address: string) => boolean;
}

async function importBatch(verdicts: readonly RowVerdict[], { parts, counts, seen }: Course): Promise<void> {
  const { subscribers, now, dryRun } = parts;
  const good = verdicts.filter((verdict) => "reader" in verdict).map(({ reader }) => reader);
  const results = (await subscribers.add(good, { now, dryRun })).values();
  counts.rows += verdicts.length;
  for (const { line, email, ...verdict } of verdicts) {
    if ("problem" in verdict) {
      counts.refused += 1;
      parts.onUnadded({ line, email, ...verdict });
      continue;
    }
    const result = results.next().value ?? "known";
    const again = seen(verdict.reader.address);
    const became = result === "known" && !again ? await welcomeNamed(verdict.reader, parts) : result;
    const outcome = again && became !== "suppressed" ? "duplicate" : became;
    counts[outcome] += 1;
    if (outcome !== "added") parts.onUnadded({ line, email, problem: outcome, why: WHY_UNADDED[outcome] });
  }
}

/**
 * Makes a subscriber of somebody whom only runs named so far; who has left stays gone.
 * @returns `added` when they are one now, else `known`.
 */
export async function welcomeNamed(
  reader: NewSubscriber,
  { subscribers, now, dryRun }: Pick<ImportParts, "subscribers" | "now" | "dryRun">,
): Promise<AddResult> {
  if (reader.origin === "named") return "known";
  const known = await subscribers.find(reader.address);
  if (known?.origin !== "named" || known.state === "gone" || known.state === "bounced") return "known";
  const { address: _, ...change } = reader;
  if (!dryRun) await subscribers.change(reader.address, change, now);
  return "added";
}
