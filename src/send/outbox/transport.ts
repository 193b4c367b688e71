import { access } from "node:fs/promises";
import { pendingResult } from "../send-result.js";
import type { Transport } from "../transport.js";
import { outboxFile, outboxMailer } from "./mailer.js";

/**
 * Returns the outbox as a transport for the ledger. It does not call the gate, because writing a file again gives the same
 * file: after a crash a delivery is `pending`, never `uncertain`, and the next run finds the existing files.
 */
export function outboxTransport(directory: string): Transport {
  const outbox = outboxMailer(directory);
  return {
    channel: "outbox",
    name: directory,
    openConnection: () => ({
      send: async (message, _gate, { attempt }) => {
        const file = outboxFile(directory, message);
        const isWritten = attempt > 1 && (await exists(file));
        const detail = isWritten ? file : (await outbox.send(message)).detail;
        return { ...pendingResult(detail), state: "sent" };
      },
      close: () => Promise.resolve(),
      abandon: () => undefined,
    }),
  };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
