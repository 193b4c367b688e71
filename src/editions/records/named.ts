import { editionsNamed, nearbyEditions } from "../edition-name.js";
import type { EditionName } from "../edition-name.js";
import { listRecords, recordedSince, unknownRecord } from "./folder.js";

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
