import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readMaildir } from "../../src/inbox/maildir.js";
import { ingest } from "../../src/inbox/ingest.js";
import type { IngestContext, IngestResult, MailSource } from "../../src/inbox/ingest.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import type { NewSubscriber, TransactionalClaim, Store } from "../../src/store/store.js";
import { openIn, temporaryFolder } from "../store/temporary.js";
import { ADDRESS, IDENTITY, NOW } from "./mails.js";

/** An inbox over a real database and a real maildir. */
export interface Harness {
  readonly store: Store;
  readonly maildir: string;
  /** Delivers mails to `new`. */
  deliver(...mails: readonly Buffer[]): void;
  /** Reads the maildir or another source. `over` replaces parts of the context. */
  read(over?: Partial<IngestContext> & Reading): Promise<IngestResult>;
  add(address: string, parts?: Partial<NewSubscriber>): Promise<number>;
  /** Claims the queued replies. */
  replies(): Promise<readonly TransactionalClaim[]>;
  /** Returns the names in a subfolder of the maildir. */
  names(subfolder: "new" | "cur"): readonly string[];
  close(): Promise<void>;
}

interface Reading {
  readonly source?: MailSource;
  readonly done?: string;
  /** Accumulates the counts, also if the source fails. */
  readonly tally?: IngestResult;
}

export async function openHarness(): Promise<Harness> {
  const folder = temporaryFolder();
  const store = await openIn(folder);
  const maildir = makeMaildir(path.join(folder, "Maildir"));
  let delivered = 0;
  const context: IngestContext = {
    store,
    secret: Buffer.from("secret"),
    view: DEFAULT_VIEW,
    list: { name: "Evening Post", language: "en", address: ADDRESS, publicUrl: null },
    identity: () => Promise.resolve(IDENTITY),
    clock: () => NOW,
    signal: new AbortController().signal,
  };
  return {
    store,
    maildir,
    deliver: (...mails) => {
      for (const mail of mails) {
        delivered += 1;
        writeFileSync(path.join(maildir, "new", `${String(delivered).padStart(6, "0")}.host`), mail);
      }
    },
    read: ({ source, done, tally, ...over } = {}) =>
      ingest(source ?? readMaildir({ folder: maildir, done: done ?? null }), { ...context, ...over }, tally),
    add: async (address, given = {}) => {
      const subscriber = {
        address,
        state: "active",
        frequency: "daily",
        view: DEFAULT_VIEW,
        origin: "operator",
      } as const;
      await store.subscribers.add([{ ...subscriber, ...given }], { now: NOW });
      return (await store.subscribers.find(address))?.id ?? 0;
    },
    replies: () => store.transactional.claim({ limit: 1000, now: NOW, leaseMs: 60_000 }),
    names: (subfolder) => readdirSync(path.join(maildir, subfolder)).toSorted(),
    close: () => store.close(),
  };
}

/** Creates an empty maildir and returns its path. */
export function makeMaildir(folder: string): string {
  for (const subfolder of ["new", "cur", "tmp"]) {
    if (!existsSync(path.join(folder, subfolder))) mkdirSync(path.join(folder, subfolder), { recursive: true });
  }
  return folder;
}
