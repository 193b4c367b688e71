import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { counts, FRIDAY, NONE } from "./reasons-case.js";
import type { Case } from "./reasons-case.js";
import { brokenInstallation } from "./reasons-setup.js";
import type { Installation } from "./reasons-setup.js";

const refuseYou = (address: string) =>
  address.startsWith("you") ? { code: 550, message: "5.1.1 no such user, not welcome here" } : null;
const deferYou = (address: string) => (address.startsWith("you") ? { code: 451, message: "4.7.1 come back" } : null);
function damage({ home }: Installation): void {
  writeFileSync(path.join(home, "paperboy.db"), "no database ".repeat(1000));
}

/** Fills the disk of home completely. */
function fill({ home }: Installation): void {
  for (let size = 1_000_000; size >= 1; size = Math.floor(size / 4)) appendUntilFull(ballast(home), Buffer.alloc(size));
}

const ballast = (home: string) => path.join(home, "ballast");

function appendUntilFull(file: string, bytes: Buffer): void {
  try {
    for (;;) appendFileSync(file, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}

/** Runs that end with a fault: they need the operator, or time. */
export const FAULTS: readonly Case[] = [
  {
    reason: "internal",
    when: "the program throws an unexpected error",
    args: FRIDAY,
    how: brokenInstallation,
    expected: {
      last: /^internal: TypeError: letters of the wrong type$/,
      advice: /This is a bug in Paperboy: please report it/,
      json: { editions: [], retryable: false },
      mail: /^Paperboy: a run failed with a bug\n[^]*TypeError: letters of the wrong type[^]*please report it/,
      ping: "/fail",
      status: { lastRun: /^internal, /, needs: /^internal: This is a bug in Paperboy.* paperboy run --verbose$/ },
    },
  },
  {
    reason: "io-failed",
    when: "the key file cannot be read",
    before: async ({ home }) => mkdirSync(path.join(home, "paperboy.key")),
    args: FRIDAY,
    expected: {
      last: /^io-failed: cannot read .*paperboy\.key: illegal operation on a directory \(EISDIR\)$/,
      advice: /Check that it exists and that this user can read it/,
      json: { editions: [], retryable: false },
      // Every mail needs the key.
      mail: null,
      ping: "/fail",
      // The run failed before there was a database to record it.
      status: { lastRun: /^(?:none|never)/, needs: /^/ },
    },
  },
  {
    reason: "config-invalid",
    when: "a setting is misspelt, so the operator's address is unknown",
    before: async ({ home }) => writeFileSync(path.join(home, "paperboy.yaml"), "view:\n  limits: 5\n"),
    args: FRIDAY,
    expected: {
      last: /^config-invalid: .*paperboy\.yaml:2:\d+/,
      advice: /limit/,
      json: { editions: [] },
      mail: null,
      ping: null,
      status: { fails: /config-invalid: .*paperboy\.yaml:2/ },
    },
  },
  {
    reason: "config-invalid",
    when: "there are no readers",
    args: ["run"],
    expected: {
      last: /^config-invalid: no reader is configured/,
      advice: /--to you@example\.com/,
      json: { editions: [] },
      mail: /^Paperboy: the configuration is wrong, no letters sent\n[^]*paperboy subscribers add/,
      ping: "/fail",
      status: {
        lastRun: /^config-invalid/,
        needs: /^config-invalid: Give an address .* paperboy doctor --only config$/,
      },
    },
  },
  {
    reason: "fetch-failed",
    when: "the site answers 404",
    setting: { page: { status: 404, body: "no" } },
    args: FRIDAY,
    expected: {
      last: /^fetch-failed: .*404/,
      json: { failures: [{ reason: "fetch-failed" }] },
      mail: /^Paperboy: the site did not respond as expected, no letters sent\n[^]*404/,
      ping: "/fail",
      status: { lastRun: /^fetch-failed/, needs: /^fetch-failed: .* paperboy doctor --only site$/ },
    },
  },
  {
    reason: "layout-changed",
    when: "the site was redesigned",
    setting: { page: { body: "<html><body><main>All new!</main></body></html>" } },
    args: FRIDAY,
    expected: {
      last: /^layout-changed: Paperboy does not recognise the page/,
      advice: /The page is kept as .*pages\/broken\//,
      json: { failures: [{ reason: "layout-changed" }] },
      mail: /^Paperboy: the page changed, no letters sent\n[^]*The page is kept as/,
      ping: "/fail",
      status: { lastRun: /^layout-changed/, needs: /^layout-changed: The page is kept.* paperboy doctor --only site$/ },
    },
  },
  {
    reason: "enrich-failed",
    when: "the program of `enrich` is missing, and required",
    before: async ({ home }) =>
      writeFileSync(path.join(home, "paperboy.yaml"), "enrich:\n  command: ./gone\n  required: true\n"),
    args: FRIDAY,
    expected: {
      last: /^enrich-failed: gone wrote no texts for 2026-10-02: it cannot be run: .*ENOENT$/,
      advice: /set `enrich\.required: false` to send the site's own summaries/,
      json: { failures: [{ reason: "enrich-failed" }] },
      mail: /^Paperboy: the program of `enrich` failed, no letters sent\n[^]*Run the program by hand/,
      ping: "/fail",
      status: { lastRun: /^enrich-failed/, needs: /^enrich-failed: Run the program.* paperboy doctor --only enrich$/ },
    },
  },
  {
    reason: "send-incomplete",
    when: "the mail server refuses one of two letters",
    setting: { smtp: { refuse: refuseYou } },
    args: [...FRIDAY, "--to", "b@example.com"],
    expected: {
      last: /^send-incomplete: 1 of 2 letters of 2026-10-02 accepted by the mail server, 1 refused$/,
      advice: /warning: y…@example\.com: refused: .*not welcome/,
      json: counts(1, { refused: 1 }),
      mail: /^Paperboy: 1 of 2 letters sent, 1 refused\n[^]*y…@example\.com: refused: 550/,
      ping: "/fail",
      status: { lastRun: /^send-incomplete/, needs: /refused 1 letter .* paperboy status day:2026-10-02$/ },
    },
  },
  {
    reason: "send-incomplete",
    when: "the mail server defers a letter",
    setting: { smtp: { refuse: deferYou } },
    args: FRIDAY,
    expected: {
      last: /^send-incomplete: 0 of 1 letters of 2026-10-02 accepted by the mail server, 1 deferred$/,
      json: counts(0, { deferred: 1 }),
      mail: null,
      ping: "/fail",
      status: { lastRun: /^send-incomplete/, needs: NONE },
    },
  },
  {
    reason: "send-incomplete",
    when: "the same day is run again while a letter is deferred",
    setting: { smtp: { refuse: deferYou } },
    before: ({ run }) => run(FRIDAY),
    args: FRIDAY,
    expected: {
      last: /^send-incomplete: .*1 deferred$/,
      json: counts(0, { deferred: 1 }),
      mail: null,
      ping: "/fail",
      status: { lastRun: /^send-incomplete/, needs: NONE },
    },
  },
  {
    reason: "send-incomplete",
    when: "a letter was deferred until its deadline passed",
    setting: {
      smtp: { refuse: deferYou },
      environment: () => ({ PAPERBOY_TO: "you@example.com" }),
    },
    before: ({ run }) => run(["run", "2026-10-02"], "2026-10-05T07:00:00Z"),
    args: ["run", "2026-10-02"],
    now: "2026-10-08T07:00:00Z",
    expected: {
      last: /^send-incomplete: .*1 letter of earlier editions could not be sent in time/,
      advice: /paperboy status EDITION/,
      json: { failures: expect.arrayContaining([expect.objectContaining({ name: "earlier letters" })]) },
      mail: /^Paperboy: 0 of 1 letters sent, 1 expired\n[^]*could not be sent\s+in time/,
      ping: "/fail",
      status: {
        lastRun: /^send-incomplete/,
        needs: /1 letter could not be sent in time \(day:2026-10-02\) paperboy status day:2026-10-02$/,
      },
    },
  },
  {
    reason: "send-incomplete",
    when: "the mail server refuses the login, so the operator gets no mail",
    setting: {
      smtp: { auth: { user: "digest@example.org", password: "right" } },
      environment: ({ url }) => ({ PAPERBOY_SMTP_URL: url.replace(":right@", ":wrong@") }),
    },
    args: FRIDAY,
    expected: {
      last: /^send-incomplete: .*1 pending/,
      advice: /warning: the alert to the operator was not sent: .*535[^]*user or password is wrong/,
      json: {
        ...counts(0, { pending: 1 }),
        warnings: [expect.stringMatching(/^the alert to the operator was not sent/)],
      },
      mail: null,
      ping: "/fail",
      status: { lastRun: /^send-incomplete/, needs: /^send-incomplete: .* paperboy doctor --only smtp$/ },
    },
  },
  {
    reason: "store-failed",
    when: "the database is damaged",
    before: async (installation) => {
      await installation.run(["subscribers", "add", "you@example.com"]);
      damage(installation);
    },
    args: FRIDAY,
    expected: {
      last: /^store-failed: the database .*paperboy\.db failed: it is not a database/,
      advice: /Restore a backup/,
      json: { editions: [] },
      mail: /^Paperboy: the database failed\n[^]*Restore a backup/,
      ping: "/fail",
      status: { fails: /Restore a backup[^]*store-failed: the database/ },
    },
  },
  {
    reason: "store-failed",
    when: "the database was restored from a backup",
    before: async ({ home, run }) => {
      await run(FRIDAY);
      // The epoch file is ahead of the database.
      writeFileSync(path.join(home, "paperboy.db.epoch"), "0000000000000999\n");
    },
    args: FRIDAY,
    expected: {
      last: /^store-failed: .* was restored from a backup, and mail was sent after that backup$/,
      advice: /paperboy run --accept-restored/,
      json: { editions: [] },
      mail: /^Paperboy: the database failed\n[^]*paperboy run --accept-restored/,
      ping: "/fail",
      status: { lastRun: /^store-failed/, needs: /^store-failed: Continue with `paperboy run --accept-restored`/ },
    },
  },
  {
    reason: "store-failed",
    when: "the database is missing, and its epoch file is not",
    before: async ({ home, run }) => {
      await run(FRIDAY);
      for (const name of readdirSync(home))
        if (/^paperboy\.db(?:-wal|-shm)?$/.test(name)) rmSync(path.join(home, name));
    },
    args: FRIDAY,
    expected: {
      last: /^store-failed: the database .*paperboy\.db is missing, but .*paperboy\.db\.epoch shows that it was in use$/,
      advice: /Restore it from a backup, then run `paperboy run --accept-restored`/,
      json: { editions: [] },
      mail: /^Paperboy: the database failed\n[^]*Restore it from a backup/,
      ping: "/fail",
      status: { fails: /Restore it from a backup[^]*store-failed: the database .* is missing/ },
    },
  },
  {
    reason: "store-failed",
    when: "the disk is full, so the run cannot be recorded",
    setting: { smallDisk: true },
    before: async (installation) => {
      await installation.run(["subscribers", "add", "you@example.com"]);
      fill(installation);
    },
    args: FRIDAY,
    repair: ({ home }) => rmSync(ballast(home)),
    expected: {
      last: /^store-failed: the database .* failed: the disk is full/,
      advice: /Free some disk space and run again/,
      json: { editions: [] },
      mail: /^Paperboy: the database failed\n[^]*Free some disk space/,
      ping: "/fail",
      status: {
        lastRun: /^none yet/,
        needs:
          /^the run of 2026-10-05 07:00 UTC could not be recorded: .* paperboy doctor --only machine --only store$/,
      },
    },
  },
];
