import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ioFailed, PaperboyError } from "../core/errors.js";
import type { TokenKeys } from "../core/tokens.js";

const KEY_BYTES = 32;

/** A key of the key file, or of the setting. */
export interface Key {
  readonly bytes: Buffer;
  /** Tells it from the others without telling anything of it. */
  readonly id: string;
  /** Whether links are checked with it; the last such key signs them. */
  readonly links: boolean;
  /** When it was added, as it stands in the file; null for the first one. */
  readonly madeAt: string | null;
}

/** The keys of an installation. */
export interface Secrets {
  /** The first key: for Message-IDs and the hashes of people who were erased. It stays for ever. */
  readonly home: Buffer;
  /** The keys of links, which can be changed. */
  readonly links: TokenKeys;
}

interface SecretOptions {
  /** What the operator set as `secret`, one key or several (`secretTexts`); null: the key file serves. */
  readonly given: string | null;
  /** Where the keys are kept; null: nothing may be written, so a passing key is made. */
  readonly file: string | null;
}

/**
 * The keys of this installation, 32 bytes each. Without a setting the first is made on first use and kept with mode 600, so
 * that a letter written twice has the same Message-ID.
 * @throws PaperboyError `config-invalid` when the key file is damaged, `io-failed` when it cannot be read or written.
 */
export async function readSecrets({ given, file }: SecretOptions): Promise<Secrets> {
  if (given !== null) return secretsOf(givenKeys(given));
  if (file === null) {
    const passing = randomBytes(KEY_BYTES);
    return { home: passing, links: { current: passing } };
  }
  return secretsOf(await readKeyFile(file));
}

/** The shortest part of a setting that is taken as a key of its own. */
const LEAST_PART = 16;

/**
 * The texts of a `secret`, the newest first: several, with spaces, commas or line ends between them, when each has at least
 * 16 characters; otherwise all of it is one, such as a sentence.
 */
export function secretTexts(given: string): readonly string[] {
  const parts = given.split(/[\s,]+/).filter((part) => part !== "");
  return parts.length > 1 && parts.every((part) => part.length >= LEAST_PART) ? parts : [given];
}

/** The keys of a `secret`, the oldest first as in a key file. */
export function givenKeys(given: string): readonly Key[] {
  return secretTexts(given)
    .map((text) => Buffer.from(hkdfSync("sha256", text, "", "paperboy", KEY_BYTES)))
    .map((bytes) => keyOf(bytes, { links: true, madeAt: null }))
    .toReversed();
}

function secretsOf(keys: readonly Key[]): Secrets {
  const links = keys.filter((key) => key.links).map(({ bytes }) => bytes);
  const [home, current] = [keys[0]?.bytes, links.at(-1)];
  if (!home || !current) throw new Error("a key file that was read holds a key for links");
  return { home, links: { current, previous: links.slice(0, -1) } };
}

/** The keys of a file, the oldest first; the first one is made when there is none. Throws like `readSecrets`. */
export async function readKeyFile(file: string): Promise<readonly Key[]> {
  return guarded(file, async () => (await readKeys(file)) ?? (await makeFirst(file)));
}

/**
 * Adds a key that signs links from now on; the others go on verifying.
 * @throws PaperboyError `config-invalid` like `readSecrets`, or when another change of the file is under way.
 */
export async function addKey(file: string, now: Date): Promise<Key> {
  const before = await readKeyFile(file);
  const key = keyOf(randomBytes(KEY_BYTES), { links: true, madeAt: now.toISOString() });
  await replaceKeys(file, [...before, key]);
  return key;
}

/**
 * Lets links that an old key signed end. The first key stays for what else it serves.
 * @throws PaperboyError `usage` when there is no such key, or it is the one that signs.
 */
export async function forgetKey(file: string, id: string): Promise<Key> {
  const keys = await readKeyFile(file);
  const found = keys.find((key) => key.id === id && key.links);
  if (!found) {
    throw new PaperboyError("usage", { message: `no key ${id} checks links`, hint: "See `paperboy keys list`." });
  }
  if (keys.findLast((key) => key.links) === found) {
    throw new PaperboyError("usage", {
      message: `the key ${id} signs the links of today`,
      hint: "Let another one sign first: `paperboy keys rotate`.",
    });
  }
  const rest = keys.flatMap((key, index) => (key !== found ? [key] : index === 0 ? [{ ...key, links: false }] : []));
  await replaceKeys(file, rest);
  return found;
}

function keyOf(bytes: Buffer, { links, madeAt }: Pick<Key, "links" | "madeAt">): Key {
  return { bytes, id: createHash("sha256").update(bytes).digest("hex").slice(0, 8), links, madeAt };
}

/** `HEX`, and after it `links` or `home` (for what is not links alone) and when it was made, where that is known. */
const LINE = /^([0-9a-f]{64})(?: (links|home))?(?: (\S+))?$/i;

async function readKeys(file: string): Promise<readonly Key[] | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw ioFailed("read", file, { cause: error });
  });
  if (text === null) return null;
  const keys = text.trim().split(/\r?\n/).map(readLine);
  if (keys.every((key) => key !== null) && keys.some((key) => key.links)) return keys;
  throw new PaperboyError("config-invalid", {
    message: `${file} does not hold keys of ${KEY_BYTES} bytes, one a line`,
    hint: "Restore it from a backup, or delete it to have a new one made (links in letters already sent then stop working).",
  });
}

function readLine(line: string): Key | null {
  const [, hex, use, madeAt = null] = LINE.exec(line.trim()) ?? [];
  return hex === undefined ? null : keyOf(Buffer.from(hex, "hex"), { links: use !== "home", madeAt });
}

function textOf(keys: readonly Key[]): string {
  const lines = keys.map(({ bytes, links, madeAt }) =>
    [bytes.toString("hex"), ...(links ? (madeAt === null ? [] : ["links", madeAt]) : ["home"])].join(" "),
  );
  return `${lines.join("\n")}\n`;
}

/** A key appears whole or not at all, and the first of two runs that start together wins. */
async function makeFirst(file: string): Promise<readonly Key[]> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeForOwner(temporary, [keyOf(randomBytes(KEY_BYTES), { links: true, madeAt: null })]);
  try {
    await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  const keys = await readKeys(file);
  if (!keys) throw new Error(`${file} vanished`);
  return keys;
}

/** Whoever holds the new file is the only one who changes the old one. */
async function replaceKeys(file: string, keys: readonly Key[]): Promise<void> {
  const next = `${file}.new`;
  await guarded(file, async () => {
    await writeForOwner(next, keys).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
      throw new PaperboyError("config-invalid", {
        message: `another change of ${file} is under way`,
        hint: `Delete ${next} if it was interrupted, and try again.`,
      });
    });
    await rename(next, file);
  });
}

async function writeForOwner(file: string, keys: readonly Key[]): Promise<void> {
  await writeFile(file, textOf(keys), { mode: 0o600, flag: "wx", flush: true });
  await chmod(file, 0o600);
}

async function guarded<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PaperboyError) throw cause;
    throw ioFailed("write", file, { cause, hint: "Make the home folder writable, or set PAPERBOY_SECRET." });
  }
}
