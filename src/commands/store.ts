import path from "node:path";
import type { App } from "../app.js";
import type { CommandModule, Outcome } from "./command.js";

/** `paperboy store check|backup`: looks after what is remembered. */
export const store: CommandModule = {
  description: "Look whether the database is whole, or copy it while it is in use.",
  examples: ["paperboy store check", "paperboy store backup paperboy-2026-10-02.db"],
  define: (command, run) => {
    command
      .command("check")
      .summary("is the file whole, and does every edition's count add up?")
      .action(() => run(check));
    command
      .command("backup")
      .summary("a consistent copy in a new file; an existing one is never overwritten")
      .argument("<file>", "the new file")
      .action((file) => run((app) => backup(app, file)));
  },
};

async function check(app: App): Promise<Outcome> {
  const problems = await (await app.store()).check();
  if (problems.length === 0) return { message: "ok", result: { problems } };
  for (const problem of problems) app.terminal.warn(problem);
  return {
    reason: "store-failed",
    message: problems.length === 1 ? "1 problem" : `${problems.length} problems`,
    hint: "Restore a backup, and go on with `paperboy run --adopt`.",
    result: { problems },
  };
}

async function backup(app: App, file: string): Promise<Outcome> {
  await (await app.store()).backup(path.resolve(app.world.directory, file));
  return { message: `copied to ${file}`, result: { file } };
}
