import { access } from "node:fs/promises";
import { outboxMailer, outboxFile } from "./mailer.js";
import type { Transport } from "../transport.js";
import { untouched } from "../send-result.js";

/**
 * The outbox as a channel of the ledger. Its gate stays shut: a file that is written twice is the same file, so a crash
 * leaves a delivery `pending`, never `uncertain`, and the next run finds by the final name what was written.
 */
export function outboxTransport(directory: string): Transport {
  const outbox = outboxMailer(directory);
  return {
    channel: "outbox",
    name: directory,
    openConnection: () => ({
      send: async (message, _gate, { attempt }) => {
        const file = outboxFile(directory, message);
        const isThere = attempt > 1 && (await exists(file));
        const detail = isThere ? file : (await outbox.send(message)).detail;
        return { ...untouched(detail), state: "sent" };
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
