import { ok } from "./check.js";
import type { Check } from "./check.js";

/** The folder of a mail server that `paperboy inbox` reads. */
export interface Mailbox {
  /** Connects, logs in and opens the folder. Returns its host, name and number of unread mails. Throws PaperboyError. */
  readonly open: () => Promise<string>;
}

export const MAILBOX_CHECKS: readonly Check<Mailbox>[] = [
  {
    id: "mailbox.open",
    title: "the mailbox of `inbox.imap` can be opened",
    why: "without its bounces, letters to dead addresses are sent again, which harms the sender's reputation, and readers cannot unsubscribe by mail",
    limitMs: 30_000,
    run: async ({ open }) => ok(await open()),
  },
];
