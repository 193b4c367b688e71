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

/** The state that outlives a broken connection. */
interface Progress {
  hasConnected: boolean;
  /** Broken connections since mails were last marked. */
  breaks: number;
  /** Handled mails that could not be marked because the connection broke. */
  unmarked: { readonly uidValidity: bigint; readonly uids: readonly number[] } | null;
  /** Why the server moved or marked no mails. */
  refusal: PaperboyError | null;
}

/** Milliseconds before each new connection. After the last one, the rest is left to the next call. */
const DELAYS_MS = [1_000, 5_000, 15_000] as const;

/**
 * Reads the unseen mails of an IMAP folder. When the connection breaks, a new one continues. Mails that are then read twice,
 * or whose UIDs have changed, are recognised by their content when they are kept.
 * @throws PaperboyError `config-invalid` when the server refuses permanently, `fetch-failed` when it cannot be reached. When it
 * refuses only to move or mark mails, all of them are read first.
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
      // The next connection marks these mails, even when it finds no unseen ones.
      if (progress.unmarked !== null) throw new Error("the connection broke before mails were marked");
    }
  } finally {
    progress.refusal ??= session.refusal();
    await session.close();
  }
}

/** Marks the mails left over from a broken connection. With another UIDVALIDITY their UIDs are void, and they come again. */
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
