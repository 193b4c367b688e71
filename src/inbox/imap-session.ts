import type { ImapFlow, ImapFlowOptions, MailboxObject } from "imapflow";
import { PaperboyError } from "../core/errors.js";
import { isLoopback } from "../send/smtp/settings.js";
import { explain } from "./imap-errors.js";
import { MOST_BYTES } from "./read.js";

/** A folder of a mail server, and how it is reached. */
export interface ImapPlace {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS, which only this machine itself may do without. */
  readonly secure: boolean;
  readonly user: string;
  readonly password: string;
  readonly folder: string;
  /** A folder that takes what was dealt with; null: it stays, marked as seen. */
  readonly done: string | null;
}

/** How long to wait for the server, in milliseconds. */
export interface ImapTimes {
  readonly connect: number;
  readonly greeting: number;
  /** The longest silence, in whatever it does. */
  readonly silence: number;
}

const IMAP_TIMES: ImapTimes = { connect: 30_000, greeting: 30_000, silence: 60_000 };

export interface ImapMail {
  readonly uid: number;
  readonly raw: Buffer;
}

/** A folder that is open. Where the line breaks, all of it throws what imapflow throws; `explain` makes ours of it. */
export interface ImapSession {
  /** UIDs mean a mail as long as this stays the same (RFC 9051 section 2.3.1.1). */
  readonly uidValidity: bigint;
  /** The UIDs of mails that nobody has seen, the oldest first. */
  unseen(): Promise<readonly number[]>;
  /** Mails, of a long one its beginning; those that are gone are left out. Does not mark them as seen. */
  fetch(uids: readonly number[]): Promise<readonly ImapMail[]>;
  /** Moves mails, or marks them as seen. Those that are gone already are passed over. */
  mark(uids: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

/** More than a mail's beginning and a list of a million mails no honest server says at once. */
const MOST_ANSWER = 16 * 1024 * 1024;

/** How imapflow must connect: encrypted and verified, unless the host is this machine. */
function connectionOptions(place: ImapPlace, times: ImapTimes): ImapFlowOptions {
  const { host, port, secure, user, password } = place;
  const isHere = isLoopback(host);
  return {
    host,
    port,
    secure,
    // Undefined takes what is offered; true refuses to log in without.
    doSTARTTLS: secure || isHere ? undefined : true,
    tls: { rejectUnauthorized: !isHere },
    auth: { user, pass: password },
    // What it logs holds addresses.
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: times.connect,
    greetingTimeout: times.greeting,
    socketTimeout: times.silence,
    maxLineLength: MOST_ANSWER,
    maxLiteralSize: 2 * MOST_BYTES,
    maxResponseSize: 2 * MOST_ANSWER,
  };
}

/**
 * Connects, logs in and opens the folder for writing.
 * @throws PaperboyError `config-invalid` where the server refuses for good, `fetch-failed` where it is not reached; that
 * one is retryable.
 */
export async function openImap(place: ImapPlace, { times = IMAP_TIMES, signal }: Opening): Promise<ImapSession> {
  // Loaded on first use: most homes have no such mailbox.
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow(connectionOptions(place, times));
  // Whoever waits for a command is told as well; an idle line that breaks would otherwise end the process.
  client.on("error", () => undefined);
  const cut = (): void => client.close();
  signal.addEventListener("abort", cut, { once: true });
  const close = async (): Promise<void> => {
    signal.removeEventListener("abort", cut);
    // A server that does not answer is not waited for.
    if (client.usable) await client.logout().catch(() => undefined);
    client.close();
  };
  try {
    await client.connect();
    const folder = await openFolder(client, place);
    return { ...sessionOf(client, { place, folder }), close };
  } catch (error) {
    await close();
    throw explain(error, place);
  }
}

interface Opening {
  readonly times?: ImapTimes;
  readonly signal: AbortSignal;
}

async function openFolder(client: ImapFlow, { folder, done }: ImapPlace): Promise<MailboxObject> {
  if (done !== null) await makeFolder(client, done);
  const opened = await client.mailboxOpen(folder);
  const flags = opened.permanentFlags;
  const cannotMark = done === null && flags !== undefined && !flags.has("\\Seen") && !flags.has("\\*");
  if (opened.readOnly !== true && !cannotMark) return opened;
  throw new PaperboyError("config-invalid", {
    message: `the IMAP folder ${folder} cannot be written to, so no mail there can be marked`,
    hint: "Give the user the right to mark mails there, or name another folder.",
  });
}

async function makeFolder(client: ImapFlow, folder: string): Promise<void> {
  // Without both, moving would end in removing whatever else is marked as deleted (RFC 6851, RFC 4315).
  if (!client.capabilities.has("MOVE") && !client.capabilities.has("UIDPLUS")) {
    throw new PaperboyError("config-invalid", {
      message: "this IMAP server cannot move mails",
      hint: "Leave inbox.imap.done out: mails then stay and are marked as seen.",
    });
  }
  await client.mailboxCreate(folder);
}

interface Open {
  readonly place: ImapPlace;
  readonly folder: MailboxObject;
}

function sessionOf(client: ImapFlow, { place, folder }: Open): Omit<ImapSession, "close"> {
  const guarded = async <T>(what: string, work: () => Promise<T | false | undefined>): Promise<T> => {
    const answer = await work();
    if (answer !== false && answer !== undefined) return answer;
    // The library says no more than that; a line that broke says so by itself, on the next use at the latest.
    if (!client.usable) throw Object.assign(new Error("the line broke"), { code: "EConnectionClosed" });
    throw new PaperboyError("fetch-failed", {
      message: `the IMAP server ${place.host} would not ${what} in ${folder.path}`,
      hint: "Look at the folder's rights and quota.",
    });
  };
  return {
    uidValidity: folder.uidValidity,
    unseen: () => guarded("search", () => client.search({ seen: false }, { uid: true })),
    fetch: async (uids) => {
      const query = { uid: true, source: { maxLength: MOST_BYTES } };
      const found = await client.fetchAll(uids.join(","), query, { uid: true });
      return found.flatMap(({ uid, source }) => (source === undefined ? [] : [{ uid, raw: source }]));
    },
    mark: async (uids) => {
      if (uids.length === 0) return;
      const range = uids.join(",");
      const { done } = place;
      if (done === null)
        await guarded("mark mails", () => client.messageFlagsAdd(range, ["\\Seen"], { uid: true, silent: true }));
      else await guarded("move mails", () => client.messageMove(range, done, { uid: true }));
    },
  };
}
