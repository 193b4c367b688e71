import { stat } from "node:fs/promises";
import path from "node:path";
import { once } from "../../core/memoize.js";
import type { Store } from "../../store/store.js";
import { epochFile } from "../../store/store-url.js";
import { fail, isAbsent, ok, skipped, warn } from "./check.js";
import type { Absent, Check, Finding } from "./check.js";

/** The reason why a new home has no store. */
export const NO_DATABASE_YET = "there is no database yet; the first run creates it";

/** The location of the store. */
export interface StoreFiles {
  /** The database file; null for a database server. */
  readonly file: string | null;
  /** The key file; null if the secret is in the configuration. */
  readonly keyFile: string | null;
  readonly open: () => Promise<Store>;
}

/** Access to the store that does not create it. */
export interface StoreAccess extends StoreFiles {
  /** Returns the open store, or the reason why there is none. Throws the errors of opening it. */
  readonly store: () => Promise<Store | Absent>;
}

/** Opens the store when the first check needs it. Does not create a missing database or key. */
export function storeAccess(files: StoreFiles): StoreAccess {
  return { ...files, store: once(() => openExisting(files)) };
}

async function openExisting({ file, keyFile, open }: StoreFiles): Promise<Store | Absent> {
  const known = file === null ? [] : [await modeOf(file), await modeOf(epochFile(file))];
  if (file !== null && known.every((mode) => mode === null)) return { absent: NO_DATABASE_YET };
  if (keyFile !== null && (await modeOf(keyFile)) === null) return { absent: "the key of the database is missing" };
  return open();
}

/** Returns the permission bits of a file; null if it does not exist. */
async function modeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found === null ? null : found.mode & 0o777;
}

export const STORE_CHECKS: readonly Check<StoreAccess>[] = [
  {
    id: "store.key",
    title: "the key exists and is private",
    why: "it signs the links of letters; without it, Paperboy does not recognise erased readers and could mail them again",
    limitMs: 5_000,
    run: checkKey,
  },
  {
    id: "store.database",
    title: "the database is intact",
    why: "it records who got which letter; without it, letters would be sent twice",
    limitMs: 60_000,
    run: checkDatabase,
  },
];

async function checkKey({ file, keyFile }: StoreAccess): Promise<Finding> {
  if (keyFile === null) return ok("the secret is in the configuration");
  const mode = await modeOf(keyFile);
  const name = path.basename(keyFile);
  if (mode !== null) {
    const others = mode & 0o077;
    if (others === 0) return ok(name);
    return warn(`other users of this machine can read ${name}`, `Make it private: \`chmod 600 ${keyFile}\`.`);
  }
  if (file !== null && (await modeOf(file)) === null) return skipped("it is created on first use");
  return fail(
    `the database exists, but ${name} is missing`,
    `Restore ${name} from the same backup as the database, or set PAPERBOY_SECRET to the previous secret.`,
  );
}

async function checkDatabase({ file, store }: StoreAccess): Promise<Finding> {
  const opened = await store();
  if (isAbsent(opened)) return skipped(opened.absent);
  const problems = await opened.check();
  if (problems.length === 0) return ok(file === null ? opened.kind : path.basename(file));
  return fail(
    `${problems.length === 1 ? "1 problem" : `${problems.length} problems`}: ${problems.slice(0, 3).join("; ")}`,
    "Restore a backup of the database, then run `paperboy run --accept-restored`.",
  );
}
