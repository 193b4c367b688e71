import { hkdfSync, randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { PaperboyError } from "./errors.js";

const KEY_BYTES = 32;

interface SecretOptions {
  /** What the operator set as `secret`; null: the key file serves. */
  readonly given: string | null;
  /** Where the key is kept; null: nothing may be written, so a passing key is made. */
  readonly file: string | null;
}

/**
 * The key for Message-IDs and links, 32 bytes. Without a setting it is made on first use and kept with mode 600, so that
 * a letter written twice has the same Message-ID.
 * @throws PaperboyError `config-invalid` when the key file is damaged or cannot be written.
 */
export async function readSecret({ given, file }: SecretOptions): Promise<Buffer> {
  if (given !== null) return Buffer.from(hkdfSync("sha256", given, "", "paperboy", KEY_BYTES));
  if (file === null) return randomBytes(KEY_BYTES);
  try {
    return (await readKey(file)) ?? (await makeKey(file));
  } catch (cause) {
    if (cause instanceof PaperboyError) throw cause;
    throw new PaperboyError("config-invalid", {
      message: `cannot keep the key in ${file}`,
      hint: "Make the home folder writable, or set PAPERBOY_SECRET.",
      cause,
    });
  }
}

async function readKey(file: string): Promise<Buffer | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const key = Buffer.from(text.trim(), "hex");
  if (key.length === KEY_BYTES) return key;
  throw new PaperboyError("config-invalid", {
    message: `${file} does not hold a key of ${KEY_BYTES} bytes`,
    hint: "Restore it from a backup, or delete it to have a new one made (links in letters already sent then stop working).",
  });
}

/** A key appears whole or not at all, and the first of two runs that start together wins. */
async function makeKey(file: string): Promise<Buffer> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  await writeFile(temporary, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    await chmod(temporary, 0o600);
    await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  const key = await readKey(file);
  if (!key) throw new Error(`${file} vanished`);
  return key;
}
