import type { PaperboyError } from "../core/errors.js";
import { explain } from "./imap-errors.js";
import { openImap } from "./imap-session.js";
import type { ImapFolder, ImapMail, ImapSession, ImapTimeouts } from "./imap-session.js";
import { BATCH_SIZE } from "./ingest.js";
import type { MailBatch, MailSource } from "./ingest.js";

interface ReadOptions {
  readonly signal: AbortSignal;
  /** Waits for a number of milliseconds, or until the signal aborts. Never throws. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly timeouts?: ImapTimeouts;
}

/** The state that is kept across connections. */
interface Progress {
  hasConnected: boolean;
  /** Broken connections since mails were last marked. */
  breaks: number;
  /** Handled mails that could not be marked because the connection broke. */
  unmarked: { readonly uidValidity: bigint; readonly uids: readonly number[] } | null;
  /** Why the server refused to move or mark mails. */
  refusal: PaperboyError | null;
}

/** Milliseconds before each new connection. When the last one breaks, the next call reads the rest. */
const DELAYS_MS = [1_000, 5_000, 15_000] as const;

/**
 * Reads the unseen mails of an IMAP folder. If the connection breaks, continues on a new one. The store recognises mails that
 * are read twice by their content.
 * @throws PaperboyError `config-invalid` if the server refuses permanently, `fetch-failed` if it cannot be reached. If it
 *   refuses only to move or mark mails, throws after all mails are read.
 */
export async function* readImap(folder: ImapFolder, { sleep, ...options }: ReadOptions): MailSource {
  const progress: Progress = { hasConnected: false, breaks: 0, unmarked: null, refusal: null };
  while (!options.signal.aborted) {
    try {
      yield* readOnce(folder, progress, options);
      if (progress.refusal !== null) throw progress.refusal;
      return;
    } catch (error) {
      const failure = explain(error, folder);
      const delay = DELAYS_MS[progress.breaks];
      if (options.signal.aborted) return;
      if (!failure.retryable || !progress.hasConnected || delay === undefined) throw failure;
      progress.breaks += 1;
      await sleep(delay, options.signal);
    }
  }
}

async function* readOnce(folder: ImapFolder, progress: Progress, options: Omit<ReadOptions, "sleep">): MailSource {
  const session = await openImap(folder, options);
  try {
    progress.hasConnected = true;
    await markUnmarked(session, progress);
    const uids = await session.unseen();
    for (let at = 0; at < uids.length; at += BATCH_SIZE) {
      const found = await session.fetch(uids.slice(at, at + BATCH_SIZE));
      if (found.length > 0) yield batchOf(found, session, progress);
      // The next connection marks these mails, even if it finds no unseen ones.
      if (progress.unmarked !== null) throw new Error("the connection broke before mails were marked");
    }
  } finally {
    progress.refusal ??= session.refusal();
    await session.close();
  }
}

/**
 * Marks the mails that a broken connection left unmarked. If UIDVALIDITY has changed, their UIDs are invalid, and the mails are
 * read again.
 */
async function markUnmarked(session: ImapSession, progress: Progress): Promise<void> {
  if (progress.unmarked?.uidValidity === session.uidValidity) await session.mark(progress.unmarked.uids);
  progress.unmarked = null;
}

function batchOf(found: readonly ImapMail[], session: ImapSession, progress: Progress): MailBatch {
  const uids = found.map(({ uid }) => uid);
  return {
    mails: found.map(({ raw }) => raw),
    markHandled: async () => {
      try {
        await session.mark(uids);
        progress.breaks = 0;
      } catch {
        progress.unmarked = { uidValidity: session.uidValidity, uids };
      }
    },
  };
}
