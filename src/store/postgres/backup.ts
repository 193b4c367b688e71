import { spawn } from "node:child_process";
import { PaperboyError } from "../../core/errors.js";
import { fillNewFile } from "../sql/new-file.js";
import type { PostgresLocation } from "../store-url.js";

/**
 * Writes a consistent copy of the schema into a new file with `pg_dump --format=custom`, for `pg_restore`. Only the owner can
 * read the file. Meanwhile, other processes can read and write the database.
 * @throws PaperboyError `store-failed`, also if the file exists; `config-invalid` if pg_dump is not installed.
 */
export async function backup({ url, schema }: PostgresLocation, file: string): Promise<void> {
  await fillNewFile(file, () => dump({ url, schema, file }));
}

interface DumpOptions {
  readonly url: string;
  readonly schema: string;
  readonly file: string;
}

/** Passes the password in the environment, because other users of the machine can read the arguments of a process. */
async function dump({ url, schema, file }: DumpOptions): Promise<void> {
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
  const stderr = await new Promise<string | null>((resolve, reject) => {
    const child = spawn("pg_dump", options, { env, stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(0, 2000);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? null : output.trim()));
  }).catch((cause: unknown) => {
    throw new PaperboyError("config-invalid", {
      message: "pg_dump, which backs up a PostgreSQL database, could not be started",
      hint: "Install PostgreSQL's client programs (postgresql-client), or take the backup on the server.",
      cause,
    });
  });
  if (stderr !== null) {
    throw new PaperboyError("store-failed", {
      message: `pg_dump failed: ${stderr}`,
      hint: "Use a pg_dump that is not older than the server.",
    });
  }
}
