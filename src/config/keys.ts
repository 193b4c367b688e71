import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ioFailed, PaperboyError } from "../core/errors.js";
import type { TokenKeys } from "../core/tokens.js";

const KEY_BYTES = 32;

/** A key from the key file or from the setting `secret`. */
export interface Key {
  readonly bytes: Buffer;
  /** A hash that identifies the key without revealing it. */
  readonly id: string;
  /** Whether the key verifies links. The last such key also signs them. */
  readonly links: boolean;
  /** When the key was added; null for the first key. */
  readonly madeAt: string | null;
}

/** The keys of an installation. */
export interface Secrets {
  /** The first key, for Message-IDs and the hashes of erased addresses. It is never removed. */
  readonly home: Buffer;
  /** The keys that sign and verify links. They can be rotated. */
  readonly links: TokenKeys;
}

interface SecretOptions {
  /** The setting `secret`, with one or more keys (`secretTexts`); null to use the key file. */
  readonly given: string | null;
  /** The path of the key file; null to create a temporary key and write nothing. */
  readonly file: string | null;
}

/**
 * Returns the keys of this installation, 32 bytes each. Without the setting, the first key is created on first use and stored
 * with mode 600, so that a letter has the same Message-ID every time it is composed.
 * @throws PaperboyError `config-invalid` when the key file is damaged, `io-failed` when it cannot be read or written.
 */
export async function readSecrets({ given, file }: SecretOptions): Promise<Secrets> {
  if (given !== null) return secretsOf(givenKeys(given));
  if (file === null) {
    const temporary = randomBytes(KEY_BYTES);
    return { home: temporary, links: { current: temporary } };
  }
  return secretsOf(await readKeyFile(file));
}

/** The minimum length of each key when the setting has several. */
const MIN_KEY_LENGTH = 16;

/**
 * Splits a `secret` into its keys, newest first. Spaces, commas or line breaks separate keys. If a part is shorter than 16
 * characters, the whole text is one key: a passphrase, for example.
 */
export function secretTexts(given: string): readonly string[] {
  const parts = given.split(/[\s,]+/).filter((part) => part !== "");
  return parts.length > 1 && parts.every((part) => part.length >= MIN_KEY_LENGTH) ? parts : [given];
}

/** Returns the keys of a `secret`, oldest first as in a key file. */
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

/**
 * Returns the keys of a file, oldest first. Creates the file with a first key if it does not exist. Throws like `readSecrets`.
 */
export async function readKeyFile(file: string): Promise<readonly Key[]> {
  return guarded(file, async () => (await readKeys(file)) ?? (await makeFirst(file)));
}

/**
 * Adds a key, which signs links from now on. The other keys still verify links.
 * @throws PaperboyError like `readSecrets`, and `config-invalid` while another process changes the file.
 */
export async function addKey(file: string, now: Date): Promise<Key> {
  const before = await readKeyFile(file);
  const key = keyOf(randomBytes(KEY_BYTES), { links: true, madeAt: now.toISOString() });
  await replaceKeys(file, [...before, key]);
  return key;
}

/**
 * Removes an old key, so that its links stop working. The first key is kept for Message-IDs and hashes, but no longer verifies
 * links.
 * @throws PaperboyError `usage` when no such key verifies links, or when the key signs new links.
 */
export async function forgetKey(file: string, id: string): Promise<Key> {
  const keys = await readKeyFile(file);
  const found = keys.find((key) => key.id === id && key.links);
  if (!found) {
    throw new PaperboyError("usage", {
      message: `no key ${id} verifies links`,
      hint: "`paperboy keys list` lists the keys.",
    });
  }
  if (keys.findLast((key) => key.links) === found) {
    throw new PaperboyError("usage", {
      message: `the key ${id} signs new links`,
      hint: "Add another key first: `paperboy keys rotate`.",
    });
  }
  const rest = keys.flatMap((key, index) => (key !== found ? [key] : index === 0 ? [{ ...key, links: false }] : []));
  await replaceKeys(file, rest);
  return found;
}

function keyOf(bytes: Buffer, { links, madeAt }: Pick<Key, "links" | "madeAt">): Key {
  return { bytes, id: createHash("sha256").update(bytes).digest("hex").slice(0, 8), links, madeAt };
}

/** `HEX`, then optionally `links` or `home` (the key no longer verifies links), then optionally the time of its creation. */
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
    message: `${file} must contain keys of ${KEY_BYTES} bytes in hexadecimal, one per line`,
    hint: "Restore it from a backup, or delete it: Paperboy then creates a new one, and links in letters already sent stop working.",
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

/** Creates the file atomically. If two processes start at the same time, the first one wins. */
async function makeFirst(file: string): Promise<readonly Key[]> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
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

/**
 * Replaces the file atomically. The temporary file is also a lock: only the process that created it may replace the old file.
 */
async function replaceKeys(file: string, keys: readonly Key[]): Promise<void> {
  const next = `${file}.new`;
  await guarded(file, async () => {
    await writeForOwner(next, keys).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause;
      throw new PaperboyError("config-invalid", {
        message: `another process is changing ${file}`,
        hint: `Try again. If no other process is running, delete ${next} first.`,
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
