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

/**
 * Returns the arguments of pg_dump, and the password, which is passed in the environment, because other users of the machine
 * can read the arguments of a process. As in the driver, the parameter `password` wins.
 */
export function dumpCommand({ url, schema, file }: DumpOptions) {
  const target = new URL(url);
  const password = target.searchParams.get("password") ?? decoded(target.password);
  target.password = "";
  target.searchParams.delete("password");
  const output = ["--format=custom", `--schema=${schema}`, `--file=${file}`];
  return { options: [...output, "--no-password", `--dbname=${target.href}`], password };
}

/** Decodes a part of a URL, which may contain a `%` that encodes nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function dump(parts: DumpOptions): Promise<void> {
  const { options, password } = dumpCommand(parts);
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
