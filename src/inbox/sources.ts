import { stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ioFailed, PaperboyError } from "../core/errors.js";
import { readImap } from "./imap.js";
import { imapFolder } from "./imap-session.js";
import type { ImapSettings } from "./imap-session.js";
import type { MailSource } from "./ingest.js";
import { readMaildir, readMailFile, readMailStream } from "./maildir.js";

/** `inbox` of the configuration. */
export interface InboxSettings {
  readonly maildir?: string | undefined;
  readonly done?: string | undefined;
  readonly imap?: ImapSettings | undefined;
}

export interface SourceOptions {
  /** Maildirs, files with one mail, or `-` for standard input. */
  readonly names: readonly string[];
  /** Whether to read `inbox.imap`. Maildirs are then read only if they are named. */
  readonly imap: boolean;
  readonly settings: InboxSettings;
  /** The folder to which paths in the settings are relative. */
  readonly home: string;
  /** The folder to which `names` are relative. */
  readonly directory: string;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * Opens the named sources, or those of the configuration if none is named.
 * @throws PaperboyError `config-invalid` if no source is configured, `io-failed` if a named source cannot be read.
 */
export async function openSources(options: SourceOptions): Promise<readonly MailSource[]> {
  const { names, imap, settings, home } = options;
  const useSettings = names.length === 0 && !imap;
  const maildirs = useSettings && settings.maildir !== undefined ? [path.resolve(home, settings.maildir)] : names;
  const opened = await Promise.all(maildirs.map((name) => openSource(name, options)));
  const mailboxes = imap || (useSettings && settings.imap !== undefined) ? [openMailbox(options)] : [];
  const sources = [...opened, ...mailboxes];
  if (sources.length > 0) return sources;
  throw new PaperboyError("config-invalid", {
    message: "no mailbox is named or configured",
    hint: "Name a maildir or a file, or set `inbox: { maildir: DIR }` or `inbox: { imap: { host: ... } }` in paperboy.yaml.",
  });
}

function openMailbox({ settings, signal }: SourceOptions): MailSource {
  if (settings.imap === undefined) {
    throw new PaperboyError("config-invalid", {
      message: "no IMAP folder is configured",
      hint: "Set `inbox: { imap: { host, user, password } }` (docs/inbox.md).",
    });
  }
  return readImap(imapFolder(settings.imap), {
    signal,
    sleep: async (ms, abort) => void (await wait(ms, null, { signal: abort }).catch(() => null)),
  });
}

async function openSource(name: string, { settings, home, directory, stdin }: SourceOptions): Promise<MailSource> {
  if (name === "-") return readMailStream(stdin);
  const file = path.resolve(directory, name);
  const found = await stat(file).catch((cause: unknown) => {
    throw ioFailed("read", file, { cause, hint: "Name a maildir or a file with one mail." });
  });
  if (!found.isDirectory()) return readMailFile(file);
  return readMaildir({ folder: file, done: settings.done === undefined ? null : path.resolve(home, settings.done) });
}
