import { access } from "node:fs/promises";
import { createOutbox, outboxFile } from "./outbox.js";
import type { Carrier } from "./lane.js";
import { untouched } from "./verdict.js";

/**
 * The outbox as a channel of the ledger. Its gate stays shut: a file that is written twice is the same file, so a crash
 * leaves a delivery `pending`, never `uncertain`, and the next run finds by the final name what was written.
 */
export function outboxCarrier(directory: string): Carrier {
  const outbox = createOutbox(directory);
  return {
    channel: "outbox",
    name: directory,
    openLane: () => ({
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
