import { spawn } from "node:child_process";
import { PaperboyError } from "../../core/errors.js";
import { fillNewFile } from "../sql/new-file.js";
import type { PostgresLocation } from "../store-url.js";

/**
 * Writes a consistent copy of our schema into a new file with `pg_dump --format=custom`, readable by its owner alone, while
 * others go on reading and writing. `pg_restore` brings it back.
 * @throws PaperboyError `store-failed`, also when the file exists; `config-invalid` when pg_dump is not installed.
 */
export async function backup({ url, schema }: PostgresLocation, file: string): Promise<void> {
  await fillNewFile(file, () => dump({ url, schema, file }));
}

interface Dump {
  readonly url: string;
  readonly schema: string;
  readonly file: string;
}

/** The password goes by the environment: other users of the machine see what a process was called with. */
async function dump({ url, schema, file }: Dump): Promise<void> {
  const target = new URL(url);
  const password = decodeURIComponent(target.password);
  target.password = "";
  const options = [
    "--format=custom",
    `--schema=${schema}`,
    `--file=${file}`,
    "--no-password",
    `--dbname=${target.href}`,
  ];
  const env = password === "" ? process.env : { ...process.env, PGPASSWORD: password };
  const said = await new Promise<string | null>((resolve, reject) => {
    const child = spawn("pg_dump", options, { env, stdio: ["ignore", "ignore", "pipe"] });
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(0, 2000);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? null : words.trim()));
  }).catch((cause: unknown) => {
    throw new PaperboyError("config-invalid", {
      message: "pg_dump, which copies a PostgreSQL database, could not be started",
      hint: "Install PostgreSQL's client programs (postgresql-client), or take the backup on the server.",
      cause,
    });
  });
  if (said !== null) {
    throw new PaperboyError("store-failed", {
      message: `pg_dump failed: ${said}`,
      hint: "Its version must not be older than the server's.",
    });
  }
}
