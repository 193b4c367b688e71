import path from "node:path";
import type { App } from "../app/app.js";
import { PaperboyError } from "../core/errors.js";
import { addKey, forgetKey, givenKeys, readKeyFile } from "../config/keys.js";
import type { Key } from "../config/keys.js";
import { table } from "../core/text.js";
import type { CommandModule, Outcome } from "./command.js";

/** `paperboy keys list|rotate|forget`: the keys that sign links. */
export const keys: CommandModule = {
  description:
    "Manage the keys that sign the links in letters. A new key signs all new links. Older links work until their key is forgotten. " +
    "If the keys are in the setting `secret`, change them there: put the newest first and keep the oldest last.",
  examples: ["paperboy keys list", "paperboy keys rotate", "paperboy keys forget 1f0c52aa"],
  define: (command, run) => {
    command
      .command("list")
      .summary("list the keys with their ids and uses")
      .action(() => run(list));
    command
      .command("rotate")
      .summary("sign with a new key; older keys still verify")
      .action(() => run(rotate));
    command
      .command("forget")
      .summary("invalidate the links of an old key")
      .argument("<id>", "its id; see `paperboy keys list`")
      .action((id) => run((app) => forget(app, id)));
  },
};

async function list(app: App): Promise<Outcome> {
  const { secret } = app.config.settings;
  const known = secret === undefined ? await readKeyFile(keyFile(app)) : givenKeys(secret);
  const signing = known.findLast(({ links }) => links);
  const rows = known.map((key, index) => ({ id: key.id, made: key.madeAt, uses: usesOf(key, { index, signing }) }));
  const lines = rows.map(({ id, made, uses }) => [id, made ?? "-", uses.join(", ")]);
  return {
    message: `${known.length} keys`,
    data: `${table([["key", "made", "uses"], ...lines])}\n`,
    result: { keys: rows },
  };
}

/** Returns the uses of a key. The first one is also used for Message-IDs and hashes, so it is never removed. */
function usesOf(key: Key, { index, signing }: { index: number; signing: Key | undefined }): readonly string[] {
  return [
    ...(key === signing ? ["signs links"] : []),
    ...(key.links ? ["verifies links"] : []),
    ...(index === 0 ? ["Message-IDs", "hashes of erased addresses"] : []),
  ];
}

async function rotate(app: App): Promise<Outcome> {
  const { id } = await addKey(keyFile(app), app.clock());
  return {
    message: `${id} signs links from now on; earlier links still work`,
    hint: "Back up paperboy.key. `paperboy keys forget` invalidates the links of an old key.",
    result: { id },
  };
}

async function forget(app: App, id: string): Promise<Outcome> {
  await forgetKey(keyFile(app), id);
  return {
    message: `${id} is forgotten: links that it signed no longer work, including unsubscribe links`,
    result: { id },
  };
}

/** Returns the key file. Throws PaperboyError `config-invalid` if the key is a setting. */
function keyFile({ home, config }: App): string {
  if (config.settings.secret === undefined) return path.join(home, "paperboy.key");
  throw new PaperboyError("config-invalid", {
    message: `${config.placeOf("secret")}: the key is a setting, so there is no key file to change`,
    hint: "In this setting, put a new key and a space before the old one. `openssl rand -hex 32` generates a key (docs/site.md).",
  });
}
