import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { secretTexts } from "../config/keys.js";
import type { CommandModule, Outcome } from "./command.js";

/** `paperboy state seal|open`: what is remembered as one encrypted file, for machines that keep nothing between runs. */
export const state: CommandModule = {
  description:
    "Pack the database into one encrypted file, and unpack it in an empty home: for machines that keep nothing between " +
    "runs, such as those of GitHub Actions. The key is made of PAPERBOY_SECRET.",
  examples: ["paperboy state seal paperboy.state", "paperboy --home /tmp/fresh state open paperboy.state"],
  define: (command, run) => {
    command
      .command("seal")
      .summary("a consistent copy of the database, encrypted; an older sealed file is replaced")
      .argument("<file>", "the sealed file")
      .action((file) => run((app) => sealState(app, file)));
    command
      .command("open")
      .summary("the database out of a sealed file; one that is there is never overwritten")
      .argument("<file>", "the sealed file")
      .action((file) => run((app) => openState(app, file)));
  },
};

async function sealState(app: App, file: string): Promise<Outcome> {
  const { seal } = await import("../ops/setup/seal.js");
  const { readState, writeSealed } = await import("../ops/setup/state-file.js");
  const copy = path.join(app.home, `.sealing-${randomBytes(4).toString("hex")}`);
  databaseOf(app);
  try {
    await (await app.store()).backup(copy);
    const [secret = null] = secretsOf(app);
    const sealed = seal(readState(copy), secret);
    writeSealed(path.resolve(app.environment.directory, file), sealed);
    return { message: `sealed into ${file}`, result: { file, bytes: sealed.length } };
  } finally {
    await rm(copy, { force: true });
  }
}

/**
 * Only the database is packed, and not the number beside it that tells a restored one: the database holds its own, and a
 * packed number would always agree with it. A number that lies in home already is left to do its work: if it is ahead,
 * `run` refuses until `--accept-restored`, and rightly so.
 */
async function openState(app: App, file: string): Promise<Outcome> {
  const { unsealWithAny } = await import("../ops/setup/seal.js");
  const { readState, writeDatabase } = await import("../ops/setup/state-file.js");
  const database = databaseOf(app);
  writeDatabase(database, unsealWithAny(readState(path.resolve(app.environment.directory, file)), secretsOf(app)));
  return { message: `opened ${file} as ${database}`, result: { file, database } };
}

/** What seals, and what may have sealed before. */
function secretsOf({ config }: App): readonly string[] {
  const { secret } = config.settings;
  return secret === undefined ? [] : secretTexts(secret);
}

/** @throws PaperboyError `usage` where what is remembered is no file. */
function databaseOf({ home, config }: App): string {
  const { store } = config.settings;
  if (!/^[a-z]+:\/\//i.test(store)) return path.resolve(home, store);
  throw new PaperboyError("usage", {
    message: "the store is a database server, and only a file can be sealed",
    hint: "Keep a server's backups with the server's own tools.",
  });
}
