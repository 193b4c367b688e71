import path from "node:path";
import type { App } from "../app/app.js";
import { secretTexts } from "../config/keys.js";
import { PaperboyError } from "../core/errors.js";
import { storeFile } from "../store/store-url.js";
import type { CommandModule, Outcome } from "./command.js";

/** `paperboy state export|import`: writes the database to an encrypted file, and restores it. */
export const state: CommandModule = {
  description:
    "Export the database to one encrypted file, and import it into an empty home, for machines that keep no files between " +
    "runs, such as GitHub Actions runners. The encryption key is derived from PAPERBOY_SECRET.",
  examples: ["paperboy state export paperboy.state", "paperboy --home /tmp/fresh state import paperboy.state"],
  define: (command, run) => {
    command
      .command("export")
      .summary("write a consistent, encrypted copy of the database; replaces an older export")
      .argument("<file>", "the encrypted file")
      .action((file) => run((app) => exportTo(app, file)));
    command
      .command("import")
      .summary("restore the database from an export; never overwrites an existing database")
      .argument("<file>", "the encrypted file")
      .action((file) => run((app) => importFrom(app, file)));
  },
};

async function exportTo(app: App, file: string): Promise<Outcome> {
  const { exportState } = await import("../ops/setup/state-file.js");
  databaseOf(app);
  const [secret = null] = secretsOf(app);
  const store = await app.store();
  const bytes = await exportState({ store, home: app.home, secret }, path.resolve(app.environment.directory, file));
  return { message: `exported to ${file}`, result: { file, bytes } };
}

async function importFrom(app: App, file: string): Promise<Outcome> {
  const { importState } = await import("../ops/setup/state-file.js");
  const database = databaseOf(app);
  importState({ database, secrets: secretsOf(app) }, path.resolve(app.environment.directory, file));
  return { message: `imported ${file} as ${database}`, result: { file, database } };
}

/** Returns the current secret, which encrypts, and earlier ones, which only decrypt. */
function secretsOf({ config }: App): readonly string[] {
  const { secret } = config.settings;
  return secret === undefined ? [] : secretTexts(secret);
}

/** Returns the SQLite file of the home. Throws PaperboyError `usage` if the store is a PostgreSQL database. */
function databaseOf({ home, config }: App): string {
  const file = storeFile(config.settings.store, home);
  if (file !== null) return file;
  throw new PaperboyError("usage", {
    message: "the database is on a PostgreSQL server, but only a SQLite file can be exported",
    hint: "Use `paperboy store backup FILE`, which calls pg_dump.",
  });
}
