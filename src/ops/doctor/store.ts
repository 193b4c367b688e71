import { stat } from "node:fs/promises";
import path from "node:path";
import { once } from "../../core/memoize.js";
import type { Store } from "../../store/store.js";
import { fail, isAbsent, ok, skipped, warn } from "./check.js";
import type { Absent, Check, Finding } from "./check.js";

/** Why there is no store in a new home. */
export const NOTHING_YET = "nothing is remembered yet: the first run makes the database";

/** Where things are storeAccess, before anybody opened it. */
export interface StorePlace {
  /** The database's file; null where it is a server's address. */
  readonly file: string | null;
  /** The file of keys; null where the configuration gives the secret. */
  readonly keyFile: string | null;
  readonly open: () => Promise<Store>;
}

/** What is storeAccess: looked at without making anything that is not there. */
export interface StoreAccess extends StorePlace {
  /** The open store, or why there is none. Throws what opening throws. */
  readonly store: () => Promise<Store | Absent>;
}

/** Opens what is remembered when a check first asks; a database or key that is not there is not made by looking. */
export function storeAccess(place: StorePlace): StoreAccess {
  return { ...place, store: once(() => openIfThere(place)) };
}

async function openIfThere({ file, keyFile, open }: StorePlace): Promise<Store | Absent> {
  if (file !== null && (await modeOf(file)) === null) return { absent: NOTHING_YET };
  if (keyFile !== null && (await modeOf(keyFile)) === null) return { absent: "the key of the database is missing" };
  return open();
}

/** The permission bits of a file; null when it is not there. */
async function modeOf(file: string): Promise<number | null> {
  const found = await stat(file).catch(() => null);
  return found === null ? null : found.mode & 0o777;
}

export const STORE_CHECKS: readonly Check<StoreAccess>[] = [
  {
    id: "store.key",
    title: "the key is there, and private",
    why: "links of letters are signed with it; without it, who was erased is forgotten and could be mailed again",
    limitMs: 5_000,
    run: checkKey,
  },
  {
    id: "store.database",
    title: "the database is whole",
    why: "it knows who was mailed what: without it, letters would go out twice",
    limitMs: 60_000,
    run: checkDatabase,
  },
];

async function checkKey({ file, keyFile }: StoreAccess): Promise<Finding> {
  if (keyFile === null) return ok("the configuration gives it");
  const mode = await modeOf(keyFile);
  const name = path.basename(keyFile);
  if (mode !== null) {
    const others = mode & 0o077;
    if (others === 0) return ok(name);
    return warn(`others on this machine may read ${name}`, `Keep it to yourself: \`chmod 600 ${keyFile}\`.`);
  }
  if (file !== null && (await modeOf(file)) === null) return skipped("it is made on first use");
  return fail(
    `there is a database, but ${name} is missing`,
    `Restore ${name} from the backup that the database came from, or set PAPERBOY_SECRET to the secret that was used before.`,
  );
}

async function checkDatabase({ file, store }: StoreAccess): Promise<Finding> {
  const opened = await store();
  if (isAbsent(opened)) return skipped(opened.absent);
  const problems = await opened.check();
  if (problems.length === 0) return ok(file === null ? opened.kind : path.basename(file));
  return fail(
    `${problems.length === 1 ? "1 problem" : `${problems.length} problems`}: ${problems.slice(0, 3).join("; ")}`,
    "Restore a backup of the database, and go on with `paperboy run --accept-restored`.",
  );
}
