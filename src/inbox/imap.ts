import { PaperboyError } from "../core/errors.js";
import { explain } from "./imap-errors.js";
import { openImap } from "./imap-session.js";
import type { ImapPlace, ImapSession, ImapTimes } from "./imap-session.js";
import { LOT } from "./take-in.js";
import type { ArrivedLot, MailSource } from "./take-in.js";

interface Reading {
  readonly signal: AbortSignal;
  /** Waits for so many milliseconds, or until the signal; never throws. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly times?: ImapTimes;
}

/** How far it came, over all lines. */
interface Progress {
  /** Whether a line stood before. */
  hasStood: boolean;
  /** How often it broke since the last mail was marked. */
  breaks: number;
  /** What was dealt with and could not be marked since the line broke. */
  unmarked: { readonly uidValidity: bigint; readonly uids: readonly number[] } | null;
}

/** How long to wait before each new line, in ms; after the last one it is left to the next call. */
const PAUSES_MS = [1_000, 5_000, 15_000] as const;

/**
 * The mails of an IMAP folder that nobody has seen. When the line breaks, a new one goes on where the old one was; what comes
 * twice by that, or because UIDs mean others now, is known by its content.
 * @throws PaperboyError `config-invalid` where the server refuses for good, `fetch-failed` where it is not reached.
 */
export async function* readImap(place: ImapPlace, { sleep, ...opening }: Reading): MailSource {
  const progress: Progress = { hasStood: false, breaks: 0, unmarked: null };
  while (!opening.signal.aborted) {
    try {
      yield* readOnce(place, progress, opening);
      return;
    } catch (error) {
      const failure = explain(error, place);
      const pause = PAUSES_MS[progress.breaks];
      if (opening.signal.aborted) return;
      if (!failure.retryable || !progress.hasStood || pause === undefined) throw failure;
      progress.breaks += 1;
      await sleep(pause, opening.signal);
    }
  }
}

async function* readOnce(place: ImapPlace, progress: Progress, opening: Omit<Reading, "sleep">): MailSource {
  const session = await openImap(place, opening);
  try {
    progress.hasStood = true;
    await markLeft(session, progress);
    const uids = await session.unseen();
    for (let at = 0; at < uids.length; at += LOT) {
      const found = await session.fetch(uids.slice(at, at + LOT));
      if (found.length > 0) yield lotOf(found, { session, progress });
      // The next line marks what this one could not, even if no mail is left.
      if (progress.unmarked !== null) throw new Error("the line broke before mails were marked");
    }
  } finally {
    await session.close();
  }
}

/** UIDs that mean others by now are forgotten: those mails come again, and are known. */
async function markLeft(session: ImapSession, progress: Progress): Promise<void> {
  if (progress.unmarked?.uidValidity === session.uidValidity) await session.mark(progress.unmarked.uids);
  progress.unmarked = null;
}

interface Line {
  readonly session: ImapSession;
  readonly progress: Progress;
}

function lotOf(
  found: readonly { readonly uid: number; readonly raw: Buffer }[],
  { session, progress }: Line,
): ArrivedLot {
  const uids = found.map(({ uid }) => uid);
  return {
    mails: found.map(({ raw }) => raw),
    handled: async () => {
      try {
        await session.mark(uids);
        progress.breaks = 0;
      } catch (error) {
        // What the server refuses on a line that stands, it refuses on the next one, too.
        if (error instanceof PaperboyError) throw error;
        progress.unmarked = { uidValidity: session.uidValidity, uids };
      }
    },
  };
}
