import path from "node:path";
import type { App } from "../app/app.js";
import type { CommandModule, Outcome } from "./command.js";

/** `paperboy store check|backup|copy`: maintains the database. */
export const store: CommandModule = {
  description: "Check the database, back it up while it is in use, or copy it to another database.",
  examples: [
    "paperboy store check",
    "paperboy store backup paperboy-2026-10-02.db",
    "paperboy store copy paperboy.db postgres://paperboy@db.example.org/paperboy",
  ],
  define: (command, run) => {
    command
      .command("check")
      .summary("check the database and the counts of every edition")
      .action(() => run(check));
    command
      .command("backup")
      .summary("write a consistent copy to a new file; never overwrites an existing file")
      .argument("<file>", "the new file")
      .action((file) => run((app) => backup(app, file)));
    command
      .command("copy")
      .summary("copy everything to an empty database of either kind, and pause the old one")
      .argument("<from>", "the current store: a file, or postgres://...")
      .argument("<to>", "a new file, or an empty schema of a PostgreSQL database")
      .action((from, to) => run((app) => copy(app, { from, to })));
  },
};

async function check(app: App): Promise<Outcome> {
  const problems = await (await app.store()).check();
  if (problems.length === 0) return { message: "ok", result: { problems } };
  for (const problem of problems) app.terminal.warn(problem);
  return {
    reason: "store-failed",
    message: problems.length === 1 ? "1 problem" : `${problems.length} problems`,
    hint: "Restore a backup, then run `paperboy run --accept-restored`.",
    result: { problems },
  };
}

async function backup(app: App, file: string): Promise<Outcome> {
  await (await app.store()).backup(path.resolve(app.environment.directory, file));
  return { message: `copied to ${file}`, result: { file } };
}

async function copy(app: App, query: { readonly from: string; readonly to: string }): Promise<Outcome> {
  const { copyStore } = await import("../app/open-store.js");
  const { directory } = app.environment;
  const onTable = (name: string): void => app.terminal.step(`copying ${name}`);
  const { from, to, tables } = await copyStore({ ...query, directory, now: app.clock(), onTable });
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    message: `copied ${rows} rows of ${tables.length} tables and verified them; ${from} is now paused`,
    hint: `Set PAPERBOY_STORE to the new database (${to}). If the old one was paused before, run \`paperboy resume\`.`,
    result: { from, to, tables },
  };
}
