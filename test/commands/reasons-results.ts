import path from "node:path";
import { readSecrets } from "../../src/config/keys.js";
import { openStore } from "../../src/app/open-store.js";
import { counts, FRIDAY, NONE } from "./reasons-case.js";
import type { Case } from "./reasons-case.js";
import { pageReply } from "./reasons-setup.js";
import type { Installation } from "./reasons-setup.js";

async function holdLock(installation: Installation): Promise<void> {
  const { home: key } = await readSecrets({ given: null, file: path.join(installation.home, "paperboy.key") });
  const store = await openStore({ target: path.join(installation.home, "paperboy.db"), key });
  installation.keep(store);
  const lock = await store.lock();
  if (lock) installation.keep(lock);
}

/** Runs that end without a fault: they need no action, or only another command line. */
export const RESULTS: readonly Case[] = [
  {
    reason: "sent",
    when: "the mail server accepts all letters of a complete day",
    args: FRIDAY,
    expected: {
      last: /^sent: 1 of 1 letters of 2026-10-02 accepted by the mail server$/,
      json: { ...counts(1), warnings: [] },
      mail: null,
      ping: "",
      status: { lastRun: /^sent, 2026-10-05 07:00 UTC/, needs: NONE },
    },
  },
  {
    reason: "already-sent",
    when: "the same day is run again",
    before: ({ run }) => run(FRIDAY),
    args: FRIDAY,
    expected: {
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
    expected: {
      last: /^already-running: another run is under way in /,
      json: { editions: [] },
      mail: null,
      ping: null,
      status: { lastRun: /^none yet/, needs: NONE },
    },
  },
  {
    reason: "nothing-due",
    when: "no paper matches the only view",
    args: [...FRIDAY, "--include", "zzyzx"],
    expected: {
      last: /^nothing-due: none of the 12 papers of 2026-10-02 is sent: no paper matches the view of 1 reader$/,
      json: counts(0, { prepared: 0 }),
      mail: null,
      ping: "",
      status: { lastRun: /^nothing-due/, needs: NONE },
    },
  },
  {
    reason: "no-papers",
    when: "the site shows the previous day on a weekend",
    setting: { page: pageReply("weekend.html") },
    args: ["run", "2026-10-03", "--to", "you@example.com"],
    expected: {
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
    expected: {
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
    when: "today's page is still filling",
    setting: { page: pageReply("filling.html") },
    args: ["run", "2026-10-05", "--to", "you@example.com"],
    expected: {
      last: /^not-ready: /,
      advice: /--early/,
      json: { failures: [{ reason: "not-ready" }] },
      mail: null,
      ping: "/fail",
      status: { lastRun: /^not-ready/, needs: NONE },
    },
  },
];
