import type { ImapFlow, ImapFlowOptions, MailboxObject } from "imapflow";
import { PaperboyError } from "../core/errors.js";
import { isLoopback } from "../core/url.js";
import { explain, serverResponse } from "./imap-errors.js";
import { MAX_BYTES } from "./read.js";

/** A folder of a mail server, and how to connect to it. */
export interface ImapFolder {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS, which is optional only for a server on this machine. */
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  readonly folder: string;
  /** The folder to which handled mails are moved; null if they stay, marked as seen. */
  readonly done: string | null;
}

/** `inbox.imap` of the configuration. */
export type ImapSettings = Omit<ImapFolder, "port" | "done"> & {
  readonly port?: number | undefined;
  readonly done?: string | undefined;
};

/** Ports by RFC 8314, section 3.2, and RFC 9051, section 2.1. */
const IMAPS_PORT = 993;
const IMAP_PORT = 143;

/** Returns the folder that `inbox.imap` names, with defaults filled in. */
export function imapFolder({ port, done, ...settings }: ImapSettings): ImapFolder {
  return { ...settings, port: port ?? (settings.secure ? IMAPS_PORT : IMAP_PORT), done: done ?? null };
}

/** Time-outs in milliseconds. */
export interface ImapTimeouts {
  readonly connect: number;
  readonly greeting: number;
  /** The longest time without any data from the server. */
  readonly silence: number;
}

const DEFAULT_TIMEOUTS: ImapTimeouts = { connect: 30_000, greeting: 30_000, silence: 60_000 };

export interface ImapMail {
  readonly uid: number;
  readonly raw: Buffer;
}

/** An open folder. If the connection breaks, its functions throw errors of imapflow, which `explain` converts. */
export interface ImapSession {
  /** UIDs are only valid as long as this stays the same (RFC 9051, section 2.3.1.1). */
  readonly uidValidity: bigint;
  /** Returns the UIDs of unseen mails, the oldest first. */
  unseen(): Promise<readonly number[]>;
  /** Returns the first `MAX_BYTES` of each mail, without marking it as seen. Omits mails that are gone. */
  fetch(uids: readonly number[]): Promise<readonly ImapMail[]>;
  /**
   * Moves mails to `done`, or marks them as seen if there is no such folder or the server refuses to move them. Skips mails
   * that are gone.
   */
  mark(uids: readonly number[]): Promise<void>;
  /** Returns why the server refuses to move or mark mails; null if it does not. Mails can still be read. */
  refusal(): PaperboyError | null;
  close(): Promise<void>;
}

/** The longest response that is accepted: enough for the UIDs of a million mails. */
const MAX_RESPONSE = 16 * 1024 * 1024;

interface ConnectionParts {
  readonly timeouts: ImapTimeouts;
  /**
   * Called with the entry that imapflow logs for a command that the server refused. Its other entries are dropped: they contain
   * addresses.
   */
  readonly onWarning: (entry: unknown) => void;
}

/** Requires encryption and a valid certificate, unless the server is on this machine. */
function connectionOptions(target: ImapFolder, { timeouts, onWarning }: ConnectionParts): ImapFlowOptions {
  const { host, port, secure, user, password } = target;
  const isHere = isLoopback(host);
  return {
    host,
    port,
    secure,
    // undefined uses STARTTLS when it is offered; true refuses to log in without it.
    doSTARTTLS: secure || isHere ? undefined : true,
    tls: { rejectUnauthorized: !isHere },
    auth: { user, pass: password },
    logger: { debug: () => undefined, info: () => undefined, error: () => undefined, warn: onWarning },
    disableAutoIdle: true,
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.silence,
    maxLineLength: MAX_RESPONSE,
    maxLiteralSize: 2 * MAX_BYTES,
    maxResponseSize: 2 * MAX_RESPONSE,
  };
}

/**
 * Connects, logs in and opens the folder for writing.
 * @throws PaperboyError `config-invalid` if the server refuses permanently; `fetch-failed`, which is retryable, if it
 * cannot be reached.
 */
export async function openImap(
  target: ImapFolder,
  { timeouts = DEFAULT_TIMEOUTS, signal }: OpenOptions,
): Promise<ImapSession> {
  // Loaded on first use, since most installations have no IMAP mailbox.
  const { ImapFlow } = await import("imapflow");
  let refused: unknown = null;
  const onWarning = (entry: unknown): void => {
    if (typeof entry === "object" && entry !== null && "err" in entry) refused = entry.err;
  };
  const client = new ImapFlow(connectionOptions(target, { timeouts, onWarning }));
  // Pending commands reject as well. Without a listener, a connection that breaks while idle would end the process.
  client.on("error", () => undefined);
  const disconnect = (): void => client.close();
  signal.addEventListener("abort", disconnect, { once: true });
  const close = async (): Promise<void> => {
    signal.removeEventListener("abort", disconnect);
    // Do not wait for a server that does not respond.
    if (client.usable) await client.logout().catch(() => undefined);
    client.close();
  };
  try {
    await client.connect();
    const why = (): unknown => refused;
    const doneRefusal = target.done === null ? null : await makeFolder(client, target, target.done);
    const folder = await client.mailboxOpen(target.folder);
    const refusal = doneRefusal ?? (isMarkable(folder, target) ? null : readOnly(target));
    return { ...sessionOf(client, { target, folder, refusal, why }), close };
  } catch (error) {
    await close();
    throw explain(error, target);
  }
}

