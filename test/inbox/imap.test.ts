import { readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PaperboyError } from "../../src/core/errors.js";
import { readImap } from "../../src/inbox/imap.js";
import type { ImapFolder } from "../../src/inbox/imap-session.js";
import { MAX_BYTES } from "../../src/inbox/read.js";
import { runCheck } from "../ops/doctor/setup.js";
import { openLine } from "../support/cut-line.js";
import type { Cut } from "../support/cut-line.js";
import { lacksDovecot, startDovecot } from "../support/dovecot.js";
import type { Dovecot } from "../support/dovecot.js";
import { letterFrom, mail } from "./mails.js";
import { openHarness } from "./harness.js";
import type { Harness } from "./harness.js";

const isMissing = lacksDovecot();
if (isMissing) process.stderr.write("IMAP is not tested: install dovecot-imapd\n");

describe.skipIf(isMissing)("an IMAP folder (install dovecot-imapd to run this)", () => {
  let dovecot: Dovecot;
  let harness: Harness;

  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.stop());
  beforeEach(async () => {
    harness = await openHarness();
    for (const subfolder of ["new", "cur"] as const)
      for (const name of dovecot.names(subfolder)) rmSync(path.join(dovecot.maildir, subfolder, name));
  });
  afterEach(() => harness.close());

  const folder = (over: Partial<ImapFolder> = {}): ImapFolder => {
    const { port, user, password } = dovecot;
    return { host: "127.0.0.1", port, secure: false, user, password, folder: "INBOX", done: null, ...over };
  };
  const delays: number[] = [];
  const source = (over: Partial<ImapFolder> = {}, signal = new AbortController().signal) =>
    readImap(folder(over), { signal, sleep: (ms) => Promise.resolve(void delays.push(ms)) });

  /** Delivers a number of bounces of subscribers, and as many commands of strangers. */
  const deliverMails = async (count: number): Promise<readonly number[]> => {
    const ids: number[] = [];
    for (let at = 0; at < count; at += 1) ids.push(await harness.add(`r${at}@example.com`));
    dovecot.deliver(...ids.map((id) => mail("postfix-unknown-user", { reader: id })));
    dovecot.deliver(...ids.map((id) => letterFrom(`s${id}@example.com`, "subscribe", { text: `${id}` })));
    return ids;
  };

  it("is read once: handled mails are marked as seen, and seen mails are not read", async () => {
    await deliverMails(30);
    const [first = ""] = dovecot.names("new");
    renameSync(path.join(dovecot.maildir, "new", first), path.join(dovecot.maildir, "cur", `${first}:2,S`));
    expect(await harness.read({ source: source() })).toEqual({
      arrived: 59,
      outcomes: { "hard bounce": 29, "asked to join": 30 },
    });
    expect(dovecot.names("new")).toEqual([]);
    expect(dovecot.names("cur").every((name) => /:2,\w*S$/.test(name))).toBe(true);
    expect(dovecot.names("cur")).toHaveLength(60);
    expect(await harness.read({ source: source() })).toEqual({ arrived: 0, outcomes: {} });
  });

  it("creates another folder and moves handled mails to it", async () => {
    await deliverMails(1);
    expect((await harness.read({ source: source({ done: "Done" }) })).arrived).toBe(2);
    expect([...dovecot.names("new"), ...dovecot.names("cur")]).toEqual([]);
    expect([...dovecot.names("new", ".Done"), ...dovecot.names("cur", ".Done")]).toHaveLength(2);
    expect((await harness.read({ source: source({ done: "Done" }) })).arrived).toBe(0);
  });

  it("recognises mails by their content when their UIDs have changed", async () => {
    await deliverMails(3);
    await harness.read({ source: source() });
    const cur = path.join(dovecot.maildir, "cur");
    for (const name of readdirSync(cur)) renameSync(path.join(cur, name), path.join(cur, name.replace(/:2,.*/, ":2,")));
    for (const file of readdirSync(dovecot.maildir).filter((name) => name.startsWith("dovecot")))
      rmSync(path.join(dovecot.maildir, file));
    expect(await harness.read({ source: source() })).toEqual({ arrived: 6, outcomes: {} });
    expect(await harness.store.inbox.counts()).toEqual({ "hard bounce": 3, "asked to join": 3 });
  });

  it("fetches only the beginning of a long mail", async () => {
    dovecot.deliver(letterFrom("a@example.com", "Hello", { text: "x".repeat(3 * MAX_BYTES) }));
    const lengths: number[] = [];
    for await (const { mails } of source()) lengths.push(...mails.map((raw) => raw.length));
    expect(lengths).toEqual([MAX_BYTES]);
  });

  it.each<[string, readonly Cut[], number]>([
    ["before mails are listed", [{ connection: 0, words: /SEARCH/, when: "before" }], 60],
    ["while mails are read", [{ connection: 0, words: /FETCH/, when: "after" }], 60],
    ["before mails are marked", [{ connection: 0, words: /UID STORE/, when: "before" }], 60],
    ["before it confirms that mails are marked", [{ connection: 0, words: /UID STORE/, when: "after" }], 60],
    [
      "three times in a row",
      [0, 1, 2].map((connection) => ({ connection, words: /SEARCH|FETCH/, when: "after" }) as const),
      60,
    ],
  ])("continues on a new connection when one breaks %s", async (_, cuts, arrived) => {
    await deliverMails(30);
    const line = await openLine(dovecot.port, cuts);
    try {
      expect(await harness.read({ source: source({ port: line.port }) })).toEqual({
        arrived,
        outcomes: { "hard bounce": 30, "asked to join": 30 },
      });
      expect(line.connections()).toBe(cuts.length + 1);
      expect(dovecot.names("cur").filter((name) => /:2,\w*S$/.test(name))).toHaveLength(60);
    } finally {
      await line.close();
    }
  });

  it("leaves the rest to the next call when the connection keeps breaking", async () => {
    await deliverMails(1);
    delays.length = 0;
    const always = [0, 1, 2, 3].map((connection) => ({ connection, words: /SEARCH/, when: "before" }) as const);
    const line = await openLine(dovecot.port, always);
    const reading = harness.read({ source: source({ port: line.port }) });
    await expect(reading).rejects.toMatchObject({ code: "fetch-failed", retryable: true });
    expect(delays).toEqual([1_000, 5_000, 15_000]);
    await line.close();
    expect((await harness.read({ source: source() })).arrived).toBe(2);
  });

  it.each<[string, Partial<ImapFolder>, RegExp, RegExp]>([
    ["the name of the folder for handled mails", { done: "In/Done" }, /^$/, /create the folder In\/Done .*: .*'\/'/],
    ["to create the folder for handled mails", { done: "Fresh" }, /CREATE/, /create the folder Fresh .*: .*SPOILED/],
    ["to move mails", { done: "Done" }, /UID MOVE/, /move mails to Done: .*SPOILED/],
    ["to mark mails", {}, /UID STORE/, /mark mails in INBOX: .*SPOILED/],
  ])("reads every mail once and quotes the server when it refuses %s", async (_, over, words, message) => {
    await deliverMails(30);
    const line = await openLine(
      dovecot.port,
      [0, 1].map((connection) => ({ connection, words, when: "refused" }) as const),
    );
    const outcomes: unknown[] = [];
    const failures: unknown[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const tally = { arrived: 0, outcomes: {} };
      const reading = harness.read({ source: source({ port: line.port, ...over }), tally });
      failures.push(await reading.catch((error: unknown) => error));
      outcomes.push(tally.outcomes);
    }
    await line.close();
    expect(failures[0]).toMatchObject({ message: expect.stringMatching(message) as string, retryable: false });
    expect(outcomes).toEqual([{ "hard bounce": 30, "asked to join": 30 }, {}]);
    const unseen = [...dovecot.names("new"), ...dovecot.names("cur").filter((name) => !/:2,\w*S$/.test(name))];
    expect(unseen).toHaveLength(words.source === "UID STORE" ? 60 : 0);
  });

  it("is not opened after a signal to stop", async () => {
    await deliverMails(1);
    expect(await harness.read({ source: source({}, AbortSignal.abort()) })).toEqual({ arrived: 0, outcomes: {} });
  });

  it.each([
    ["with a valid configuration", {}, "ok", /INBOX, 2 unread mails/],
    [
      "with a name that the server refuses",
      { PAPERBOY_INBOX_IMAP_DONE: "In/Done" },
      "fail",
      /refused to create .*'\/'/,
    ],
    ["with a wrong password", { PAPERBOY_INBOX_IMAP_PASSWORD: "wrong horse" }, "fail", /refused the login/],
  ])("is checked by the doctor %s, and its mails stay unread", async (_, over, result, detail) => {
    await deliverMails(1);
    const environment = {
      PAPERBOY_INBOX_IMAP_HOST: "127.0.0.1",
      PAPERBOY_INBOX_IMAP_PORT: String(dovecot.port),
      PAPERBOY_INBOX_IMAP_SECURE: "false",
      PAPERBOY_INBOX_IMAP_USER: dovecot.user,
      PAPERBOY_INBOX_IMAP_PASSWORD: dovecot.password,
      PAPERBOY_INBOX_IMAP_DONE: "Nowhere",
      ...over,
    };
    const found = await runCheck("mailbox.open", { environment });
    expect(found).toMatchObject({ result, detail: expect.stringMatching(detail) as string });
    expect((await harness.read({ source: source() })).arrived).toBe(2);
  });

  it.each<[string, Partial<ImapFolder>, string]>([
    ["a wrong password", { password: "wrong horse" }, "config-invalid"],
    ["a missing folder", { folder: "Missing" }, "config-invalid"],
    ["a closed port", { port: 1 }, "fetch-failed"],
    ["TLS on a port without it", { secure: true }, "config-invalid"],
    // This address is local, but counts as remote: a password would be sent unencrypted.
    ["a remote server without TLS", { host: "0.0.0.0" }, "config-invalid"],
  ])("is refused with %s", async (_, over, code) => {
    const failure: unknown = await harness.read({ source: source(over) }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    for (const secret of [dovecot.password, "wrong horse"]) expect(inspect(failure)).not.toContain(secret);
  });
});

describe.skipIf(isMissing)("a mail server with TLS (install dovecot-imapd to run this)", () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot({ tls: "required" });
  });
  afterAll(() => dovecot.stop());

  it.each([
    ["needs no valid certificate on this machine", "127.0.0.1", "1 mail"],
    ["needs a trusted certificate elsewhere", "0.0.0.0", "config-invalid"],
  ])("%s", async (_, host, expected) => {
    const { port, user, password } = dovecot;
    dovecot.deliver(letterFrom("a@example.com", "Hello"));
    const reading = { signal: new AbortController().signal, sleep: () => Promise.resolve() };
    const read = async (): Promise<string> => {
      let mails = 0;
      const place = { host, port, secure: false, user, password, folder: "INBOX", done: null };
      for await (const batch of readImap(place, reading)) mails += batch.mails.length;
      return `${mails} mail`;
    };
    expect(await read().catch((error: PaperboyError) => error.code)).toBe(expected);
  });
});
