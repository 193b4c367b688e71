import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readMaildir } from "../../src/inbox/maildir.js";
import { takeIn } from "../../src/inbox/take-in.js";
import type { MailSource, TakenIn, TakingIn } from "../../src/inbox/take-in.js";
import { DEFAULT_VIEW } from "../../src/rank/view.js";
import type { NewSubscriber, TransactionalClaim, Store } from "../../src/store/store.js";
import { openIn, temporaryFolder } from "../store/temporary.js";
import { ADDRESS, IDENTITY, NOW } from "./mails.js";

/** An inbox over a real database and a real maildir. */
export interface Rig {
  readonly store: Store;
  readonly maildir: string;
  /** Puts mails into `new`. */
  deliver(...mails: readonly Buffer[]): void;
  /** Reads the maildir; `over` stands in for some of its parts. */
  read(over?: Partial<TakingIn> & { readonly source?: MailSource; readonly done?: string }): Promise<TakenIn>;
  add(address: string, parts?: Partial<NewSubscriber>): Promise<number>;
  /** The mails in line, as whoever sends them takes them. */
  answers(): Promise<readonly TransactionalClaim[]>;
  /** What lies in a folder of the maildir. */
  names(room: "new" | "cur"): readonly string[];
  close(): Promise<void>;
}

export async function openRig(): Promise<Rig> {
  const folder = temporaryFolder();
  const store = await openIn(folder);
  const maildir = makeMaildir(path.join(folder, "Maildir"));
  let delivered = 0;
  const parts: TakingIn = {
    store,
    secret: Buffer.from("secret"),
    view: DEFAULT_VIEW,
    house: { name: "Evening Post", language: "en", address: ADDRESS, publicUrl: null },
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
    read: ({ source, done, ...over } = {}) =>
      takeIn(source ?? readMaildir({ folder: maildir, done: done ?? null }), { ...parts, ...over }),
    add: async (address, given = {}) => {
      const reader = { address, state: "active", frequency: "daily", view: DEFAULT_VIEW, origin: "operator" } as const;
      await store.subscribers.add([{ ...reader, ...given }], { now: NOW });
      return (await store.subscribers.find(address))?.id ?? 0;
    },
    answers: () => store.transactional.claim({ limit: 1000, now: NOW, leaseMs: 60_000 }),
    names: (room) => readdirSync(path.join(maildir, room)).toSorted(),
    close: () => store.close(),
  };
}

/** An empty maildir. */
export function makeMaildir(folder: string): string {
  for (const room of ["new", "cur", "tmp"]) {
    if (!existsSync(path.join(folder, room))) mkdirSync(path.join(folder, room), { recursive: true });
  }
  return folder;
}
