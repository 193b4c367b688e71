import { ok } from "./check.js";
import type { Check } from "./check.js";

/** The folder of a mail server that `paperboy inbox` reads. */
export interface Mailbox {
  /** Connects, logs in, opens the folder and leaves it as it is; says how many wait. Throws PaperboyError. */
  readonly open: () => Promise<string>;
}

export const MAILBOX_CHECKS: readonly Check<Mailbox>[] = [
  {
    id: "mailbox.open",
    title: "the mailbox of `inbox.imap` can be opened",
    why: "bounces that nobody reads are mailed to again, which costs the good name of the sender; and nobody leaves by mail",
    limitMs: 30_000,
    run: async ({ open }) => ok(await open()),
  },
];
