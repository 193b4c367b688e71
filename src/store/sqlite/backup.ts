import { sql } from "kysely";
import { fillNewFile } from "../sql/new-file.js";
import type { FileConnection } from "./database.js";

/**
 * Writes a consistent copy into a new file with `VACUUM INTO`. Only the owner can read the file. Meanwhile, other processes can
 * read and write the database.
 * @throws PaperboyError `store-failed`, also if the file exists.
 */
export async function backup(connection: FileConnection, file: string): Promise<void> {
  await fillNewFile(file, () => connection.read((db) => sql`VACUUM INTO ${file}`.execute(db)));
}
