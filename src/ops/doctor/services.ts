import { messageOf } from "../../core/errors.js";
import { fail, ok, skipped } from "./check.js";
import type { Check, Finding } from "./check.js";

/** The push targets. */
export interface Pushes {
  /** `name` is the name in the configuration. `url` may contain a secret and is never printed. */
  readonly targets: readonly { readonly name: string; readonly url: URL }[];
  /** Connects, with TLS, and closes the connection without a request. Rejects if it cannot connect. */
  readonly probe: (url: URL) => Promise<void>;
}

export const PUSH_CHECKS: readonly Check<Pushes>[] = [
  {
    id: "push.reachable",
    title: "push targets can be reached",
    why: "an unreachable target gets no editions; `paperboy push test` also tests its token",
    limitMs: 30_000,
    run: checkTargets,
  },
];

async function checkTargets({ targets, probe }: Pushes): Promise<Finding> {
  if (targets.length === 0) return skipped("no push target is configured");
  const probed = await Promise.all(
    targets.map(({ name, url }) =>
      probe(url).then(
        () => null,
        (error: unknown) => `${name}: ${messageOf(error)}`,
      ),
    ),
  );
  const failed = probed.filter((what) => what !== null);
  if (failed.length > 0)
    return fail(failed.join("; "), "Check the URLs under `push` and whether this network allows outgoing connections.");
  return ok(`${targets.map(({ name, url }) => `${name} (${url.host})`).join(", ")}; nothing was posted`);
}

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
