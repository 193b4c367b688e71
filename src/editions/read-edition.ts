import { PaperboyError } from "../core/errors.js";
import type { Edition, Reading, Source } from "../core/model.js";
import { freeze, isOld } from "./freeze.js";
import type { NoEdition } from "./freeze.js";
import { readPage } from "./read-page.js";
import type { ReadParts } from "./read-page.js";

export interface ReadRequest {
  readonly source: Source;
  /** Accepts a period that is still filling, and marks the edition as early. */
  readonly early: boolean;
}

/** An edition, and the reading from which it was frozen. */
export interface EditionRead {
  readonly reading: Reading;
  readonly edition: Edition;
}

/**
 * Fetches, parses, freezes and enriches one source.
 * @throws PaperboyError like `readSource`, `freeze` and `enrich`.
 */
export async function readEdition({ source, early }: ReadRequest, parts: ReadParts): Promise<EditionRead | NoEdition> {
  const reading = await readSource(source, parts);
  const frozen = freeze(reading, { source, now: parts.clock(), early });
  return "reason" in frozen ? frozen : { reading, edition: (await parts.enrich?.(frozen)) ?? frozen };
}

/**
 * Reads a source as `readPage` does. If the site generated the response before the end of a period that has passed, requests it
 * once more without caches.
 * @throws PaperboyError like `readPage`.
 */
export async function readSource(source: Source, parts: ReadParts): Promise<Reading> {
  const first = await readOnce(source, parts);
  const final = isOld(first.reading, source, parts.clock()) ? await readPastCaches(source, parts) : null;
  const { reading, warnings } = final ?? first;
  for (const warning of warnings) parts.warn(warning);
  return reading;
}

/** A reading, with warnings for the operator. */
interface Read {
  readonly reading: Reading;
  readonly warnings: readonly string[];
}

/** Returns null if the site cannot be reached, so that the old copy is used and reported. */
async function readPastCaches(source: Source, parts: ReadParts): Promise<Read | null> {
  const fetch: ReadParts["fetch"] = (location) =>
    parts.fetch(location.type === "url" ? { ...location, pastCaches: true } : location);
  try {
    return await readOnce(source, { ...parts, fetch });
  } catch (error) {
    if (error instanceof PaperboyError && error.code === "fetch-failed") return null;
    throw error;
  }
}

async function readOnce(source: Source, parts: ReadParts): Promise<Read> {
  const warnings: string[] = [];
  const reading = await readPage(source, { ...parts, warn: (message) => void warnings.push(message) });
  return { reading, warnings };
}
