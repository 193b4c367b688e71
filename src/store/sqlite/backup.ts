import { sql } from "kysely";
import { fillNewFile } from "../sql/new-file.js";
import type { FileConnection } from "./database.js";

/**
 * Writes a consistent copy into a new file with `VACUUM INTO`. Only the owner can read the file; other processes keep reading
 * and writing the database meanwhile.
 * @throws PaperboyError `store-failed`, also when the file exists.
 */
export async function backup(connection: FileConnection, file: string): Promise<void> {
  await fillNewFile(file, () => connection.read((db) => sql`VACUUM INTO ${file}`.execute(db)));
}