interface OpenOptions {
  readonly timeouts?: ImapTimeouts;
  readonly signal: AbortSignal;
}

function isMarkable({ readOnly: isReadOnly, permanentFlags: flags }: MailboxObject, { done }: ImapFolder): boolean {
  return isReadOnly !== true && (done !== null || flags === undefined || flags.has("\\Seen") || flags.has("\\*"));
}

function readOnly({ folder }: ImapFolder): PaperboyError {
  return new PaperboyError("config-invalid", {
    message: `the IMAP folder ${folder} is read-only, so mails in it cannot be marked as handled`,
    hint: "Allow the user to change flags in this folder, or set inbox.imap.folder to another folder.",
  });
}

/** Creates the folder for handled mails if it is missing. Returns the reason if mails cannot be moved to it, otherwise null. */
async function makeFolder(client: ImapFlow, target: ImapFolder, done: string): Promise<PaperboyError | null> {
  // Without these extensions, a move would also remove all other mails that are marked as deleted (RFC 6851, RFC 4315).
  if (!client.capabilities.has("MOVE") && !client.capabilities.has("UIDPLUS")) {
    return new PaperboyError("config-invalid", {
      message: "this IMAP server cannot move mails",
      hint: "Remove inbox.imap.done: handled mails then stay in the folder, marked as seen.",
    });
  }
  try {
    // Not every server sends the response code ALREADYEXISTS (RFC 5530), so check first.
    const status = await client.status(done, { messages: true }).catch(() => false);
    if (status === false || status === undefined) await client.mailboxCreate(done);
    return null;
  } catch (error) {
    const words = serverResponse(error, target);
    if (words === null) throw error;
    return refusedFolder(`create the folder ${done} of inbox.imap.done`, { words, target, client });
  }
}

interface RefusedFolder {
  readonly words: string | null;
  readonly target: ImapFolder;
  readonly client: ImapFlow;
}

function refusedFolder(what: string, { words, target: { host }, client }: RefusedFolder): PaperboyError {
  const delimiter = client.namespace ? client.namespace.delimiter : "/";
  return new PaperboyError("config-invalid", {
    message: `the IMAP server ${host} refused to ${what}${words === null ? "" : `: ${words}`}`,
    hint:
      `Name another folder, such as INBOX${delimiter}Paperboy, or remove inbox.imap.done. ` +
      "Until then, handled mails stay in their folder, marked as seen.",
  });
}

interface OpenFolder {
  readonly target: ImapFolder;
  readonly folder: MailboxObject;
  readonly refusal: PaperboyError | null;
  /** Returns the error of the last refused command. */
  readonly why: () => unknown;
}

function sessionOf(client: ImapFlow, { target, folder, refusal, why }: OpenFolder): Omit<ImapSession, "close"> {
  let firstRefusal = refusal;
  /** Returns the result of a command; null if the server refused it. Throws if the connection is broken. */
  const attempt = async <T>(work: () => Promise<T | false | undefined>): Promise<T | null> => {
    const result = await work();
    if (result !== false && result !== undefined) return result;
    if (!client.usable) throw Object.assign(new Error("the connection broke"), { code: "EConnectionClosed" });
    return null;
  };
  const refusedTo = (what: string): PaperboyError => {
    const words = serverResponse(why(), target);
    return new PaperboyError("fetch-failed", {
      message: `the IMAP server ${target.host} refused to ${what}${words === null ? "" : `: ${words}`}`,
      hint: "Check the permissions and the quota of the folder.",
    });
  };
  return {
    uidValidity: folder.uidValidity,
    refusal: () => firstRefusal,
    unseen: async () => {
      const uids = await attempt(() => client.search({ seen: false }, { uid: true }));
      if (uids === null) throw refusedTo(`search in ${folder.path}`);
      return uids;
    },
    fetch: async (uids) => {
      const query = { uid: true, source: { maxLength: MAX_BYTES } };
      const found = await client.fetchAll(uids.join(","), query, { uid: true });
      return found.flatMap(({ uid, source }) => (source === undefined ? [] : [{ uid, raw: source }]));
    },
    mark: async (uids) => {
      if (uids.length === 0) return;
      const range = uids.join(",");
      const { done } = target;
      if (done !== null && firstRefusal === null) {
        if ((await attempt(() => client.messageMove(range, done, { uid: true }))) !== null) return;
        firstRefusal = refusedFolder(`move mails to ${done}`, { words: serverResponse(why(), target), target, client });
      }
      const marked = await attempt(() => client.messageFlagsAdd(range, ["\\Seen"], { uid: true, silent: true }));
      if (marked === null) firstRefusal ??= refusedTo(`mark mails in ${folder.path}`);
    },
  };
}
