import path from "node:path";
import { readSecrets } from "../../src/config/keys.js";
import { openStore } from "../../src/app/open-store.js";
import { counts, FRIDAY, NONE } from "./reasons-case.js";
import type { Case } from "./reasons-case.js";
import { pageReply } from "./reasons-world.js";
import type { World } from "./reasons-world.js";

async function holdLock(world: World): Promise<void> {
  const { home: key } = await readSecrets({ given: null, file: path.join(world.home, "paperboy.key") });
  const store = await openStore({ target: path.join(world.home, "paperboy.db"), key });
  world.keep(store);
  const lock = await store.lock();
  if (lock) world.keep(lock);
}

/** Ends that need nobody but, at most, whoever wrote the command line. */
export const WELL: readonly Case[] = [
  {
    reason: "sent",
    when: "a complete day was read, and the mail server took every letter",
    args: FRIDAY,
    sees: {
      last: /^sent: 1 of 1 letters of 2026-10-02 accepted by the mail server$/,
      json: { ...counts(1), warnings: [] },
      mail: null,
      ping: "",
      status: { lastRun: /^sent, 2026-10-05 07:00 UTC/, needs: NONE },
    },
  },
  {
    reason: "already-sent",
    when: "the same day is asked for again",
    before: ({ run }) => run(FRIDAY),
    args: FRIDAY,
    sees: {
      last: /^already-sent: 1 of 1 letters of 2026-10-02 .*was sent before$/,
      advice: /paperboy status day:2026-10-02/,
      json: counts(1),
      mail: null,
      ping: "",
      status: { lastRun: /^already-sent/, needs: NONE },
    },
  },
  {
    reason: "already-running",
    when: "another process holds the lock",
    before: holdLock,
    args: FRIDAY,
    sees: {
      last: /^already-running: another run is under way in /,
      json: { editions: [] },
      mail: null,
      ping: null,
      status: { lastRun: /^none yet/, needs: NONE },
    },
  },
  {
    reason: "nothing-due",
    when: "no paper fits the only view",
    args: [...FRIDAY, "--include", "zzyzx"],
    sees: {
      last: /^nothing-due: none of the 12 papers of 2026-10-02 goes out: no paper fits the view of 1 reader$/,
      json: counts(0, { prepared: 0 }),
      mail: null,
      ping: "",
      status: { lastRun: /^nothing-due/, needs: NONE },
    },
  },
  {
    reason: "no-papers",
    when: "the site shows the day before instead of a weekend",
    setting: { page: pageReply("weekend.html") },
    args: ["run", "2026-10-03", "--to", "you@example.com"],
    sees: {
      last: /^no-papers: /,
      json: { editions: [] },
      mail: null,
      ping: "",
      status: { lastRun: /^no-papers/, needs: NONE },
    },
  },
  {
    reason: "usage",
    when: "a source is misspelt",
    args: ["run", "yesterdya", "--to", "you@example.com"],
    sees: {
      last: /^usage: /,
      advice: /yesterday/,
      json: { editions: [] },
      mail: null,
      ping: null,
      status: { lastRun: /^none yet/, needs: NONE },
    },
  },
  {
    reason: "not-ready",
    when: "today's page is asked for while it fills",
    setting: { page: pageReply("filling.html") },
    args: ["run", "2026-10-05", "--to", "you@example.com"],
    sees: {
      last: /^not-ready: /,
      advice: /--early/,
      json: { failures: [{ reason: "not-ready" }] },
      mail: null,
      ping: "/fail",
      status: { lastRun: /^not-ready/, needs: NONE },
    },
  },
];
